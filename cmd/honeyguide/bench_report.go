package main

import (
	"time"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/load"
)

// benchReport is what bench match prints.
type benchReport struct {
	Go         string      `json:"go"`
	System     string      `json:"system"`
	Processors int         `json:"processors"`
	Tests      int         `json:"tests"` // utterances of the test set that was calibrated on
	Seed       uint64      `json:"seed"`
	Sizes      []benchSize `json:"sizes"`
}

// benchSize is what was measured on one shop.
type benchSize struct {
	Questions  int `json:"questions"`
	Nodes      int `json:"nodes"`
	Utterances int `json:"utterances"`
	// BuildSeconds is how long a release takes: index, training, calibration.
	BuildSeconds float64 `json:"build_seconds"`
	// IndexSeconds is an index like the release's alone.
	IndexSeconds float64 `json:"index_seconds"`
	HeapBytes    int64   `json:"heap_bytes"` // that the release holds
	PeakBytes    int64   `json:"peak_bytes"` // of the whole process while building; 0: not known
	Match        benchOf `json:"match"`
	Plain        benchOf `json:"plain"`
	// Ratio is the time of a match as a share of that of a plain search, by the
	// medians over the same utterances in each round; WorkRatio the same of the
	// processor's work.
	Ratio     load.Spread `json:"ratio"`
	WorkRatio load.Spread `json:"work_ratio"`
	// Cached is a match whose result is found in a cache of recent utterances.
	Cached benchOf `json:"cached"`
	// CachePays is the share of repeated utterances from which on looking them
	// up costs less than it saves.
	CachePays float64 `json:"cache_pays"`
	// Repeats is what such a cache came to, at several shares of repeats.
	Repeats []benchRepeats `json:"repeats"`
	// Noise is how long a fixed piece of work took between the rounds, as a
	// multiple of the shortest time.
	Noise load.Spread `json:"noise"`
}

// benchOf is what was measured of one rival.
type benchOf struct {
	Calls int        `json:"calls"`
	Time  benchTimed `json:"time"`
	// Work is the time that a processor spent on it, without that in which
	// others had the processor; all 0 where it is not known.
	Work      benchTimed `json:"work"`
	PerSecond float64    `json:"per_second"` // on all processors
	Allocs    float64    `json:"allocs"`
	Bytes     float64    `json:"bytes"`
	Right     float64    `json:"right"` // share of the utterances whose node came first
}

// benchTimed are times of calls, in microseconds.
type benchTimed struct {
	Mean float64 `json:"mean_us"`
	P50  float64 `json:"p50_us"`
	P99  float64 `json:"p99_us"`
	Tail float64 `json:"p99_by_p50"`
}

// fill takes over what the rounds measured. The rivals stand in the order of
// benchFlags.measure.
func (s *benchSize) fill(b *benchRounds) {
	ours, plain, cache := b.rivals[0], b.rivals[1], b.rivals[2]
	s.Match, s.Plain, s.Cached = figuresOf(ours, s.Utterances), figuresOf(plain, s.Utterances), figuresOf(cache, s.Utterances)
	s.Ratio = load.SpreadOf(ours.clock.quotients(&plain.clock))
	s.WorkRatio = load.SpreadOf(ours.cpu.quotients(&plain.cpu))
	s.CachePays = s.Cached.Time.P50 / max(1e-9, s.Match.Time.P50)
	var noise []float64
	least := load.Quantile(b.noise.took, 0)
	for _, t := range b.noise.took {
		noise = append(noise, float64(t)/float64(max(1, least)))
	}
	s.Noise = load.SpreadOf(noise)
}

func figuresOf(r *benchRival, utterances int) benchOf {
	return benchOf{
		Calls:     len(r.clock.calls),
		Time:      timedOf(r.clock.calls),
		Work:      timedOf(r.cpu.calls),
		PerSecond: float64(r.many) / max(1e-9, r.took.Seconds()),
		Allocs:    r.allocs,
		Bytes:     r.bytes,
		Right:     float64(r.right) / float64(max(1, utterances)),
	}
}

func timedOf(calls []time.Duration) benchTimed {
	var sum time.Duration
	for _, t := range calls {
		sum += t
	}
	of := benchTimed{
		Mean: micros(sum) / float64(max(1, len(calls))),
		P50:  micros(load.Quantile(calls, 0.5)),
		P99:  micros(load.Quantile(calls, 0.99)),
	}
	of.Tail = of.P99 / max(1e-9, of.P50)
	return of
}

func micros(t time.Duration) float64 { return float64(t) / float64(time.Microsecond) }
