package treefile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
)

// TestSyntaxErrors holds the line that a syntax error is reported at. Where
// YAML only notices on the next line, the message says "here or just above".
func TestSyntaxErrors(t *testing.T) {
	tests := []struct {
		name, data, want string
	}{
		{"bracket not closed", head + "  - id: a\n    similar: [b, c\n    title: t\n" + leaf + leaf, "5:0: bad-yaml: did not find expected ',' or ']' (a bracket is not closed or a comma is missing)"},
		{"brace not closed at the end", head + "  - {id: a", "4:0: bad-yaml: did not find expected ',' or '}' (a bracket is not closed or a comma is missing)"},
		{"wrong bracket on the first line", "honeyguide: [1}\n", "1:0: bad-yaml: did not find expected ',' or ']' (a bracket is not closed or a comma is missing)"},
		{"one space too few", head + "  - id: a\n    title: t\n   answer: a\n" + leaf, "6:0: bad-yaml: did not find expected '-' indicator (here or just above, often because of wrong indentation)"},
		{"one space too few before an item", head + leaf + " - id: a\n" + leaf, "5:0: bad-yaml: did not find expected key (here or just above, often because of wrong indentation)"},
		{"mapping inside a list", head + "  - id: a\n    similar:\n      - b\n      c: d\n" + leaf, "7:0: bad-yaml: did not find expected '-' indicator (here or just above, often because of wrong indentation)"},
		{"bracket on the first line not closed at the end", "[a", "1:0: bad-yaml: did not find expected ',' or ']' (a bracket is not closed or a comma is missing)"},
		{"comma missing in JSON", "{\"honeyguide\": 1,\n\"locale\": \"en\"\n\"nodes\": []}\n", "3:0: bad-yaml: did not find expected ',' or '}' (a bracket is not closed or a comma is missing)"},
		{"two colons", head + "  - id: a\n    title: 退货: 换货\n    answer: a\n", "5:0: bad-yaml: mapping values are not allowed in this context"},
		{"two colons on the first line", "title: a: b\n", "1:0: bad-yaml: mapping values are not allowed in this context"},
		{"quote not closed", head + "  - id: a\n    title: \"退货\n    answer: a\n", "5:0: bad-yaml: found unexpected end of stream"},
		{"quote within quotes", head + "  - id: a\n    title: \"我要\"退货\"\"\n    answer: a\n" + leaf, "6:0: bad-yaml: did not find expected key (here or just above, often because of wrong indentation)"},
		{"tab as indentation", head + "  - id: a\n\ttitle: t\n", "5:0: bad-yaml: found a tab character that violates indentation"},
		{"at sign", head + "  - id: a\n    title: @客服\n", "5:0: bad-yaml: found character that cannot start any token"},
		{"star before Chinese", head + "  - id: a\n    title: *必填\n    answer: a\n", "5:0: bad-yaml: did not find expected alphabetic or numeric character (text that begins with * or & needs quotes)"},
		{"star before a word", head + "  - id: a\n    title: *must\n    answer: a\n", "6:0: bad-yaml: unknown anchor 'must' referenced (here or just above; text that begins with * needs quotes)"},
		{"unknown escape", head + "  - id: a\n    answer: \"one\n      two\\q\"\n" + leaf, `6:0: bad-yaml: found unknown escape character (in double quotes \ must be written \\)`},
		{"key without a colon", head + "  - id: a\n    title\n    answer: a\n", "5:0: bad-yaml: could not find expected ':'"},
		{"directive", "%YAML 9.9\n---\nhoneyguide: 1\n", "1:0: bad-yaml: found incompatible YAML document"},
		{"text after the document", "[a]\nb\n", "2:0: bad-yaml: did not find expected <document start>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := lines(treefile.Lint("f.yaml", []byte(tt.data)))
			if diff := cmp.Diff([]string{"f.yaml:" + tt.want}, got); diff != "" {
				t.Errorf("Lint (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefusedBeforeParsing(t *testing.T) {
	tests := []struct {
		name, data string
		want       []string
	}{
		{"GBK", head + "  - {id: a, title: \xcd\xcb\xbb\xf5, answer: a}\n", []string{
			"4:20: not-utf8: byte 0xCD is not UTF-8; save the file as UTF-8 (many programs write GBK or UTF-16 unless told otherwise)",
		}},
		{"GBK after Chinese in UTF-8", "title: 退货\xcd\n", []string{
			"1:10: not-utf8: byte 0xCD is not UTF-8; save the file as UTF-8 (many programs write GBK or UTF-16 unless told otherwise)",
		}},
		{"UTF-16", "\xff\xfeh\x00o\x00", []string{
			"1:1: not-utf8: byte 0xFF is not UTF-8; save the file as UTF-8 (many programs write GBK or UTF-16 unless told otherwise)",
		}},
		{"NUL", head + "  - {id: a, title: t\x00, answer: a}\n", []string{"4:21: control-characters: the character U+0000 is not allowed"}},
		{"several, after every kind of line end", "a\r\nb\rc\x07\n退\u202e货\u2028\ufeff\n", []string{
			"3:2: control-characters: the character U+0007 is not allowed",
			"4:2: control-characters: the character U+202E is not allowed",
			"4:4: control-characters: the character U+2028 is not allowed",
			"4:5: control-characters: the character U+FEFF is not allowed",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var want []string
			for _, w := range tt.want {
				want = append(want, "f.yaml:"+w)
			}
			if diff := cmp.Diff(want, lines(treefile.Lint("f.yaml", []byte(tt.data)))); diff != "" {
				t.Errorf("Lint (-want +got):\n%s", diff)
			}
		})
	}
}
