package level

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

func TestEstimate(t *testing.T) {
	tests := map[string]struct {
		calendar bool
		fill     func(l *Ledger)
		asks     *handoff.Ticket
		now      float64
		want     Estimate
		ok       bool
	}{
		"nothing seen": {fill: func(*Ledger) {}, asks: waits("x", "", 600), now: 600},
		"four pick-ups are too few": {
			fill: func(l *Ledger) { steady(l, "", 100, 60, 4) }, asks: waits("x", "", 600), now: 600,
		},
		"five, but too long ago": {
			fill: func(l *Ledger) { steady(l, "", 100, 60, 5) }, asks: waits("x", "", 2200), now: 2200,
		},
		"others' pick-ups do not help": {
			fill: func(l *Ledger) { steady(l, "refund", 100, 60, 9) }, asks: waits("x", "", 660), now: 660,
		},
		"one a minute, nobody in line": {
			// The first of the five waited for 61 s, the others overlap by one.
			fill: func(l *Ledger) { steady(l, "", 100, 60, 5) }, asks: waits("x", "", 400), now: 400,
			want: Estimate{Wait: 301 * time.Second / 5}, ok: true,
		},
		"three before it, one of them by priority": {
			fill: func(l *Ledger) {
				steady(l, "", 100, 60, 5)
				urgent := waits("u", "", 340)
				urgent.Priority = 5
				back := waits("b", "", 340)
				back.Front = true
				l.Ticket(urgent)
				l.Ticket(back)
				l.Ticket(waits("w", "", 340))
				l.Ticket(waits("r", "refund", 1))
				l.Ticket(waits("later", "", 341))
			},
			asks: waits("x", "", 340.5), now: 341, // 341 - 39 s of them in line
			want: Estimate{Wait: 4 * (302 * time.Second / 5), Ahead: 3}, ok: true,
		},
		"agents idle between customers": {
			fill: func(l *Ledger) {
				for i := range 10 {
					l.Ticket(held(fmt.Sprint(i), "", float64(100*i), float64(100*i+4)))
				}
			},
			asks: waits("x", "", 1000), now: 1000,
			want: Estimate{Wait: 4 * time.Second}, ok: true,
		},
		"only the last twenty": {
			fill: func(l *Ledger) {
				steady(l, "", -600, 30, 10) // until -330
				for i := range 21 {         // from -320 on, one every 10 s
					at := float64(-320 + 10*i)
					l.Ticket(held("fast"+fmt.Sprint(i), "", at-11, at))
				}
			},
			asks: waits("x", "", -120), now: -120,
			want: Estimate{Wait: 10 * time.Second}, ok: true,
		},
		"it does not count itself": {
			fill: func(l *Ledger) {
				steady(l, "", 100, 60, 5)
				l.Ticket(waits("x", "", 340))
			},
			asks: waits("x", "", 340), now: 1000,
			want: Estimate{Wait: 301 * time.Second / 5}, ok: true,
		},
		"the break is left out": {
			calendar: true,
			fill:     func(l *Ledger) { steady(l, "", -300, 60, 5) },
			asks:     waits("x", "", 3600), now: 3600 + 1200,
			want: Estimate{Wait: 301 * time.Second / 5}, ok: true,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := rules()
			if tt.calendar {
				r.Calendar = officeHours()
			}
			l := newLedger(t, r)
			tt.fill(l)
			got, ok := l.Estimate(tt.asks, after(tt.now))
			if ok != tt.ok {
				t.Fatalf("Estimate() = %+v, %v, want %v", got, ok, tt.ok)
			}
			if diff := cmp.Diff(tt.want, got); ok && diff != "" {
				t.Errorf("Estimate() (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEstimateMeasuresItsError(t *testing.T) {
	l := newLedger(t, rules())
	for i := range EstimateErrors + 10 {
		ticket := held(fmt.Sprint(i), "", float64(10*i), float64(10*i+10))
		switch {
		case i < 10:
			ticket.Estimate = time.Hour // too long ago to count
		case i%2 == 0:
			ticket.Estimate = 4 * time.Second
		default:
			ticket.Estimate = 18 * time.Second
		}
		l.Ticket(ticket)
	}
	untold := held("untold", "", 605, 606)
	l.Ticket(untold)
	got, ok := l.Estimate(waits("x", "", 610), after(610))
	if want := 7 * time.Second; !ok || got.Error != want || got.Measured != EstimateErrors {
		t.Errorf("Estimate() = %+v, %v, want an error of %v over %d", got, ok, want, EstimateErrors)
	}
}
