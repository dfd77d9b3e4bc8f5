//go:build ignore

// Gen writes dict/words.txt.gz: the words of gse's simplified Chinese
// dictionary that occur often enough to matter, as "word frequency" lines.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// minFrequency keeps about a tenth of the words and nearly all of the text
// that they cover. Loading time and memory fall with it.
const minFrequency = 100

func main() {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/go-ego/gse").Output()
	if err != nil {
		log.Fatalf("gen: where is gse: %v", err)
	}
	in, err := os.Open(filepath.Join(strings.TrimSpace(string(dir)), "data", "dict", "zh", "s_1.txt"))
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()

	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		log.Fatal(err)
	}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		word, frequency, ok := field2(lines.Text())
		if ok && frequency >= minFrequency {
			fmt.Fprintf(zip, "%s %d\n", word, frequency)
		}
	}
	if err := zip.Close(); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("dict/words.txt.gz", out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

func field2(line string) (word string, frequency int, ok bool) {
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return "", 0, false
	}
	frequency, err := strconv.Atoi(fields[1])
	return fields[0], frequency, err == nil
}
