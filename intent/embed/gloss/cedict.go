package gloss

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Bounds of a dictionary. The real one has 125,000 entries and no line of more
// than 706 bytes.
const (
	maxEntries   = 1_000_000
	maxEntryLine = 64 << 10
)

// entry is one of a CC-CEDICT dictionary: one reading of one word.
type entry struct {
	traditional, simplified string
	pinyin                  string
	glosses                 []string // in their order, as they stand there
}

// readCEDICT calls do for each entry of a dictionary in the format of CC-CEDICT,
// one entry a line:
//
//	車票 车票 [che1 piao4] /ticket (for a bus or train)/CL:張|张[zhang1]/
//
// Lines that begin with # are comments, which comment is called with; among
// them are the terms of use. Other lines that are no entry are left
// out too, such as those that make the file a JavaScript module.
func readCEDICT(r io.Reader, comment func(string), do func(entry)) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4<<10), maxEntryLine)
	entries := 0
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), "\r`;")
		if strings.HasPrefix(line, "#") {
			comment(line)
			continue
		}
		e, ok := parseEntry(line)
		if !ok {
			continue
		}
		if entries++; entries > maxEntries {
			return fmt.Errorf("there are more than %d entries", maxEntries)
		}
		do(e)
	}
	switch err := lines.Err(); {
	case err != nil:
		return err
	case entries == 0:
		return errors.New("there is no entry of a dictionary")
	}
	return nil
}

func parseEntry(line string) (entry, bool) {
	head, glosses, ok := strings.Cut(line, "/")
	if !ok || !strings.HasSuffix(glosses, "/") {
		return entry{}, false
	}
	words, pinyin, ok := strings.Cut(head, "[")
	if !ok {
		return entry{}, false
	}
	pinyin, _, ok = strings.Cut(pinyin, "]")
	fields := strings.Fields(words)
	if !ok || len(fields) != 2 {
		return entry{}, false
	}
	e := entry{traditional: fields[0], simplified: fields[1], pinyin: pinyin}
	for gloss := range strings.SplitSeq(strings.TrimSuffix(glosses, "/"), "/") {
		if gloss = strings.TrimSpace(gloss); gloss != "" {
			e.glosses = append(e.glosses, gloss)
		}
	}
	return e, len(e.glosses) > 0
}

// englishWords returns the words of a gloss in lower case: runs of letters and
// digits outside brackets, without Chinese ones. Parentheses say how a word is
// used rather than what it means; their words only count where there are no
// others.
func englishWords(gloss string) []string {
	var outside, inside []string
	var word strings.Builder
	round, square := 0, 0
	flush := func() {
		switch {
		case word.Len() == 0:
		case round > 0:
			inside = append(inside, word.String())
		default:
			outside = append(outside, word.String())
		}
		word.Reset()
	}
	for _, r := range gloss {
		if square == 0 && (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Han, r) {
			word.WriteRune(unicode.ToLower(r))
			continue
		}
		flush()
		switch r {
		case '(':
			round++
		case ')':
			round = max(0, round-1)
		case '[':
			square++
		case ']':
			square = max(0, square-1)
		}
	}
	flush()
	if len(outside) == 0 {
		return inside
	}
	return outside
}
