package dialog_test

import (
	"path/filepath"
	"testing"

	"github.com/honeyguide-chat/honeyguide/dialog/script"
)

// TestDialogs plays every golden dialog with a simple matcher.
func TestDialogs(t *testing.T) {
	files, err := filepath.Glob("testdata/dialogs/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("golden dialogs: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			w := newWorld(t, shopTree())
			script.Run(t, w.service, w.desk, file)
			if n := w.knowledge.pinned.Load(); n != 0 {
				t.Errorf("%d releases are still pinned", n)
			}
		})
	}
}
