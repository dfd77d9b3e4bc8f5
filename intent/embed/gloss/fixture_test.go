package gloss

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent/embed/pack/tgz/tgztest"
)

// A small dictionary in the form of the real one, written for these tests.
const testDictionary = "module.exports = `# first\n# License: for tests\n" + `# end
快遞 快递 [kuai4 di4] /express delivery; parcel/
包裹 包裹 [bao1 guo3] /parcel/package/CL:件[jian4]/
退 退 [tui4] /to return/to retreat/
退款 退款 [tui4 kuan3] /to refund; refund/
退貨 退货 [tui4 huo4] /to return goods/
錢 钱 [Qian2] /surname Qian/
錢 钱 [qian2] /money/coin/
查 查 [Zha1] /Charles/
查 查 [cha2] /invoice/
查 查 [Zha2] /anxiety/
收據 收据 [shou1 ju4] /invoice/
發票 发票 [fa1 piao4] /invoice; receipt/
T恤 T恤 [T xu4] /T-shirt (loanword)/
恤 恤 [xu4] /anxiety/
快件 快件 [kuai4 jian4] /see 快遞|快递[kuai4 di4]/
的 的 [de5] /of; (possessive particle)/
一日不見，如隔三秋 一日不见，如隔三秋 [yi1 ri4] /absence/
` + "查爾斯 查尔斯 [Cha2 er3 si1] /Charles/`;\n"

// testWords are the English words that have vectors, from frequent to rare.
const testWords = "the of to return goods money parcel package express delivery refund invoice receipt " +
	"shirt t anxiety retreat coin charles absence where is my how get a an"

// testVectors is a table of vectors in the form of the real one. Those of some
// words lie near each other.
func testVectors() string {
	random := rand.New(rand.NewPCG(1, 2))
	at := make(map[string][]float64)
	var vectors []string
	words := strings.Fields(testWords)
	for _, w := range words {
		v := make([]float64, 8)
		for i := range v {
			v[i] = random.NormFloat64()
		}
		if base := at[map[string]string{"package": "parcel", "delivery": "parcel", "receipt": "invoice", "coin": "money"}[w]]; base != nil {
			for i := range v {
				v[i] = base[i] + v[i]/4
			}
		}
		at[w] = v
		numbers := strings.Trim(strings.Join(strings.Fields(fmt.Sprintf("%.5f", v)), ","), "[]")
		vectors = append(vectors, fmt.Sprintf("%q:[%s,1.5,%d]", w, numbers, len(vectors)))
	}
	return fmt.Sprintf(`{"precision":5,"dimensions":8,"words":["%s"],"vectors":{%s},"unkVector":[0,0,0,0,0,0,0,0,0,-1]}`,
		strings.Join(words, `","`), strings.Join(vectors, ","))
}

// testSources writes the packages and returns their paths.
func testSources(t testing.TB, dictionary, vectors string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, files ...tgztest.File) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, tgztest.Make(t, files...), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return map[string]string{
		Dictionary: write("d.tgz", tgztest.File{Name: "package/index.js", Text: "x"}, tgztest.File{Name: dictionaryFile, Text: dictionary}),
		Vectors:    write("v.tgz", tgztest.File{Name: vectorsFile, Text: vectors}),
	}
}

// convertTest makes the files of the small sources and returns their folder.
func convertTest(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := Convert(t.Context(), testSources(t, testDictionary, testVectors()), dir, nil); err != nil {
		t.Fatal(err)
	}
	return dir
}

func openTest(t testing.TB) *Words {
	t.Helper()
	w, err := Open(convertTest(t))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// vector returns that of one text.
func vector(t testing.TB, w *Words, text string) []float32 {
	t.Helper()
	vectors, err := w.Embed(t.Context(), []string{text})
	if err != nil {
		t.Fatal(err)
	}
	return vectors[0]
}

func cosine(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}
