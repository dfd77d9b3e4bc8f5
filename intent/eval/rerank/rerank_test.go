package rerank_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/eval/rerank"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// stub ranks by a list of sentences for each query; sentences that are not in
// it are left out.
type stub struct {
	set   *rerank.Set
	order map[string][]string
	asked [][]knowledge.NodeID
}

var errStub = errors.New("ranker broke")

func (s *stub) Rank(_ context.Context, utterance string, nodes []knowledge.NodeID) ([]intent.Candidate, error) {
	if utterance == "break" {
		return nil, errStub
	}
	s.asked = append(s.asked, nodes)
	var out []intent.Candidate
	for _, text := range s.order[utterance] {
		for n := range s.set.Tree.Nodes() {
			if n.Question == text {
				out = append(out, intent.Candidate{Node: n.ID})
			}
		}
	}
	return out, nil
}

func measure(t *testing.T, order map[string][]string, lists ...rerank.List) (*rerank.Report, *stub) {
	t.Helper()
	set, err := rerank.NewSet(lists, "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	s := &stub{set: set, order: order}
	r, err := set.Measure(t.Context(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r, s
}

func list(query string, same, different string) rerank.List {
	return rerank.List{Query: query, Same: strings.Fields(same), Different: strings.Fields(different), File: "q.jsonl", Line: 3}
}

func TestMeasure(t *testing.T) {
	for _, tt := range []struct {
		name             string
		order            string
		same, different  string
		first            int
		averagePrecision float64
		unranked         int
	}{
		{"all right", "a b x y", "a b", "x y", 1, 1, 0},
		{"all wrong", "x y a b", "a b", "x y", 0, (1.0/3 + 2.0/4) / 2, 0},
		{"in between", "a x b y", "a b", "x y", 1, (1 + 2.0/3) / 2, 0},
		{"what is left out comes last", "x", "a", "x y", 0, 1.0 / 3, 2},
		{"nothing is ranked", "", "a b", "x", 0, (1.0/2 + 2.0/3) / 2, 3},
		{"what was not asked for does not count", "z a x", "a", "x", 1, 1, 0},
		{"nothing different", "a b", "a b", "", 1, 1, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := measure(t, map[string][]string{"q": strings.Fields(tt.order)}, list("q", tt.same, tt.different), list("other", "z", ""))
			// The list of the other query has nothing but what is the same.
			if got := r.First - 1; got != tt.first {
				t.Errorf("First = %d, want %d", got, tt.first)
			}
			if got := 2*r.MeanAveragePrecision - 1; math.Abs(got-tt.averagePrecision) > 1e-9 {
				t.Errorf("average precision = %v, want %v", got, tt.averagePrecision)
			}
			if r.Unranked != tt.unranked+1 {
				t.Errorf("Unranked = %d, want %d", r.Unranked, tt.unranked+1)
			}
		})
	}
}

func TestReport(t *testing.T) {
	r, s := measure(t, map[string][]string{"q1": {"x", "b", "a"}, "q2": {"b", "x"}}, list("q1", "a b", "x"), list("q2", "b", "x"))
	want := &rerank.Report{
		Lists: 2, First: 1, PrecisionAt1: 0.5, MeanAveragePrecision: ((1.0/2+2.0/3)/2 + 1) / 2,
		Wrong: []rerank.Miss{{Line: 3, Query: "q1", Same: "b", First: "x"}},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("Measure (-want +got):\n%s", diff)
	}
	// One node a sentence, asked for in an order that does not tell which are right.
	if diff := cmp.Diff([][]knowledge.NodeID{{"s1", "s2", "s3"}, {"s2", "s3"}}, s.asked); diff != "" {
		t.Errorf("ranked nodes (-want +got):\n%s", diff)
	}
}

func TestMeasureStops(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		name  string
		ctx   context.Context
		query string
		want  error
		says  string
	}{
		{"at an error of the ranker", t.Context(), "break", errStub, "q.jsonl:3"},
		{"when the context ends", cancelled, "a", context.Canceled, "0 of 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, err := rerank.NewSet([]rerank.List{list(tt.query, "a", "")}, "en")
			if err != nil {
				t.Fatal(err)
			}
			if _, err = set.Measure(tt.ctx, &stub{set: set}, nil); !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Measure = %v, want %v that says %q", err, tt.want, tt.says)
			}
		})
	}
}

func TestNewSetRefusesTooManySentences(t *testing.T) {
	l := rerank.List{Query: "q"}
	for i := range knowledge.MaxNodes + 1 {
		l.Same = append(l.Same, fmt.Sprint(i))
	}
	if _, err := rerank.NewSet([]rerank.List{l}, "en"); err == nil {
		t.Error("NewSet: no error")
	}
}

