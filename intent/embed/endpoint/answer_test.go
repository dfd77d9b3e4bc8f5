package endpoint

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// item writes one element of an answer's list.
func item(index any, embedding string) string {
	return fmt.Sprintf(`{"index":%v,"embedding":%s}`, index, embedding)
}

func data(items ...string) string { return `{"data":[` + strings.Join(items, ",") + `]}` }

func base64Of(numbers ...float32) string {
	var b []byte
	for _, x := range numbers {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return `"` + base64.StdEncoding.EncodeToString(b) + `"`
}

func TestDecodeAnswer(t *testing.T) {
	for _, tc := range []struct {
		name string
		body string
		n    int
		want [][]float32
	}{
		{"in order", data(item(0, "[3,4]"), item(1, "[0,-2]")), 2, [][]float32{{0.6, 0.8}, {0, -1}}},
		{"by index", data(item(1, "[0,1]"), item(0, "[1,0]")), 2, [][]float32{{1, 0}, {0, 1}}},
		{"space and exponents", data(item(0, "[ 3E0 ,\n4e0\t]")), 1, [][]float32{{0.6, 0.8}}},
		{"very large and very small", data(item(0, "[1e38,1e-999]")), 1, [][]float32{{1, 0}}},
		{"base64", data(item(0, base64Of(3, 4))), 1, [][]float32{{0.6, 0.8}}},
		{"base64 beside numbers", data(item(0, base64Of(3, 4)), item(1, "[1,0]")), 2, [][]float32{{0.6, 0.8}, {1, 0}}},
		{"what else there is", `{"object":"list","model":"m","error":null,"usage":{},"data":[{"object":"embedding","index":0,"embedding":[1],"x":[[]]}]}`, 1, [][]float32{{1}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := decodeAnswer([]byte(tc.body), tc.n, 0)
			if err != nil {
				t.Fatalf("decodeAnswer = %v, want no error", err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("vectors (-want +got):\n%s", diff)
			}
		})
	}
}

// wrongAnswers are answers to two texts, for whose vectors of length 2 was
// asked, and what is said of each.
var wrongAnswers = []struct{ name, body, want string }{
	{"nothing", "", "no JSON"},
	{"a page", "<html><body>Welcome!</body></html>", "no JSON (at byte 1)"},
	{"cut off", `{"data":[{"index":0,"embedding":[1,`, "no JSON"},
	{"garbage behind it", data(item(0, "[1,0]"), item(1, "[0,1]")) + "x", "no JSON"},
	{"two answers", data(item(0, "[1,0]"), item(1, "[0,1]")) + data(), "no JSON"},
	{"a list", "[]", "not that of a list of embeddings"},
	{"null", "null", `no list "data"`},
	{"no data", `{"object":"list"}`, `no list "data"`},
	{"data of another kind", `{"data":{"0":[1,0]}}`, `no list "data"`},
	{"data of null", `{"data":null}`, `no list "data"`},
	{"an error", `{"error":{"message":"退货","code":"rate_limited"}}`, "an error that calls itself 200 OK"},
	{"too few", data(item(0, "[1,0]")), "1 vectors, not the 2"},
	{"none", data(), "0 vectors, not the 2"},
	{"too many", data(item(0, "[1,0]"), item(1, "[0,1]"), item(2, "[0,1]")), "more than the 2"},
	{"an index twice", data(item(0, "[1,0]"), item(0, "[0,1]")), "two vectors have the index 0"},
	{"an index too high", data(item(0, "[1,0]"), item(2, "[0,1]")), "index is missing or not between 0 and 1"},
	{"an index below 0", data(item(-1, "[1,0]"), item(0, "[0,1]")), "index is missing"},
	{"no index", data(`{"embedding":[1,0]}`, item(1, "[0,1]")), "index is missing"},
	{"an index of null", data(item("null", "[1,0]"), item(1, "[0,1]")), "index is missing"},
	{"half an index", data(item(0.5, "[1,0]"), item(1, "[0,1]")), "not that of a list"},
	{"a huge index", data(item("1e99", "[1,0]"), item(1, "[0,1]")), "not that of a list"},
	{"an index in quotes", data(item(`"0"`, "[1,0]"), item(1, "[0,1]")), "not that of a list"},
	{"items of null", data("null", "null"), "index is missing"},
	{"items that are lists", data("[1,0]", "[0,1]"), "not that of a list"},
	{"no vector", data(`{"index":0}`, item(1, "[0,1]")), "vector is missing"},
	{"a vector of null", data(item(0, "null"), item(1, "[0,1]")), "no list of numbers"},
	{"a vector that is a number", data(item(0, "1"), item(1, "[0,1]")), "no list of numbers"},
	{"a vector that is an object", data(item(0, `{"0":1}`), item(1, "[0,1]")), "no list of numbers"},
	{"an empty vector", data(item(0, "[ ]"), item(1, "[0,1]")), "vector is empty"},
	{"too short", data(item(0, "[1]"), item(1, "[0,1]")), "1 dimensions, not 2"},
	{"too long", data(item(0, "[1,0,0]"), item(1, "[0,1]")), "3 dimensions, not 2"},
	{"null in a vector", data(item(0, "[1,null]"), item(1, "[0,1]")), "something else than finite numbers"},
	{"text in a vector", data(item(0, `[1,"NaN"]`), item(1, "[0,1]")), "something else than finite numbers"},
	{"numbers in quotes", data(item(0, `[1,"0"]`), item(1, "[0,1]")), "something else than finite numbers"},
	{"a list in a vector", data(item(0, "[[1,0]]"), item(1, "[0,1]")), "something else than finite numbers"},
	{"true in a vector", data(item(0, "[1,true]"), item(1, "[0,1]")), "something else than finite numbers"},
	{"infinite", data(item(0, "[1,1e999]"), item(1, "[0,1]")), "something else than finite numbers"},
	{"too large for float32", data(item(0, "[1,-1e39]"), item(1, "[0,1]")), "something else than finite numbers"},
	{"NaN", data(item(0, "[1,NaN]"), item(1, "[0,1]")), "no JSON"},
	{"zero", data(item(0, "[0,-0.0]"), item(1, "[0,1]")), "vector is zero"},
	{"base64 of NaN", data(item(0, base64Of(float32(math.NaN()), 1)), item(1, "[0,1]")), "not finite"},
	{"base64 of infinity", data(item(0, base64Of(float32(math.Inf(1)), 1)), item(1, "[0,1]")), "not finite"},
	{"base64 of zero", data(item(0, base64Of(0, 0)), item(1, "[0,1]")), "vector is zero"},
	{"base64 too short", data(item(0, base64Of(1)), item(1, "[0,1]")), "1 dimensions, not 2"},
	{"base64 of half a number", data(item(0, `"AAAAAAA="`), item(1, "[0,1]")), "no base64 of float32"},
	{"no base64", data(item(0, `"退货"`), item(1, "[0,1]")), "no base64 of float32"},
	{"an empty string", data(item(0, `""`), item(1, "[0,1]")), "vector is empty"},
	{"deep", strings.Repeat("[", 20_000), "no JSON"},
	{"deep inside", data(item(0, strings.Repeat("[", 5_000)+strings.Repeat("]", 5_000)), item(1, "[0,1]")), "something else than finite numbers"},
	{"more dimensions than any model has", data(item(0, "["+strings.Repeat("1,", MaxDimensions)+"1]"), item(1, "[0,1]")), "more than 8192 dimensions"},
}

func TestDecodeAnswerRefuses(t *testing.T) {
	for _, tc := range wrongAnswers {
		t.Run(tc.name, func(t *testing.T) {
			got, err := decodeAnswer([]byte(tc.body), 2, 2)
			if got != nil || !errors.Is(err, ErrAnswer) || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("decodeAnswer = %v, %v, want %v that says %q", got, err, ErrAnswer, tc.want)
			}
			if strings.Contains(err.Error(), "退货") || len(err.Error()) > 200 {
				t.Errorf("error = %q, want a short one without the endpoint's own words", err)
			}
		})
	}
}

// TestDimensionsMustAgree holds also where they are not known before.
func TestDimensionsMustAgree(t *testing.T) {
	_, err := decodeAnswer([]byte(data(item(0, "[1,0]"), item(1, "[1,0,0]"))), 2, 0)
	if !errors.Is(err, ErrAnswer) {
		t.Errorf("decodeAnswer of vectors of two lengths = %v, want %v", err, ErrAnswer)
	}
}

func FuzzDecodeAnswer(f *testing.F) {
	for _, tc := range wrongAnswers {
		if len(tc.body) < 1000 {
			f.Add([]byte(tc.body), 2, 2)
		}
	}
	f.Add([]byte(data(item(1, base64Of(3, 4)), item(0, "[3,-4.5e-3]"))), 2, 0)
	f.Fuzz(func(t *testing.T, body []byte, n, dimensions int) {
		if n < 0 || n > 100 || dimensions < 0 || dimensions > MaxDimensions {
			return
		}
		vectors, err := decodeAnswer(body, n, dimensions)
		if err != nil {
			if vectors != nil || !errors.Is(err, ErrAnswer) {
				t.Fatalf("decodeAnswer = %v, %v, want none, %v", vectors, err, ErrAnswer)
			}
			return
		}
		if len(vectors) != n || !json.Valid(body) {
			t.Fatalf("decodeAnswer = %d vectors of %q, want %d", len(vectors), body, n)
		}
		for _, v := range vectors {
			sum := 0.0
			for _, x := range v {
				sum += float64(x) * float64(x)
			}
			if dimensions != 0 && len(v) != dimensions || len(v) != len(vectors[0]) || !(math.Abs(sum-1) < 1e-4) {
				t.Fatalf("decodeAnswer = %v, want %d dimensions and length 1", v, dimensions)
			}
		}
	})
}
