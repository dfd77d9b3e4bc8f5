package app

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent/embed/pack"
)

// TestRecipes: each can be built, and says on whose work it stands.
func TestRecipes(t *testing.T) {
	shelf := PackShelf("", "data")
	if want := filepath.Join("data", "packs"); shelf.Root != want {
		t.Errorf("packs are in %s, want %s", shelf.Root, want)
	}
	if other := PackShelf("elsewhere", "data"); other.Root != "elsewhere" {
		t.Errorf("packs are in %s, want elsewhere", other.Root)
	}
	if len(shelf.Recipes) != 2 {
		t.Errorf("there are %d recipes, want 2", len(shelf.Recipes))
	}
	for _, r := range shelf.Recipes {
		if _, err := shelf.Recipe(r.Name); err != nil {
			t.Errorf("Recipe(%s) = %v, want no error", r.Name, err)
		}
		if r.Kind == "" || r.Notice == "" || len(r.Languages) == 0 {
			t.Errorf("%s: kind %q, notice %q, languages %q, want all of them", r.Name, r.Kind, r.Notice, r.Languages)
		}
		for _, s := range r.Sources {
			if s.License == "" || s.Attribution == "" {
				t.Errorf("%s: %s has the licence %q and the attribution %q, want both", r.Name, s, s.License, s.Attribution)
			}
		}
	}
}

// TestGlossNotice says what share-alike asks for.
func TestGlossNotice(t *testing.T) {
	r := glossRecipe()
	text := r.Notice + r.Sources[0].Attribution + r.Sources[1].Attribution
	for _, want := range []string{"share-alike", "CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/", "Paul Andrew Denisowski", "GloVe", "Changed:"} {
		if !strings.Contains(text, want) {
			t.Errorf("the notice of the gloss pack does not say %q:\n%s", want, text)
		}
	}
}

func TestOpenPacks(t *testing.T) {
	open := OpenPacks(t.TempDir(), "")
	if _, _, err := open("gloss"); !errors.Is(err, pack.ErrNotBuilt) || !strings.Contains(err.Error(), "honeyguide pack build gloss") {
		t.Errorf("opening a pack that was not built = %v, want %v and how to build it", err, pack.ErrNotBuilt)
	}
	if _, _, err := open("bogus"); !errors.Is(err, pack.ErrNoRecipe) {
		t.Errorf("opening a pack of no recipe = %v, want %v", err, pack.ErrNoRecipe)
	}
}
