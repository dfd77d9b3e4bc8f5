package auth

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// maxKeyFile bounds what is read as a key.
const maxKeyFile = 4096

// LoadOrCreateKey reads the key in the file at path: hexadecimal digits, at
// least MinKey bytes of them. Where there is no file it writes one that only
// its owner can read, with a new random key. Of several processes that start
// at once, all get the same key. A file that everybody may read or that others
// than its owner may write is refused.
func LoadOrCreateKey(path string) ([]byte, error) {
	key, err := loadKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := createKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("auth: creating the key: %w", err)
	}
	return loadKey(path)
}

func loadKey(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("auth: opening the key: %w", err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("auth: looking at the key: %w", err)
	}
	if err := checkKeyFile(path, info); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, fmt.Errorf("auth: reading the key: %w", err)
	}
	key := make([]byte, hex.DecodedLen(len(text)))
	n, err := hex.Decode(key, bytes.TrimSpace(text))
	if err != nil {
		// The error of package hex would show a byte of the key.
		return nil, fmt.Errorf("auth: the key in %s is not hexadecimal", path)
	}
	if n < MinKey {
		return nil, fmt.Errorf("auth: the key in %s has %d bytes, fewer than %d", path, n, MinKey)
	}
	return key[:n], nil
}

func checkKeyFile(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("auth: the key %s is no file", path)
	}
	const others = 0o027 // read by all; write by any but the owner
	if perm := info.Mode().Perm(); perm&others != 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("auth: the key %s is open to others (%#o); chmod it to 0600", path, perm)
	}
	return nil
}

// createKey writes a new key to path whole, or returns fs.ErrExist where there
// is a file. A link is what takes a name only if it is free, and takes it with
// the contents in place.
func createKey(path string) (err error) {
	key := make([]byte, MinKey)
	_, _ = rand.Read(key) // never fails: see its documentation
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), path)
}
