package gloss

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadCEDICT(t *testing.T) {
	var entries []entry
	var comments []string
	text := "module.exports = `# Title\n# License: x\r\n\n車票 车票 [che1 piao4] /ticket/CL:張|张[zhang1]/\r\nnonsense\n退 退 [tui4] /to return/`;\n"
	err := readCEDICT(strings.NewReader(text), func(c string) { comments = append(comments, c) }, func(e entry) { entries = append(entries, e) })
	want := []entry{
		{"車票", "车票", "che1 piao4", []string{"ticket", "CL:張|张[zhang1]"}},
		{"退", "退", "tui4", []string{"to return"}},
	}
	if diff := cmp.Diff(want, entries, cmp.AllowUnexported(entry{})); diff != "" || err != nil {
		t.Errorf("readCEDICT: %v, entries (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"# License: x"}, comments); diff != "" {
		t.Errorf("readCEDICT: comments (-want +got):\n%s", diff)
	}
}

func TestReadCEDICTRefuses(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"nothing", "", "no entry"},
		{"another file", "<html>\n</html>", "no entry"},
		{"a line without end", "車 车 [che1] /" + strings.Repeat("x", maxEntryLine) + "/", "too long"},
	} {
		err := readCEDICT(strings.NewReader(tc.text), func(string) {}, func(entry) {})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: readCEDICT = %v, want it to say %q", tc.name, err, tc.want)
		}
	}
}

func TestParseEntry(t *testing.T) {
	for _, line := range []string{
		"", "/", "車票", "車票 车票 /ticket/", "車票 [che1] /ticket/", "車票 车票 x [che1] /ticket/",
		"車票 车票 [che1 piao4 /ticket/", "車票 车票 [che1 piao4] ticket", "車票 车票 [che1 piao4] //", "車票 车票 [che1 piao4] /ticket",
	} {
		if e, ok := parseEntry(line); ok {
			t.Errorf("parseEntry(%q) = %+v, want none", line, e)
		}
	}
}

func TestEnglishWords(t *testing.T) {
	for _, tc := range []struct{ gloss, want string }{
		{"to 3D print; 3D printing", "to 3d print 3d printing"},
		{"T-shirt (loanword)", "t shirt"},
		{"(coll.) to be (very) happy", "to be happy"},
		{"(possessive particle)", "possessive particle"},
		{"alternative for 拜拜[bai2 bai2]", "alternative for"},
		{"ticket (for a bus (or train)) here", "ticket here"},
		{") closed twice )", "closed twice"},
		{"never [closed", "never"},
		{"café, naïve", "café naïve"},
		{"…", ""},
	} {
		if got := strings.Join(englishWords(tc.gloss), " "); got != tc.want {
			t.Errorf("englishWords(%q) = %q, want %q", tc.gloss, got, tc.want)
		}
	}
}

func TestNote(t *testing.T) {
	for _, tc := range []struct {
		gloss, other string
		isNote       bool
	}{
		{"ticket", "", false},
		{"variant of 騁|骋[cheng3]", "骋", true},
		{"see 退款[tui4 kuan3]", "退款", true},
		{"to see 退款", "", false},
		{"used in cooking", "", true},
		{"CL:張|张[zhang1]", "", true},
		{"surname Qian", "", true},
		{"abbr. for 北京[Bei3 jing1]", "北京", true},
		{"abbr. for Central Committee", "", false},
	} {
		if other, isNote := note(tc.gloss); other != tc.other || isNote != tc.isNote {
			t.Errorf("note(%q) = %q, %v, want %q, %v", tc.gloss, other, isNote, tc.other, tc.isNote)
		}
	}
}

func FuzzReadCEDICT(f *testing.F) {
	f.Add(testDictionary)
	f.Add("車票 车票 [che1 piao4] /ticket (((/]]]/")
	e := newEnglish()
	if err := readVectors(strings.NewReader(testVectors()), e.append); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := newDictionary(e)
		var comments terms
		_ = readCEDICT(strings.NewReader(text), comments.add, d.add)
		vectors := d.vectors()
		chineseWeights(vectors)
		if len(vectors) > strings.Count(text, "\n")+1 {
			t.Fatalf("%d words from %d lines", len(vectors), strings.Count(text, "\n")+1)
		}
	})
}
