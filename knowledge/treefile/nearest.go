package treefile

// nearest returns the known word that word is probably a misspelling of, or "".
func nearest(word string, known []string) string {
	best, least := "", 3 // at most two edits away
	for _, k := range known {
		if len(k) < least { // everything is near to a short word
			continue
		}
		if d := distance(word, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance returns the number of letters that must be inserted, left out or
// replaced to turn a into b, or a number above 2 where it is more than that.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > 2 || len(y)-len(x) > 2 {
		return 3
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, c := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j, d := range y {
			replace := diagonal
			if c != d {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}
