package app_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// followUp is an utterance that leans on what the session is about.
type followUp struct {
	about     knowledge.NodeID
	utterance string
	expect    []knowledge.NodeID // any of them; none: nothing may answer
}

// leaning is what follow-ups came to: shares of those that a node answers, but
// for strange.
type leaning struct {
	best    float64 // the best candidate is right
	right   float64 // answered, and rightly
	wrong   float64 // answered, and wrongly
	strange int     // answered though nothing may answer them
}

// testFollowUps holds the release that a is serving to what the topic must be
// worth: at least so many are right with it, and far fewer without.
func testFollowUps(t *testing.T, a *app.App, locale string) {
	least := map[string]leaning{
		"zh-CN": {best: 0.84, right: 0.64, wrong: 0.06, strange: 1},
		"en":    {best: 0.88, right: 0.62, wrong: 0.04, strange: 0},
	}[locale]
	s, err := a.Catalog.Acquire(t.Context(), "demo")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Release()
	list := append(readFollowUps(t, s.Tree(), locale, "dev"), readFollowUps(t, s.Tree(), locale, "test")...)
	with, without := lean(t, s, list, true), lean(t, s, list, false)
	t.Logf("%d follow-ups: %+v with their topic, %+v without", len(list), with, without)
	if with.best < least.best || with.right < least.right || with.wrong > least.wrong || with.strange > least.strange {
		t.Errorf("follow-ups with their topic: %+v, want at least %+v", with, least)
	}
	if with.best < without.best+0.1 {
		t.Errorf("the topic brings %.3f of the follow-ups right, without it %.3f are: want a tenth more", with.best, without.best)
	}
}

func lean(t *testing.T, s *live.Snapshot, list []followUp, topic bool) leaning {
	t.Helper()
	now := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
	var l leaning
	asked := 0.0
	for _, f := range list {
		about := f.about
		if !topic {
			about = ""
		}
		r, err := s.Match(t.Context(), f.utterance, about, now)
		if err != nil {
			t.Fatal(err)
		}
		best, _ := r.Best()
		hit := slices.Contains(f.expect, best.Node)
		switch {
		case len(f.expect) == 0:
			if r.Verdict == intent.Sure {
				l.strange++
			}
			continue
		case r.Verdict == intent.Sure && hit:
			l.right++
		case r.Verdict == intent.Sure:
			l.wrong++
		}
		asked++
		if hit {
			l.best++
		}
	}
	l.best, l.right, l.wrong = l.best/asked, l.right/asked, l.wrong/asked
	return l
}

// readFollowUps reads testdata/followups, whose nodes the tree must have.
func readFollowUps(t *testing.T, tree *knowledge.Tree, locale, half string) []followUp {
	t.Helper()
	name := fmt.Sprintf("../../../testdata/followups/disputes.%s.%s.tsv", locale, half)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	known := func(id knowledge.NodeID) bool {
		n := tree.Node(id)
		return n != nil && n.Question != ""
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	if lines[0] != "about\tutterance\texpect" {
		t.Fatalf("%s: the columns are %q", name, lines[0])
	}
	var list []followUp
	seen := make(map[string]bool)
	for i, line := range lines[1:] {
		fields := strings.Split(line, "\t")
		if len(fields) != 3 || seen[fields[0]+"\t"+fields[1]] || !known(knowledge.NodeID(fields[0])) {
			t.Fatalf("%s:%d: %q is no follow-up, there twice, or about no node", name, i+2, line)
		}
		seen[fields[0]+"\t"+fields[1]] = true
		f := followUp{about: knowledge.NodeID(fields[0]), utterance: fields[1]}
		if fields[2] != "!none" {
			for id := range strings.SplitSeq(fields[2], "|") {
				if !known(knowledge.NodeID(id)) {
					t.Errorf("%s:%d: there is no node %q that can be asked for", name, i+2, id)
				}
				f.expect = append(f.expect, knowledge.NodeID(id))
			}
		}
		list = append(list, f)
	}
	return list
}
