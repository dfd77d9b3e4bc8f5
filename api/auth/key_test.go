package auth_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/honeyguide-chat/honeyguide/api/auth"
)

func TestLoadOrCreateKeyKeepsTheKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "key")
	first, err := auth.LoadOrCreateKey(path)
	if err != nil || len(first) < auth.MinKey {
		t.Fatalf("LoadOrCreateKey = %d bytes, %v, want at least %d", len(first), err, auth.MinKey)
	}
	second, err := auth.LoadOrCreateKey(path)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("the second LoadOrCreateKey returns another key, or %v", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if perm := info.Mode().Perm(); perm != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode of the key = %#o, want 0600", perm)
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("directory holds %v, %v, want only the key", files, err)
	}
}

func TestLoadOrCreateKeyOfManyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	keys := make([][]byte, 16)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			var err error
			if keys[i], err = auth.LoadOrCreateKey(path); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for i := range keys {
		if !bytes.Equal(keys[i], keys[0]) {
			t.Fatalf("starter %d got another key than starter 0", i)
		}
	}
}

func TestLoadOrCreateKeyRefuses(t *testing.T) {
	good := strings.Repeat("5a", auth.MinKey)
	tests := []struct {
		name, text string
		mode       os.FileMode
		ok         bool
	}{
		{"good", good, 0o600, true},
		{"readable by the group", good + "\n", 0o440, true},
		{"readable by all", good, 0o644, false},
		{"writable by the group", good, 0o620, false},
		{"too short", good[2:], 0o600, false},
		{"empty", "", 0o600, false},
		{"not hexadecimal", good[2:] + "zz", 0o600, false},
		{"half a byte", good + "a", 0o600, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(path, []byte(tt.text), tt.mode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tt.mode); err != nil { // whatever the umask
				t.Fatal(err)
			}
			key, err := auth.LoadOrCreateKey(path)
			if ok := err == nil; ok != tt.ok {
				t.Fatalf("LoadOrCreateKey = %d bytes, %v, want ok = %t", len(key), err, tt.ok)
			}
			if err != nil && strings.Contains(err.Error(), "5a5a") {
				t.Errorf("the error shows the key: %v", err)
			}
			if err == nil && hex.EncodeToString(key) != good {
				t.Errorf("LoadOrCreateKey = another key than the file's")
			}
		})
	}
	if key, err := auth.LoadOrCreateKey(t.TempDir()); err == nil {
		t.Errorf("LoadOrCreateKey of a directory = %d bytes, want an error", len(key))
	}
}
