package boltstore_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/dialog/dialogtest"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

const (
	aShop shop.ID = "shop-a"

	// crashFile names the file that this test binary, run as a child, writes to.
	crashFile = "BOLTSTORE_CRASH_FILE"
	// crashAfter is how many commits are acknowledged before the child is
	// killed in one of the next.
	crashAfter = 25
)

// TestKilledProcessLeavesWholeCommits runs this test again as a child that
// commits until it is killed, and opens what that leaves behind.
func TestKilledProcessLeavesWholeCommits(t *testing.T) {
	if path := os.Getenv(crashFile); path != "" {
		commitForEver(t, path)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	for round := range 8 {
		acknowledged := runUntilKilled(t, path)
		t.Run(fmt.Sprint("round ", round), func(t *testing.T) {
			h, db := open(t, path, nil)
			for session, version := range acknowledged {
				if got := dialogtest.Verify(t, h, aShop, session); got < version {
					t.Errorf("session %s is at version %d, but %d was acknowledged", session, got, version)
				}
			}
			if err := db.View(func(tx *bbolt.Tx) error {
				for err := range tx.Check() {
					return err
				}
				return nil
			}); err != nil {
				t.Errorf("consistency of the file: %v", err)
			}
		})
	}
}

// commitForEver is the child. It writes a line for each commit that was
// acknowledged.
func commitForEver(t *testing.T, path string) {
	h, _ := open(t, path, nil)
	for i := 0; ; i++ {
		session := fmt.Sprint("s", i%3)
		version, err := dialogtest.Step(t.Context(), h, aShop, session)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("acknowledged", session, version)
	}
}

// runUntilKilled returns the last version of each session that was acknowledged.
func runUntilKilled(t *testing.T, path string) map[string]uint64 {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKilledProcessLeavesWholeCommits$")
	child.Env = append(os.Environ(), crashFile+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := make(map[string]uint64)
	began, n := time.Now(), 0
	for lines := bufio.NewScanner(out); lines.Scan(); { // to the end: what was written before the kill counts
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 || fields[0] != "acknowledged" {
			t.Fatalf("child says %q", lines.Text())
		}
		if acknowledged[fields[1]], err = strconv.ParseUint(fields[2], 10, 64); err != nil {
			t.Fatal(err)
		}
		if n++; n == crashAfter {
			// At any moment of a commit: right after an answer it would always
			// be the same one.
			time.Sleep(rand.N(2 * time.Since(began) / crashAfter))
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait() // killed
	if n < crashAfter {
		t.Fatalf("child ended after %d commits", n)
	}
	return acknowledged
}
