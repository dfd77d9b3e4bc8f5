package treefile_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
)

func TestBillionLaughs(t *testing.T) {
	var b strings.Builder
	b.WriteString("honeyguide: 1\nlocale: en\na: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n")
	for c := 'b'; c <= 'j'; c++ {
		fmt.Fprintf(&b, "%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), c-1)
	}
	b.WriteString("nodes: *j\n")
	ps := treefile.Lint("f.yaml", []byte(b.String()))
	want := []string{
		`f.yaml:3:1: unknown-key: there is no key "a" here, only honeyguide, title, locale, welcome, suggest, tolerance, dictionary, synonyms, slots, nodes`,
		`f.yaml:3:4: alias-not-allowed: an anchor, &a, is not allowed`,
	}
	if diff := cmp.Diff(want, lines(ps[:2])); diff != "" {
		t.Errorf("first problems (-want +got):\n%s", diff)
	}
	if got, want := len(ps), 10+10+9*10+1; got != want { // keys, anchors, aliases, the last alias
		t.Errorf("Lint = %d problems, want %d", got, want)
	}
}

func TestDeepNesting(t *testing.T) {
	nested := func(n int) []byte {
		return []byte("honeyguide: 1\nlocale: en\nnodes: " + strings.Repeat("[{id: a, children: ", n) + "[]" + strings.Repeat("}]", n) + "\n")
	}
	blocks := func(n int) []byte {
		var b bytes.Buffer
		b.WriteString("honeyguide: 1\nlocale: en\nnodes:\n")
		for i := range n {
			fmt.Fprintf(&b, "%s- id: n%d\n%[1]s  title: t\n%[1]s  question: q%[2]d\n%[1]s  children:\n", strings.Repeat("  ", i), i)
		}
		fmt.Fprintf(&b, "%s- {id: leaf, title: t, answer: a}\n", strings.Repeat("  ", n))
		return b.Bytes()
	}
	tests := []struct {
		name string
		data []byte
		want []string
	}{
		{"brackets", []byte("honeyguide: 1\nlocale: en\nnodes: " + strings.Repeat("[", 10_001)), []string{"f.yaml:3:0: too-deep: exceeded max depth of 10000"}},
		{"children beyond what YAML allows", nested(10_000), []string{"f.yaml:3:0: too-deep: exceeded max depth of 10000"}},
		{"dashes", []byte(strings.Repeat("- ", 10_001)), []string{"f.yaml:1:0: too-deep: exceeded max depth of 10000"}},
		{"nodes as deep as allowed", blocks(knowledge.MaxDepth - 1), nil},
		{"nodes one deeper", blocks(knowledge.MaxDepth), []string{"f.yaml:36:19: too-deep: the node leaf is 9 deep, at most 8 are allowed"}},
		{"nodes that are only read so far", blocks(100), []string{
			"f.yaml:36:19: too-deep: the node n8 is 9 deep, at most 8 are allowed",
			"f.yaml:260:129: too-deep: nodes are nested more than 64 deep",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, lines(treefile.Lint("f.yaml", tt.data))); diff != "" {
				t.Errorf("Lint (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("children in brackets", func(t *testing.T) {
		ps := treefile.Lint("f.yaml", nested(4_900))
		deep := 0
		for _, p := range ps {
			if p.Rule == "too-deep" {
				deep++
			}
		}
		if deep != 2 { // one of package lint, one where reading stopped
			t.Errorf("Lint = %d problems, %d of them too-deep, want 2", len(ps), deep)
		}
	})
}

// A file cut off anywhere gives problems or is still a tree, never a panic, and
// never a problem without a place in the file.
func TestTruncated(t *testing.T) {
	data := shopYAML(t)
	total := bytes.Count(data, []byte("\n")) + 1
	for n := 0; n < len(data); n += 5 {
		for _, p := range treefile.Lint("f.yaml", data[:n]) {
			if p.Line < 1 || p.Line > total || p.Column < 0 || p.Rule == "" || p.Message == "" {
				t.Fatalf("Lint of the first %d bytes = %+v, want a place in the file, a rule and a message", n, p)
			}
		}
	}
	want := []string{"f.yaml:25:0: bad-yaml: did not find expected node content (here or just above)"}
	cut := bytes.Index(data, []byte("丰巢, 自提柜"))
	if diff := cmp.Diff(want, lines(treefile.Lint("f.yaml", data[:cut]))); diff != "" {
		t.Errorf("Lint of the first %d bytes (-want +got):\n%s", cut, diff)
	}
}

func TestTenThousandErrors(t *testing.T) {
	tests := []struct {
		name string
		row  string // one problem
		rule string
	}{
		{"of form", "  - {id: n%[1]d, title: t, answer: a, extra: x}\n", "unknown-key"},
		{"of meaning", "  - {id: n%[1]d, title: t, answer: a, similar: [？]}\n", "empty-question"},
		{"of both", "  - {id: n%[1]d, title: [t], answer: \" \"}\n", "wrong-type"},
	}
	for _, tt := range tests {
		for _, n := range []int{knowledge.MaxProblems / 10, knowledge.MaxProblems + 1} {
			t.Run(fmt.Sprintf("%s, %d", tt.name, n), func(t *testing.T) {
				var b bytes.Buffer
				b.WriteString(head)
				for i := range n {
					fmt.Fprintf(&b, tt.row, i)
				}
				ps := treefile.Lint("f.yaml", b.Bytes())
				each := 1
				if tt.name == "of both" {
					each = 2
				}
				last := ps[len(ps)-1]
				if total := n * each; total <= knowledge.MaxProblems {
					if len(ps) != total || last.Line != n+3 {
						t.Errorf("Lint = %d problems, the last on line %d, want %d and %d", len(ps), last.Line, total, n+3)
					}
				} else if len(ps) != knowledge.MaxProblems+1 || last.Rule != "too-many-problems" {
					t.Errorf("Lint = %d problems, the last %v, want %d and too-many-problems", len(ps), last, knowledge.MaxProblems+1)
				}
				if ps[0].Rule != tt.rule {
					t.Errorf("first problem = %v, want %s", ps[0], tt.rule)
				}
			})
		}
	}
}

// Problems beyond those that are listed must cost next to nothing.
func TestProblemsBeyondTheList(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(head + leaf)
	for i := range 50_000 {
		fmt.Fprintf(&b, "titl%d:\n", i)
	}
	if ps := treefile.Lint("f.yaml", b.Bytes()); len(ps) != knowledge.MaxProblems+1 {
		t.Errorf("Lint = %d problems, want %d", len(ps), knowledge.MaxProblems+1)
	}
}

func TestTooLarge(t *testing.T) {
	data := bytes.Repeat([]byte("#"), knowledge.MaxDocumentSize+1)
	want := []string{"f.yaml:0:0: too-large: the file has 67108865 bytes, at most 67108864 are allowed"}
	if diff := cmp.Diff(want, lines(treefile.Lint("f.yaml", data))); diff != "" {
		t.Errorf("Lint (-want +got):\n%s", diff)
	}
	path := filepath.Join(t.TempDir(), "large.yaml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, knowledge.MaxDocumentSize+1); err != nil {
		t.Fatal(err)
	}
	_, err := treefile.ReadFile(path)
	checkReadError(t, path, err, path+":0:0: too-large: the file has more than 67108864 bytes")
}

func TestReadFile(t *testing.T) {
	data, err := treefile.ReadFile("testdata/shop.yaml")
	if err != nil || !bytes.Equal(data, shopYAML(t)) {
		t.Errorf("ReadFile = %d bytes, %v, want the file", len(data), err)
	}
	dir := t.TempDir()
	_, err = treefile.ReadFile(dir)
	checkReadError(t, dir, err, dir+":0:0: unreadable: is a directory")
	missing := filepath.Join(dir, "missing.yaml")
	_, err = treefile.ReadFile(missing)
	checkReadError(t, missing, err, missing+":0:0: unreadable: no such file or directory")
	loop := filepath.Join(dir, "loop.yaml")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	_, err = treefile.ReadFile(loop)
	checkReadError(t, loop, err, loop+":0:0: unreadable: too many levels of symbolic links")
}

func checkReadError(t *testing.T, path string, err error, want string) {
	t.Helper()
	invalid, ok := errors.AsType[*knowledge.InvalidError](err)
	if !ok || len(invalid.Problems) != 1 || invalid.Problems[0].String() != want {
		t.Errorf("ReadFile(%s) = %v, want an InvalidError with %s", path, err, want)
	}
}
