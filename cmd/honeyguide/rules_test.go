package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
)

const exampleRules = "../../testdata/rules/disputes.zh-CN.yaml"

// The example is right, routes by nodes of the tree beside it, and comes out of
// the program as it went in.
func TestExampleRules(t *testing.T) {
	data, err := os.ReadFile(exampleRules)
	if err != nil {
		t.Fatal(err)
	}
	f := readRules(exampleRules, data)
	if diff := cmp.Diff([]knowledge.Problem(nil), f.problems); diff != "" {
		t.Fatalf("problems (-want +got):\n%s", diff)
	}
	const name = "../../testdata/trees/disputes.zh-CN.yaml"
	source, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	tree := knowledge.NewTree(treefile.Parse(filepath.Base(name), source).Document)
	for i, r := range f.rules.GetRoutes() {
		if tree.Node(knowledge.NodeID(r.GetNode())) == nil {
			t.Errorf("routes[%d] names the node %q, which %s does not have", i, r.GetNode(), name)
		}
	}
	wantSameRules(t, f.rules)
}

func TestRulesAreReadAsWritten(t *testing.T) {
	odd := rpc.RulesToProto(handoff.DefaultRules(""))
	odd.Routes = []*handoffv1.Route{{Slot: "paid", Is: "true", Tags: []string{"123", "null", "- a: b", "多行\n文字"}}, {}}
	odd.Relax = nil
	odd.Skills = map[string]*handoffv1.Target{"a.b[0]": {Share: 0.5}, "~": {}}
	odd.Version = 1 << 63
	for name, rules := range map[string]*handoffv1.Rules{"defaults": rpc.RulesToProto(handoff.DefaultRules("")), "odd": odd} {
		t.Run(name, func(t *testing.T) { wantSameRules(t, rules) })
	}
}

func wantSameRules(t *testing.T, want *handoffv1.Rules) {
	t.Helper()
	text, err := writeRules(want)
	if err != nil {
		t.Fatal(err)
	}
	got := readRules("written.yaml", text).rules
	// A span of 0 and one that is not set are the same; the domain tells.
	if diff := cmp.Diff(rpc.RulesFromProto("", want), rpc.RulesFromProto("", got)); diff != "" {
		t.Errorf("rules (-written +read):\n%s\nfrom:\n%s", diff, text)
	}
}

func TestRulesLeftOutAreTheDefaults(t *testing.T) {
	want := rpc.RulesToProto(handoff.DefaultRules(""))
	for _, text := range []string{"", "# nothing\n", "mode: push\n", "ring:\n"} {
		f := readRules("rules.yaml", []byte(text))
		if diff := cmp.Diff(want, f.rules, protocmp.Transform()); diff != "" || len(f.problems) > 0 {
			t.Errorf("readRules(%q) has problems %v; rules (-want +got):\n%s", text, f.problems, diff)
		}
	}
	if f := readRules("rules.yaml", []byte("relax: []\n")); len(f.rules.GetRelax()) != 0 {
		t.Errorf("an empty list = %v, want none of the defaults in it", f.rules.GetRelax())
	}
}

// FuzzReadRules looks for files that break the reader, and for rules without
// problems that do not come out as they went in.
func FuzzReadRules(f *testing.F) {
	data, err := os.ReadFile(exampleRules)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{string(data), "", "a: &a [*a]\n", "relax: *x\n", "? [a]\n: b\n", "skills: {a: {share: .nan}}\n", "{", "--- 1\n--- 2\n", "ring: 9223372036854775807h\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got := readRules("f.yaml", data)
		for _, p := range got.problems {
			if p.Line < 1 || p.Message == "" {
				t.Errorf("problem %+v has no place or no words", p)
			}
		}
		if len(got.problems) == 0 {
			wantSameRules(t, got.rules)
		}
	})
}
