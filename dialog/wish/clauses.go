package wish

import "strings"

// splitClauses returns what stands between marks: as many parts as there are
// groups of marks, and one more. The apostrophe and the hyphen join.
func splitClauses(text string) []string {
	var out []string
	from, marks := 0, false
	for i, r := range text {
		switch mark := strings.ContainsRune(clauseMarks, r); {
		case mark && !marks:
			out = append(out, text[from:i])
			marks = true
		case !mark && marks:
			from, marks = i, false
		}
	}
	if marks {
		from = len(text)
	}
	return append(out, text[from:])
}

const clauseMarks = ",，。.;；!！?？:：、\n~～…"
