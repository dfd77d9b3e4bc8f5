package labelled_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/eval/labelled"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name  string
		file  string
		where []labelled.Condition
		want  []labelled.Row
	}{
		{"text and intent", "text\tintent\n发货了吗\tshipping\n", nil, []labelled.Row{{Text: "发货了吗", Label: "shipping", Line: 2}}},
		{"label instead, in any order", "label\ttext\nA b\twhere is it?\n", nil, []labelled.Row{{Text: "where is it?", Label: "A b", Line: 2}}},
		{"intent before label", "label\tintent\ttext\nx\ty\tq\n", nil, []labelled.Row{{Text: "q", Label: "y", Line: 2}}},
		{"kind", "text\tlabel\tkind\nq\toos\tnear\n", nil, []labelled.Row{{Text: "q", Label: "oos", Kind: "near", Line: 2}}},
		{"quotes are letters", "text\tintent\n\"a\tb\n", nil, []labelled.Row{{Text: `"a`, Label: "b", Line: 2}}},
		{"mark, line ends of Windows, empty lines, no last line end", "\ufefftext\tintent\r\n\r\na\tb\r\n\nc\td", nil,
			[]labelled.Row{{Text: "a", Label: "b", Line: 3}, {Text: "c", Label: "d", Line: 5}}},
		{"chosen rows", "bot\tsplit\ttext\tintent\nx\ttrain\ta\tA\nx\ttest\tb\tB\ny\ttrain\tc\tC\n",
			[]labelled.Condition{{Column: "split", Value: "train"}, {Column: "bot", Value: "x"}}, []labelled.Row{{Text: "a", Label: "A", Line: 2}}},
		{"what is not chosen may be empty", "text\tintent\tsplit\n\t\ttest\na\tb\ttrain\n",
			[]labelled.Condition{{Column: "split", Value: "train"}}, []labelled.Row{{Text: "a", Label: "b", Line: 3}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, problems := labelled.Read("set.tsv", strings.NewReader(tt.file), tt.where)
			if problems != nil {
				t.Fatalf("Read: %v", problems)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Read (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadProblems(t *testing.T) {
	split := []labelled.Condition{{Column: "split", Value: "dev"}}
	long := strings.Repeat("字", labelled.MaxText+1)
	for _, tt := range []struct {
		name  string
		file  string
		where []labelled.Condition
		want  []string // the beginnings of the problems
	}{
		{"nothing", "\n\n", nil, []string{"set.tsv:1:1: empty: "}},
		{"no text", "utterance\tintent\na\tb\n", nil, []string{"set.tsv:1:1: bad-header: "}},
		{"no label", "text\tkind\na\tb\n", nil, []string{"set.tsv:1:1: bad-header: "}},
		{"a column twice", "文字\ttext\tintent\ttext\n", nil, []string{"set.tsv:1:16: bad-header: "}},
		{"too many columns", strings.Repeat("\t", 64) + "\n", nil, []string{"set.tsv:1:1: bad-header: there are 65 columns"}},
		{"no column to choose by", "text\tintent\na\tb\n", split, []string{"set.tsv:1:1: missing-column: "}},
		{"no row is chosen", "text\tintent\tsplit\na\tb\ttest\n", split, []string{`set.tsv:2:1: no-rows: no row is chosen by split="dev"`}},
		{"no rows", "text\tintent\n", nil, []string{"set.tsv:1:1: no-rows: "}},
		{"too few and too many cells", "text\tintent\na\na\tb\tc\n", nil, []string{"set.tsv:2:1: bad-row: ", "set.tsv:3:1: bad-row: "}},
		{"empty cells", "text\tintent\n \tb\n文字\t\n", nil, []string{"set.tsv:2:1: empty-cell: ", `set.tsv:3:4: empty-cell: the column "intent"`}},
		{"too long", "text\tintent\n" + long + "\tb\n", nil, []string{"set.tsv:2:1: too-long: "}},
		{"not UTF-8", "text\tintent\n文\xff\tb\n", nil, []string{"set.tsv:2:2: not-utf8: "}},
		{"a header of GBK", "\xce\xc4\tintent\n", nil, []string{"set.tsv:1:1: not-utf8: "}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, problems := labelled.Read("set.tsv", strings.NewReader(tt.file), tt.where)
			checkProblems(t, problems, tt.want)
			if rows != nil {
				t.Errorf("Read returns %d rows beside problems", len(rows))
			}
		})
	}
}

func checkProblems(t *testing.T, got []knowledge.Problem, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("problems = %v, want %d", got, len(want))
	}
	for i, p := range got {
		if !strings.HasPrefix(p.String(), want[i]) {
			t.Errorf("problem %d = %v, want %q...", i, p, want[i])
		}
	}
}

func TestReadIsBounded(t *testing.T) {
	t.Run("problems", func(t *testing.T) {
		_, problems := labelled.Read("set.tsv", strings.NewReader("text\tintent\n"+strings.Repeat("a\n", 1000)), nil)
		if len(problems) != 101 || problems[100].Rule != "too-many-problems" {
			t.Errorf("%d problems, the last %v, want 100 and that there are more", len(problems), problems[len(problems)-1])
		}
	})
	t.Run("rows", func(t *testing.T) {
		file := "text\tintent\n" + strings.Repeat("a\tb\n", knowledge.MaxQuestions+1)
		_, problems := labelled.Read("set.tsv", strings.NewReader(file), nil)
		checkProblems(t, problems, []string{fmt.Sprintf("set.tsv:%d:1: too-many: ", knowledge.MaxQuestions+2)})
	})
	t.Run("bytes", func(t *testing.T) {
		_, problems := labelled.Read("set.tsv", bytes.NewReader(make([]byte, knowledge.MaxDocumentSize+1)), nil)
		checkProblems(t, problems, []string{"set.tsv:0:0: too-large: "})
	})
	t.Run("a reader that fails", func(t *testing.T) {
		_, problems := labelled.Read("set.tsv", iotest.ErrReader(errors.New("disk on fire")), nil)
		checkProblems(t, problems, []string{"set.tsv:0:0: unreadable: disk on fire"})
	})
}

func FuzzRead(f *testing.F) {
	f.Add("text\tintent\n发货\tshipping\n", "")
	f.Add("label\ttext\tsplit\r\n?\tq\ttrain\r\n", "train")
	f.Add("text\ttext\n\xff", "x")
	f.Fuzz(func(t *testing.T, file, split string) {
		var where []labelled.Condition
		if split != "" {
			where = append(where, labelled.Condition{Column: "split", Value: split})
		}
		rows, problems := labelled.Read("set.tsv", strings.NewReader(file), where)
		if (len(rows) > 0) == (len(problems) > 0) {
			t.Fatalf("Read(%q) = %d rows, %d problems, want one of the two", file, len(rows), len(problems))
		}
		for _, p := range problems {
			if p.File != "set.tsv" || p.Line < 1 || p.Column < 1 || p.Rule == "" {
				t.Errorf("problem %+v has no place", p)
			}
		}
		for i, r := range rows {
			if strings.TrimSpace(r.Text) == "" || strings.TrimSpace(r.Label) == "" || i > 0 && r.Line <= rows[i-1].Line {
				t.Errorf("row %d = %+v", i, r)
			}
		}
	})
}

func TestParseSource(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want labelled.Source
	}{
		{"a.tsv", labelled.Source{File: "a.tsv"}},
		{"a.tsv@train", labelled.Source{File: "a.tsv", Where: []labelled.Condition{{Column: "split", Value: "train"}}}},
		{"a.tsv@train,bot=x=y", labelled.Source{File: "a.tsv", Where: []labelled.Condition{{Column: "split", Value: "train"}, {Column: "bot", Value: "x=y"}}}},
		{"me@home/a.tsv", labelled.Source{File: "me@home/a.tsv"}},
		{`me@home\a.tsv`, labelled.Source{File: `me@home\a.tsv`}},
		{"me@home/a.tsv@val", labelled.Source{File: "me@home/a.tsv", Where: []labelled.Condition{{Column: "split", Value: "val"}}}},
	} {
		got, err := labelled.ParseSource(tt.in)
		if err != nil {
			t.Errorf("ParseSource(%q): %v", tt.in, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("ParseSource(%q) (-want +got):\n%s", tt.in, diff)
		}
		if got.String() != tt.in {
			t.Errorf("ParseSource(%q).String() = %q", tt.in, got.String())
		}
	}
	for _, in := range []string{"a.tsv@", "a.tsv@,x", "a.tsv@=x", "a.tsv@bot="} {
		if got, err := labelled.ParseSource(in); err == nil {
			t.Errorf("ParseSource(%q) = %v, want an error", in, got)
		}
	}
}
