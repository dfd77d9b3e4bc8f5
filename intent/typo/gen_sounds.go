//go:build ignore

// Gen_sounds writes tables/sounds.txt: the characters of GB 2312 by syllable,
// without tones. It reads the dictionary of go-pinyin, which no build needs.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"
)

const source = "github.com/mozillazg/go-pinyin@v0.21.0"

// readings is how many readings of a character count: the dictionary lists
// the usual ones first and does not stop at those that nobody uses.
const readings = 2

func main() {
	dict, err := fetch()
	if err != nil {
		log.Fatalf("gen_sounds: %s: %v", source, err)
	}
	if err := os.WriteFile("tables/sounds.txt", table(dict), 0o644); err != nil {
		log.Fatal(err)
	}
}

// fetch returns the source of the dictionary.
func fetch() ([]byte, error) {
	out, err := exec.Command("go", "mod", "download", "-json", source).Output()
	if err != nil {
		return nil, err
	}
	var mod struct{ Dir string }
	if err := json.Unmarshal(out, &mod); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(mod.Dir, "pinyin_dict.go"))
}

var record = regexp.MustCompile(`(?m)^\s*0x([0-9A-F]+):\s*"([^"]+)"`)

// table returns the lines of the file: a syllable and its characters, those of
// GB 2312's first level before the others.
func table(dict []byte) []byte {
	of := make(map[rune][]string)
	for _, m := range record.FindAllSubmatch(dict, -1) {
		r, err := strconv.ParseUint(string(m[1]), 16, 32)
		if err != nil {
			log.Fatal(err)
		}
		for _, s := range strings.Split(string(m[2]), ",") {
			if s = toneless(s); !slices.Contains(of[rune(r)], s) && len(of[rune(r)]) < readings {
				of[rune(r)] = append(of[rune(r)], s)
			}
		}
	}
	chars := make(map[string][]rune)
	for _, r := range gb2312() {
		for _, s := range of[r] {
			chars[s] = append(chars[s], r)
		}
	}
	var syllables []string
	for s := range chars {
		syllables = append(syllables, s)
	}
	slices.Sort(syllables)
	var out bytes.Buffer
	for _, s := range syllables {
		fmt.Fprintf(&out, "%s %s\n", s, string(chars[s]))
	}
	return out.Bytes()
}

// toneless returns a syllable as it is typed: "lǜ" becomes "lv".
func toneless(s string) string {
	s = strings.ReplaceAll(norm.NFD.String(s), "u\u0308", "v")
	return strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, s)
}

// gb2312 returns the Chinese characters of GB 2312, in its order.
func gb2312() []rune {
	var out []rune
	for hi := byte(0xB0); hi <= 0xF7; hi++ {
		for lo := byte(0xA1); lo <= 0xFE; lo++ {
			if hi == 0xD7 && lo > 0xF9 {
				break
			}
			if c, err := simplifiedchinese.GBK.NewDecoder().Bytes([]byte{hi, lo}); err == nil {
				out = append(out, []rune(string(c))...)
			}
		}
	}
	return out
}
