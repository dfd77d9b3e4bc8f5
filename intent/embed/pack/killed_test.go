package pack

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The environment of a process that is to end in the middle of a build.
const (
	killRoot = "PACK_TEST_ROOT" // of the shelf
	killAt   = "PACK_TEST_STEP" // at which it ends
	killFrom = "PACK_TEST_FROM" // folder of the tarballs
)

// TestBuildsAndDies is the process that ends, started by the next test.
func TestBuildsAndDies(t *testing.T) {
	root := os.Getenv(killRoot)
	if root == "" {
		t.Skip("only as a process of TestKilledBuilds")
	}
	r := testRecipe(testPackage(t))
	b := &build{
		shelf: &Shelf{Root: root, Recipes: []Recipe{r}}, recipe: &r, fetch: FromFolder(os.Getenv(killFrom)),
		progress: Progress(nil).or(),
		step: func(name string) {
			if name == os.Getenv(killAt) {
				os.Exit(9) // no deferred call runs
			}
		},
	}
	if _, err := b.run(t.Context(), true); err != nil {
		t.Fatal(err)
	}
}

// TestKilledBuilds ends builds at every step: there is never part of a pack, and
// the next build comes to a good end and leaves nothing else behind.
func TestKilledBuilds(t *testing.T) {
	var steps []string
	s, fetch := testShelf(t)
	b := &build{shelf: s, recipe: &s.Recipes[0], fetch: fetch, progress: Progress(nil).or(), step: func(n string) { steps = append(steps, n) }}
	if err := os.MkdirAll(s.Root, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := b.run(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	for _, step := range steps {
		for _, before := range []bool{false, true} {
			t.Run(step, func(t *testing.T) { testKilledAt(t, step, before) })
		}
	}
}

func testKilledAt(t *testing.T, step string, before bool) {
	t.Parallel()
	s, fetch := testShelf(t)
	if before {
		if _, err := s.Build(t.Context(), "letters", BuildOptions{Fetch: fetch}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(s.Root, 0o755); err != nil {
		t.Fatal(err)
	}
	tarball, err := fetch(t.Context(), s.Recipes[0].Sources[0], "", nil)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestBuildsAndDies$")
	cmd.Env = append(os.Environ(), killRoot+"="+s.Root, killAt+"="+step, killFrom+"="+filepath.Dir(tarball))
	out, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 9 {
		t.Fatalf("the process did not end at %q: %v\n%s", step, err, out)
	}
	packs, err := s.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		if p.Err != nil {
			t.Errorf("after the end at %q: %s: %v, want it whole or not there", step, p.Name, p.Err)
		}
	}
	switch _, _, err := s.Open("letters"); {
	case errors.Is(err, ErrNotBuilt) && (!before || step == "move in"):
	case err != nil:
		t.Errorf("Open after the end at %q = %v, want the pack", step, err)
	}
	if before { // comes back, or has come, although nothing new can be made
		if _, err := s.Build(t.Context(), "letters", BuildOptions{Fetch: FromFolder(t.TempDir()), Again: true}); err == nil {
			t.Error("Build of nothing = no error, want one")
		}
		checkGood(t, s)
	}
	if _, err := s.Build(t.Context(), "letters", BuildOptions{Fetch: fetch}); err != nil && !errors.Is(err, ErrThere) {
		t.Errorf("Build after the end at %q = %v, want no error", step, err)
	}
	checkGood(t, s)
	if got := slices.DeleteFunc(names(t, s), func(n string) bool { return n == downloadsFolder || !strings.HasPrefix(n, ".") }); len(got) > 0 {
		t.Errorf("after the next build there is %q besides the pack", got)
	}
}