func TestRead(t *testing.T) {
	file := "\ufeff{\"query\": \"怎么还款\", \"same\": [\"还款方式\"], \"different\": [\"利率\"]}\r\n\n" +
		`{"query":"\bq","same":["a","b"]}`
	got, problems := rerank.Read("q.jsonl", strings.NewReader(file))
	if problems != nil {
		t.Fatal(problems)
	}
	want := []rerank.List{
		{Query: "怎么还款", Same: []string{"还款方式"}, Different: []string{"利率"}, File: "q.jsonl", Line: 1},
		{Query: "\bq", Same: []string{"a", "b"}, File: "q.jsonl", Line: 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Read (-want +got):\n%s", diff)
	}
}

func TestReadProblems(t *testing.T) {
	long := strings.Repeat("字", rerank.MaxText+1)
	for _, tt := range []struct {
		name, file, want string
	}{
		{"nothing", "\n", "q.jsonl:1:1: empty: "},
		{"no JSON", `{"query": "怎么"` + "\n", "q.jsonl:1:14: bad-json: unexpected end"},
		{"a comma too many", `{"query": "怎么",, "same": ["a"]}`, "q.jsonl:1:16: bad-json: "},
		{"a list instead of a string", `{"query": ["a"]}`, "q.jsonl:1:11: bad-json: "},
		{"an unknown key", `{"question": "a"}`, "q.jsonl:1:1: empty-query: "},
		{"two values", `{"query": "q", "same": ["a"]} {}`, "q.jsonl:1:31: bad-json: "},
		{"another value", `null`, "q.jsonl:1:1: empty-query: "},
		{"no query", `{"same": ["a"]}`, "q.jsonl:1:1: empty-query: "},
		{"nothing the same", `{"query": "q", "different": ["a"]}`, "q.jsonl:1:1: nothing-same: "},
		{"a sentence twice", `{"query": "q", "same": ["a"], "different": ["a"]}`, `q.jsonl:1:1: twice: "a"`},
		{"too long", `{"query": "q", "same": ["` + long + `"]}`, "q.jsonl:1:1: too-long: "},
		{"too many sentences", `{"query": "q", "same": [` + strings.Repeat(`"",`, rerank.MaxSentences) + `""]}`, "q.jsonl:1:1: too-many: "},
		{"not UTF-8", "{\"query\": \"\xff\", \"same\": [\"a\"]}", "q.jsonl:1:1: not-utf8: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lists, problems := rerank.Read("q.jsonl", strings.NewReader(tt.file))
			if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), tt.want) || lists != nil {
				t.Errorf("Read = %v, %v, want the problem %q", lists, problems, tt.want)
			}
		})
	}
}

func TestReadIsBounded(t *testing.T) {
	if _, problems := rerank.Read("q.jsonl", strings.NewReader(strings.Repeat("x\n", 1000))); len(problems) != 100 {
		t.Errorf("%d problems, want 100", len(problems))
	}
	for name, tt := range map[string]struct {
		file string
		want string
	}{
		"lists": {strings.Repeat(`{"query":"q","same":["a"]}`+"\n", rerank.MaxLists+1), "too-many"},
		"bytes": {string(bytes.Repeat([]byte{'\n'}, knowledge.MaxDocumentSize+1)), "too-large"},
	} {
		if _, problems := rerank.Read("q.jsonl", strings.NewReader(tt.file)); len(problems) != 1 || problems[0].Rule != tt.want {
			t.Errorf("too many %s: %v, want %s", name, problems, tt.want)
		}
	}
	if _, problems := rerank.Read("q.jsonl", iotest.ErrReader(errStub)); len(problems) != 1 || problems[0].Rule != "unreadable" {
		t.Errorf("a reader that fails: %v, want unreadable", problems)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"query": "q", "same": ["a"], "different": ["b"]}`)
	f.Add("{\"query\": \"q\", \"same\": [\"a\"]}\n[1,2]\n")
	f.Add("\xff{")
	f.Fuzz(func(t *testing.T, file string) {
		lists, problems := rerank.Read("q.jsonl", strings.NewReader(file))
		if (len(lists) > 0) == (len(problems) > 0) {
			t.Fatalf("Read(%q) = %d lists, %d problems, want one of the two", file, len(lists), len(problems))
		}
		for _, p := range problems {
			if p.Line < 1 || p.Column < 1 {
				t.Errorf("problem %v has no place", p)
			}
		}
		if len(lists) > 0 {
			set, err := rerank.NewSet(lists, "en")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := set.Measure(t.Context(), &stub{set: set}, nil); err != nil {
				t.Error(err)
			}
		}
	})
}
