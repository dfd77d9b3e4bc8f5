package boltstore_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/knowledge/knowledgetest"
)

// crashFile names the file that this test binary, run as a child, publishes to.
const crashFile = "BOLTSTORE_CRASH_FILE"

// TestKilledProcessLeavesWholeReleases runs this test again as a child that
// publishes until it is killed, and opens what that leaves behind.
func TestKilledProcessLeavesWholeReleases(t *testing.T) {
	if path := os.Getenv(crashFile); path != "" {
		publishForEver(t, path)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	for round := range 4 {
		acknowledged := runUntilKilled(t, path, 10+round)
		db := openFile(t, path, nil)
		s := newStore(t, db)
		live, err := s.Live(t.Context(), "shop-a")
		if err != nil || live < acknowledged {
			t.Errorf("Live = %d, %v, but %d was acknowledged", live, err, acknowledged)
		}
		for n := uint64(1); n <= live; n++ {
			got, err := s.Get(t.Context(), "shop-a", n)
			if diff := cmp.Diff(knowledgetest.Release("shop-a", n, "editor"), got); diff != "" || err != nil {
				t.Errorf("Get(%d) = %v (-want +got):\n%s", n, err, diff)
			}
		}
		if _, err := s.Get(t.Context(), "shop-a", live+1); err == nil {
			t.Errorf("release %d is stored but not live", live+1)
		}
		if err := db.View(func(tx *bbolt.Tx) error {
			for err := range tx.Check() {
				return err
			}
			return nil
		}); err != nil {
			t.Errorf("consistency of the file: %v", err)
		}
		closeFile(t, db)
	}
}

// publishForEver is the child. It writes a line for each acknowledged release.
func publishForEver(t *testing.T, path string) {
	s := newStore(t, openFile(t, path, nil))
	n, err := s.Newest(t.Context(), "shop-a")
	for ; err == nil; err = s.Publish(t.Context(), knowledgetest.Release("shop-a", n, "editor")) {
		fmt.Println(n)
		n++
	}
	t.Fatal(err)
}

// runUntilKilled kills the child after some acknowledgements, while it
// publishes on, and returns the last number that was acknowledged.
func runUntilKilled(t *testing.T, path string, after int) uint64 {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKilledProcessLeavesWholeReleases$")
	child.Env = append(os.Environ(), crashFile+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var last uint64
	lines := bufio.NewScanner(out)
	for count := 0; lines.Scan(); count++ {
		n, err := strconv.ParseUint(lines.Text(), 10, 64)
		if err != nil {
			t.Errorf("the child says %q", lines.Text())
			break
		}
		last = n
		if count == after {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait() // "signal: killed"
	return last
}
