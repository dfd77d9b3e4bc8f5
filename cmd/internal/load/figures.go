package load

import (
	"fmt"
	"slices"
	"time"
)

// Spread is how a figure came out in many rounds: the middle, and between what
// nine rounds of ten lie.
type Spread struct {
	Median float64 `json:"median"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// SpreadOf returns the spread of xs; all is 0 of none.
func SpreadOf(xs []float64) Spread {
	return Spread{Quantile(xs, 0.5), Quantile(xs, 0.05), Quantile(xs, 0.95)}
}

// String tells the spread to a reader.
func (s Spread) String() string {
	return fmt.Sprintf("%.3f (%.3f to %.3f in 9 of 10 rounds)", s.Median, s.Low, s.High)
}

// Quantile returns the q-quantile of xs by the nearest rank, or 0 of none.
func Quantile[T ~int64 | ~float64](xs []T, q float64) T {
	if len(xs) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(xs))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// Times sums up how long calls took, in milliseconds.
type Times struct {
	Count int     `json:"count"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
	Max   float64 `json:"max_ms"`
}

func timesOf(xs []time.Duration) Times {
	return Times{
		Count: len(xs),
		P50:   millis(Quantile(xs, 0.5)), P99: millis(Quantile(xs, 0.99)), Max: millis(Quantile(xs, 1)),
	}
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// quotients returns the values of xs as shares of those of ys, round by round;
// a round without ys is left out.
func quotients(xs, ys []float64) []float64 {
	var out []float64
	for i := range min(len(xs), len(ys)) {
		if ys[i] > 0 {
			out = append(out, xs[i]/ys[i])
		}
	}
	return out
}
