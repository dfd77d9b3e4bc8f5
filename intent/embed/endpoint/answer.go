package endpoint

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"strconv"
)

// answerLimit returns how many bytes an answer of n vectors may have: 32 for
// each number, which is more than twice what is needed, and some for the rest.
func answerLimit(n, dimensions int) int64 {
	if dimensions == 0 {
		dimensions = MaxDimensions
	}
	return int64(n)*(int64(dimensions)*32+1024) + 64<<10
}

// decodeAnswer reads the vectors of n texts, in the order of the texts, and
// scales them to length 1. They have the dimensions asked for, or, where that
// is 0, all the same. All its errors are ErrAnswer.
func decodeAnswer(body []byte, n, dimensions int) ([][]float32, error) {
	var top struct {
		Data  json.RawMessage `json:"data"`
		Error json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(body, &top); err != nil {
		return nil, notJSON(err)
	}
	switch {
	case len(top.Data) == 0 && len(top.Error) > 0:
		return nil, wrong("it is an error that calls itself 200 OK")
	case len(top.Data) == 0 || top.Data[0] != '[':
		return nil, wrong(`it has no list "data"`)
	}
	vectors := make([][]float32, n)
	list := json.NewDecoder(bytes.NewReader(top.Data))
	if _, err := list.Token(); err != nil { // the bracket
		return nil, notJSON(err)
	}
	count := 0
	for ; list.More(); count++ {
		if count == n {
			return nil, wrong("it has more than the %d vectors asked for", n)
		}
		var item struct {
			Index     *int            `json:"index"`
			Embedding json.RawMessage `json:"embedding"`
		}
		if err := list.Decode(&item); err != nil {
			return nil, notJSON(err)
		}
		switch {
		case item.Index == nil || *item.Index < 0 || *item.Index >= n:
			return nil, wrong("a vector's index is missing or not between 0 and %d", n-1)
		case vectors[*item.Index] != nil:
			return nil, wrong("two vectors have the index %d", *item.Index)
		}
		v, err := decodeVector(item.Embedding, dimensions)
		if err != nil {
			return nil, err
		}
		vectors[*item.Index], dimensions = v, len(v)
	}
	if count < n {
		return nil, wrong("it has %d vectors, not the %d asked for", count, n)
	}
	return vectors, nil
}

// notJSON says so, without the endpoint's words, which the error of package
// json would quote.
func notJSON(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return wrong("it is no JSON (at byte %d)", syntax.Offset)
	}
	return wrong("its JSON is not that of a list of embeddings")
}

// decodeVector reads one vector: a list of numbers, or base64 of float32 in
// little-endian order. dimensions of 0 means any number up to MaxDimensions.
func decodeVector(raw json.RawMessage, dimensions int) ([]float32, error) {
	if len(raw) == 0 {
		return nil, wrong("a vector is missing")
	}
	var v []float32
	var err error
	switch raw[0] {
	case '[':
		v, err = decodeNumbers(raw)
	case '"':
		v, err = decodeBase64(raw)
	default:
		return nil, wrong("a vector is no list of numbers")
	}
	switch {
	case err != nil:
		return nil, err
	case len(v) == 0:
		return nil, wrong("a vector is empty")
	case dimensions != 0 && len(v) != dimensions:
		return nil, wrong("a vector has %d dimensions, not %d", len(v), dimensions)
	}
	return v, normalize(v)
}

// decodeNumbers reads a list that is known to be JSON. Package json would read
// null as 0, which is why it is not asked.
func decodeNumbers(raw json.RawMessage) ([]float32, error) {
	inner := bytes.TrimSpace(raw[1 : len(raw)-1])
	if len(inner) == 0 {
		return nil, nil
	}
	n := bytes.Count(inner, []byte{','}) + 1
	if n > MaxDimensions {
		return nil, wrong("a vector has more than %d dimensions", MaxDimensions)
	}
	v := make([]float32, 0, n)
	for number := range bytes.SplitSeq(inner, []byte{','}) {
		x, err := strconv.ParseFloat(string(bytes.TrimSpace(number)), 32)
		if err != nil {
			return nil, wrong("a vector has something else than finite numbers in it")
		}
		v = append(v, float32(x))
	}
	return v, nil
}

func decodeBase64(raw json.RawMessage) ([]float32, error) {
	var data []byte
	if err := json.Unmarshal(raw, &data); err != nil || len(data)%4 != 0 {
		return nil, wrong("a vector is a string but no base64 of float32")
	}
	if len(data)/4 > MaxDimensions {
		return nil, wrong("a vector has more than %d dimensions", MaxDimensions)
	}
	v := make([]float32, len(data)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return v, nil
}

// normalize scales v to length 1.
func normalize(v []float32) error {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	length := math.Sqrt(sum)
	switch {
	case math.IsNaN(length) || math.IsInf(length, 0):
		return wrong("a vector is not finite")
	case length == 0:
		return wrong("a vector is zero")
	}
	for i, x := range v {
		v[i] = float32(float64(x) / length)
	}
	return nil
}
