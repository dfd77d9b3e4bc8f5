//go:build ignore

// Gen_pairs writes tables/pairs.txt.gz: which characters stand beside each
// other in the words of general Chinese, and how often. It reads the
// simplified Chinese dictionary of gse.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// minFrequency leaves two words of three out. The rest costs half as much
// again in size and spares few wrong repairs.
const minFrequency = 10

// firstHan and lastHan bound the characters that count.
const (
	firstHan = 0x4E00
	lastHan  = 0x9FFF
)

// char is what the dictionary knows of a character.
type char struct {
	seen, ends int // times in words, and as the last character of one
	next       map[rune]int
}

func main() {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/go-ego/gse").Output()
	if err != nil {
		log.Fatalf("gen_pairs: where is gse: %v", err)
	}
	in, err := os.Open(filepath.Join(strings.TrimSpace(string(dir)), "data", "dict", "zh", "s_1.txt"))
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()

	chars := make(map[rune]*char)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 {
			continue
		}
		if n, err := strconv.Atoi(fields[1]); err == nil && n >= minFrequency {
			add(chars, []rune(fields[0]), n)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("tables/pairs.txt.gz", table(chars), 0o644); err != nil {
		log.Fatal(err)
	}
}

func add(chars map[rune]*char, word []rune, n int) {
	if slices.ContainsFunc(word, func(r rune) bool { return r < firstHan || r > lastHan }) {
		return
	}
	for i, r := range word {
		c := chars[r]
		if c == nil {
			c = &char{next: make(map[rune]int)}
			chars[r] = c
		}
		c.seen += n
		if i == len(word)-1 {
			c.ends += n
		} else {
			c.next[word[i+1]] += n
		}
	}
}

// table returns the packed lines of the file: a character, the levels of its
// two counts, then each character that follows it with the level of that
// count, in the order of code points.
func table(chars map[rune]*char) []byte {
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range sorted(chars) {
		c := chars[r]
		fmt.Fprintf(zip, "%c%c%c", r, level(c.seen), level(c.ends))
		for _, next := range sorted(c.next) {
			fmt.Fprintf(zip, "%c%c", next, level(c.next[next]))
		}
		fmt.Fprintln(zip)
	}
	if err := zip.Close(); err != nil {
		log.Fatal(err)
	}
	return out.Bytes()
}

// level packs a count into a letter: 'A' for none, then one more for each doubling.
func level(n int) rune {
	if n == 0 {
		return 'A'
	}
	return 'B' + rune(math.Round(math.Log2(float64(n))))
}

func sorted[V any](m map[rune]V) []rune {
	var out []rune
	for r := range m {
		out = append(out, r)
	}
	slices.Sort(out)
	return out
}
