package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/recent"
	"github.com/honeyguide-chat/honeyguide/knowledge/synthetic"
)

// benchShares are the shares of repeated utterances at which a cache is tried.
var benchShares = []float64{0, 0.25, 0.5, 0.75}

// How repeats are tried.
const (
	benchStream = 1000 // calls of a stream
	benchBlock  = 50   // calls in a row without the cache, then the same with it
	benchZipf   = 1.2  // how steeply the utterances of a shop fall off in frequency
)

// benchRepeats is what a cache of recent utterances came to at one share of
// repeats.
type benchRepeats struct {
	Share   float64    `json:"share"` // of the calls that say again what was said before
	Calls   int        `json:"calls"`
	Without benchTimed `json:"without"`
	With    benchTimed `json:"with"`
	// Saved is the share of the matching time that the cache saves; below 0
	// where it costs more than it saves.
	Saved float64 `json:"saved"`
}

// streamOf returns up to n utterances: the given share of them, drawn from seed,
// says again what was said before, what came first the most often (Zipf), and
// the others are fresh. It is shorter where these run out. repeated is the share
// that the stream came to have.
func streamOf(fresh []synthetic.Utterance, n int, share float64, seed uint64) (stream []string, repeated float64) {
	draw := rand.New(rand.NewPCG(seed, 0))
	ranks := rand.NewZipf(draw, benchZipf, 1, uint64(n-1))
	known := make(map[string]bool)
	var said []string
	repeats := 0
	for len(stream) < n {
		if len(said) > 0 && draw.Float64() < share {
			stream = append(stream, said[ranks.Uint64()%uint64(len(said))])
			repeats++
			continue
		}
		for len(fresh) > 0 && known[intent.Key(fresh[0].Text)] {
			fresh = fresh[1:]
		}
		if len(fresh) == 0 {
			break
		}
		known[intent.Key(fresh[0].Text)] = true
		said = append(said, fresh[0].Text)
		stream = append(stream, fresh[0].Text)
		fresh = fresh[1:]
	}
	return stream, float64(repeats) / float64(max(1, len(stream)))
}

// tryRepeats matches the same streams with and without a cache, block by block.
func (s *benchStand) tryRepeats(ctx context.Context, seed uint64, progress func(percent int)) error {
	for i, share := range benchShares {
		cache, err := recent.New(s.matcher, s.tree, benchStream)
		if err != nil {
			return err
		}
		stream, repeated := streamOf(s.fresh, benchStream, share, seed)
		var without, with []time.Duration
		for start := 0; start < len(stream); start += benchBlock {
			block := stream[start:min(start+benchBlock, len(stream))]
			if without, err = timedCalls(ctx, s.matcher, block, without); err != nil {
				return err
			}
			if with, err = timedCalls(ctx, cache, block, with); err != nil {
				return err
			}
		}
		r := benchRepeats{Share: repeated, Calls: len(stream), Without: timedOf(without), With: timedOf(with)}
		r.Saved = 1 - r.With.Mean/max(1e-9, r.Without.Mean)
		s.size.Repeats = append(s.size.Repeats, r)
		progress(100 * (i + 1) / len(benchShares))
	}
	return nil
}

// timedCalls appends how long each match took.
func timedCalls(ctx context.Context, m recent.Matcher, utterances []string, times []time.Duration) ([]time.Duration, error) {
	for _, u := range utterances {
		start := time.Now()
		if _, err := m.Match(ctx, u, "", benchDay); err != nil {
			return nil, err
		}
		times = append(times, time.Since(start))
	}
	return times, nil
}

// writeRepeats says what a cache is worth.
func (s *benchSize) writeRepeats(b *strings.Builder) {
	if len(s.Repeats) == 0 {
		return
	}
	fmt.Fprint(b, "  with a cache of recent utterances, by the share of them that repeats\n")
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\trepeats\tcalls\tmean without\twith\tp50 without\twith\tp99 without\twith\ttime saved\t")
	for _, r := range s.Repeats {
		fmt.Fprintf(t, "\t%.1f %%\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f %%\t\n", 100*r.Share, r.Calls,
			r.Without.Mean, r.With.Mean, r.Without.P50, r.With.P50, r.Without.P99, r.With.P99, 100*r.Saved)
	}
	_ = t.Flush() // a strings.Builder takes everything
}
