package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/load"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/synthetic"
)

// rivalOf answers with a node and counts its calls.
func rivalOf(node knowledge.NodeID, calls *int) *benchRival {
	var mu sync.Mutex
	return &benchRival{name: string(node), call: func(context.Context, string) (knowledge.NodeID, error) {
		mu.Lock()
		defer mu.Unlock()
		*calls++
		return node, nil
	}}
}

func TestBenchRounds(t *testing.T) {
	var a, b, c int
	rounds := benchRounds{
		utterances: []synthetic.Utterance{{Text: "one", Node: "a"}, {Text: "two", Node: "b"}, {Text: "three", Node: "a"}, {Text: "four", Node: "c"}},
		rivals:     []*benchRival{rivalOf("a", &a), rivalOf("b", &b), rivalOf("c", &c)},
		noise:      newBenchWork(),
	}
	last := 0
	if err := rounds.run(t.Context(), 50*time.Millisecond, func(percent int) { last = percent }); err != nil {
		t.Fatal(err)
	}
	if last != 100 {
		t.Errorf("progress ended at %d %%, want 100", last)
	}
	size := benchSize{Utterances: len(rounds.utterances)}
	size.fill(&rounds)
	for _, tt := range []struct {
		name  string
		of    benchOf
		rival *benchRival
		calls int
		right float64
	}{
		{"match", size.Match, rounds.rivals[0], a, 0.5},
		{"plain", size.Plain, rounds.rivals[1], b, 0.25},
		{"cached", size.Cached, rounds.rivals[2], c, 0.25},
	} {
		if tt.of.Right != tt.right {
			t.Errorf("%s is right in %v, want %v", tt.name, tt.of.Right, tt.right)
		}
		// Twice over all utterances to warm up and to judge.
		if want := tt.of.Calls + int(tt.rival.many) + 2*len(rounds.utterances); tt.calls != want {
			t.Errorf("%s was called %d times, and %d were counted", tt.name, tt.calls, want)
		}
		if got := len(tt.rival.clock.begun); got != benchRoundCount {
			t.Errorf("%s has %d rounds, want %d", tt.name, got, benchRoundCount)
		}
		if tt.of.PerSecond <= 0 {
			t.Errorf("%s did %v calls a second", tt.name, tt.of.PerSecond)
		}
	}
	if got := len(rounds.noise.took); got != benchRoundCount {
		t.Errorf("the noise was measured %d times, want %d", got, benchRoundCount)
	}
}

func TestBenchTimesQuotients(t *testing.T) {
	fill := func(rounds ...[]time.Duration) *benchTimes {
		var out benchTimes
		for _, r := range rounds {
			out.beginRound()
			for _, d := range r {
				out.add(d)
			}
		}
		return &out
	}
	// The rival had a turn for fewer utterances; what came later is not compared.
	ours := fill([]time.Duration{1, 2, 3, 100, 100}, []time.Duration{5, 5, 5}, []time.Duration{7})
	theirs := fill([]time.Duration{10, 20, 30}, []time.Duration{10}, nil)
	if diff := cmp.Diff([]float64{0.1, 0.5}, ours.quotients(theirs)); diff != "" {
		t.Errorf("quotients (-want +got):\n%s", diff)
	}
}

func TestBenchRoundsFailWithARival(t *testing.T) {
	broken := errors.New("broken")
	calls := 0
	rounds := benchRounds{
		utterances: []synthetic.Utterance{{Text: "one"}},
		noise:      newBenchWork(),
		rivals: []*benchRival{{call: func(context.Context, string) (knowledge.NodeID, error) {
			if calls++; calls > 5 {
				return "", broken
			}
			return "", nil
		}}},
	}
	if err := rounds.run(t.Context(), 20*time.Millisecond, func(int) {}); !errors.Is(err, broken) {
		t.Errorf("run with a broken rival = %v, want %v", err, broken)
	}
}

