package main

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestEvalAsksAnEndpoint measures with vectors of an endpoint that is set as
// for serve: by flags, with its key in the environment.
func TestEvalAsksAnEndpoint(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct{ Input []string }
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil || r.Header.Get("Authorization") != "Bearer k" {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		asked.Add(int64(len(request.Input)))
		type item struct {
			Index     int       `json:"index"`
			Embedding []float64 `json:"embedding"`
		}
		var answer struct {
			Data []item `json:"data"`
		}
		for i, text := range request.Input {
			answer.Data = append(answer.Data, item{i, vectorOf(text)})
		}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	folder := t.TempDir()
	train, test := filepath.Join(folder, "train.tsv"), filepath.Join(folder, "test.tsv")
	for name, data := range map[string]string{
		train: "text\tlabel\nwhere is my refund\trefund\nmoney back please\trefund\nwhen will it ship\tship\nhas it been sent\tship\n",
		test:  "text\tlabel\nmy refund\trefund\nship it\tship\n",
	} {
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HONEYGUIDE_EMBEDDER_KEY", "k")
	cmd := newEvalCommand()
	var out, problems bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&problems)
	cmd.SetArgs([]string{"data", "--train", train, "--test", test, "--embedder", "endpoint", "--embedder-url", server.URL, "--embedder-model", "m"})
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("eval data = %v\n%s", err, problems.String())
	}
	if n := asked.Load(); n < 6 {
		t.Errorf("the endpoint was asked for %d texts, want those of the tree and the questions", n)
	}
	if !strings.Contains(out.String(), "top-1") || strings.Contains(out.String()+problems.String(), "Bearer") {
		t.Errorf("eval data printed\n%s%s", out.String(), problems.String())
	}
}

// vectorOf is the vector of a text, by its hash.
func vectorOf(text string) []float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // a hash takes everything
	draw := rand.New(rand.NewPCG(1, h.Sum64()))
	out := make([]float64, 16)
	for i := range out {
		out[i] = draw.NormFloat64()
	}
	return out
}
