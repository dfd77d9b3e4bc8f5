//go:build unix

package uselite

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent/embed/uselite/uselitetest"
)

// To open a pipe for reading waits until somebody writes to it.
func TestOpenDoesNotWaitForAPipe(t *testing.T) {
	for _, name := range Files() {
		dir := convert(t, uselitetest.New(1))
		file := filepath.Join(dir, name)
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(file, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("Open where %s is a pipe = %v, want an error that names it", name, err)
		}
	}
}