func TestBenchReportText(t *testing.T) {
	of := func(p50 float64) benchOf {
		return benchOf{Calls: 1000, Time: benchTimed{Mean: 1.1 * p50, P50: p50, P99: 2 * p50, Tail: 2}, Work: benchTimed{P50: p50, P99: 3 * p50, Tail: 3},
			PerSecond: 2e6 / p50, Allocs: 500, Bytes: 46000, Right: 0.85}
	}
	sizeOf := func(questions int, ours, plain float64) benchSize {
		s := benchSize{Questions: questions, Nodes: questions / 20, BuildSeconds: float64(questions) / 1000, IndexSeconds: 0.5,
			HeapBytes: int64(questions) * 4000, Match: of(ours), Plain: of(plain), Cached: of(5), CachePays: 5 / ours,
			Ratio: load.Spread{Median: ours / plain, Low: 0.9 * ours / plain, High: 1.1 * ours / plain}, Noise: load.Spread{Median: 1.01, Low: 1, High: 1.2}}
		s.WorkRatio = s.Ratio
		s.Repeats = []benchRepeats{{Share: 0.251, Calls: 1000, Without: of(ours).Time, With: of(ours / 2).Time, Saved: 0.5}}
		return s
	}
	unknown := sizeOf(10_000, 400, 3000)
	unknown.Match.Work, unknown.Plain.Work, unknown.Cached.Work = benchTimed{}, benchTimed{}, benchTimed{}
	r := benchReport{Go: "go1.0", System: "plan9/mips", Processors: 2, Sizes: []benchSize{sizeOf(1000, 200, 600), unknown}}
	want := `go1.0, plan9/mips, 2 processors. Times in microseconds; "work" is the processor's time, without that
in which others had it; "a second" is on all processors.

1000 questions in 50 nodes
  release built in 1.00 s (an index alone: 0.50 s), holds 4.0 MB, at the peak not known
                      p50   p99  p99/p50  work p50   p99  p99/p50  calls  a second  allocs  bytes   right
            matching  200   400      2.0       200   600      3.0   1000     10000     500  46000  85.0 %
    plain MatchQuery  600  1200      2.0       600  1800      3.0   1000      3333     500  46000  85.0 %
    found in a cache    5    10      2.0         5    15      3.0   1000    400000     500  46000       -
  matching takes 0.333 (0.300 to 0.367 in 9 of 10 rounds) of the plain search's time
  matching takes 0.333 (0.300 to 0.367 in 9 of 10 rounds) of the plain search's work
  a cache of recent utterances pays from 2.5 % repeats
  with a cache of recent utterances, by the share of them that repeats
    repeats  calls  mean without  with  p50 without  with  p99 without  with  time saved
     25.1 %   1000           220   110          200   100          400   200      50.0 %
  noise: a fixed piece of work took 1.010 (1.000 to 1.200 in 9 of 10 rounds) times its shortest time

10000 questions in 500 nodes
  release built in 10.00 s (an index alone: 0.50 s), holds 40.0 MB, at the peak not known
                       p50   p99  p99/p50  work p50  p99  p99/p50  calls  a second  allocs  bytes   right
            matching   400   800      2.0         -    -        -   1000      5000     500  46000  85.0 %
    plain MatchQuery  3000  6000      2.0         -    -        -   1000       667     500  46000  85.0 %
    found in a cache     5    10      2.0         -    -        -   1000    400000     500  46000       -
  matching takes 0.133 (0.120 to 0.147 in 9 of 10 rounds) of the plain search's time
  a cache of recent utterances pays from 1.2 % repeats
  with a cache of recent utterances, by the share of them that repeats
    repeats  calls  mean without  with  p50 without  with  p99 without  with  time saved
     25.1 %   1000           440   220          400   200          800   400      50.0 %
  noise: a fixed piece of work took 1.010 (1.000 to 1.200 in 9 of 10 rounds) times its shortest time

Growth, as multiples
  from     to  questions  p50  p50 of plain  build  memory
  1000  10000       10.0  2.0           5.0   10.0    10.0
`
	if diff := cmp.Diff(want, r.text()); diff != "" {
		t.Errorf("text() (-want +got):\n%s", diff)
	}
}

func TestStreamOf(t *testing.T) {
	var fresh []synthetic.Utterance
	for i := range 300 {
		fresh = append(fresh, synthetic.Utterance{Text: fmt.Sprint("utterance ", i/2)}) // each twice
	}
	for _, tt := range []struct {
		name   string
		n      int
		share  float64
		length int
		least  float64
		most   float64
	}{
		{"nothing repeats", 100, 0, 100, 0, 0},
		{"half repeats", 200, 0.5, 200, 0.4, 0.6},
		{"nearly all repeats", 500, 0.9, 500, 0.85, 0.95},
		{"the fresh ones run out", 500, 0, 150, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stream, repeated := streamOf(fresh, tt.n, tt.share, 1)
			again, _ := streamOf(fresh, tt.n, tt.share, 1)
			if diff := cmp.Diff(stream, again); diff != "" {
				t.Errorf("the same seed gives another stream:\n%s", diff)
			}
			different := make(map[string]bool)
			for _, text := range stream {
				different[text] = true
			}
			counted := 1 - float64(len(different))/float64(len(stream))
			if len(stream) != tt.length || repeated < tt.least || repeated > tt.most || math.Abs(counted-repeated) > 1e-9 {
				t.Errorf("streamOf(%d, %v) has %d utterances, says that %v repeat, and %v do; want %d, and %v to %v",
					tt.n, tt.share, len(stream), repeated, counted, tt.length, tt.least, tt.most)
			}
		})
	}
}
