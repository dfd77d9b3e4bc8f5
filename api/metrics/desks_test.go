package metrics_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/honeyguide-chat/honeyguide/api/metrics"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/level"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// staff is what two shops have, and counts who looks.
type staff struct {
	err   error
	looks int
}

func (s *staff) Shops(context.Context) ([]shop.ID, error) {
	s.looks++
	return []shop.ID{"tea", "silk"}, s.err
}

func (s *staff) ServiceLevel(_ context.Context, id shop.ID, from, to time.Time) (level.Report, []level.Alarm, error) {
	if to.Sub(from) != time.Hour {
		return level.Report{}, nil, errors.New("not an hour")
	}
	f := level.Figures{
		Skill: "returns", Came: 9, PickedUp: 4, Within: 3, Judged: 5, Abandoned: 2, Waiting: 2, Again: 1,
		Wait:    level.Spread{Count: 4, P50: 10 * time.Second, P90: 40 * time.Second},
		Surveys: 2, Score: 4.5, Suggested: 8, Accepted: 6,
	}
	if id == "silk" {
		f.Wait.P90, f.Judged, f.Score = 20*time.Second, 1, 1.5
	}
	alarms := []level.Alarm{{Skill: "returns", Reason: level.Missing}}
	return level.Report{Skills: []level.Figures{f, {Skill: "quiet", Came: 1, Waiting: 1}}}, alarms, nil
}

func (s *staff) Presences(context.Context, shop.ID) (map[handoff.Presence]int, error) {
	return map[handoff.Presence]int{handoff.Online: 2, handoff.Away: 1}, nil
}

// scrape returns what Prometheus is told.
func scrape(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("scrape = %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func mustHave(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(text, line+"\n") {
			name, _, _ := strings.Cut(line, "{")
			var like []string
			for l := range strings.Lines(text) {
				if strings.HasPrefix(l, name) {
					like = append(like, l)
				}
			}
			t.Errorf("no line %s\nthere is %s", line, strings.Join(like, ""))
		}
	}
}

func TestDesksTogether(t *testing.T) {
	text := scrape(t, metrics.New(metrics.Config{Staff: new(staff), Now: time.Now}))
	mustHave(t, text,
		`honeyguide_store_up 1`, `honeyguide_desks_up 1`,
		`honeyguide_queue_waiting{skill="returns"} 6`, `honeyguide_queue_waiting{skill="quiet"} 2`,
		`honeyguide_queue_picked_up{skill="returns"} 8`, `honeyguide_queue_abandoned{skill="returns"} 4`,
		`honeyguide_pickup_within_target_ratio{skill="returns"} 1`, // 6 of 6
		`honeyguide_queue_wait_seconds{quantile="0.5",skill="returns"} 10`,
		`honeyguide_queue_wait_seconds{quantile="0.9",skill="returns"} 40`,
		`honeyguide_surveys{skill="returns"} 4`, `honeyguide_survey_score{skill="returns"} 3`,
		`honeyguide_suggested{skill="returns"} 16`, `honeyguide_suggested_accepted{skill="returns"} 12`,
		`honeyguide_queue_alarms{reason="missing",skill="returns"} 2`,
		`honeyguide_agents{presence="online"} 4`, `honeyguide_agents{presence="away"} 2`,
	)
	for _, none := range []string{`within_target_ratio{skill="quiet"}`, `wait_seconds{quantile="0.5",skill="quiet"}`, `handle_seconds{`, `shop=`} {
		if strings.Contains(text, none) {
			t.Errorf("the scrape tells %s, of which nothing is known", none)
		}
	}
}

func TestDesksByShop(t *testing.T) {
	text := scrape(t, metrics.New(metrics.Config{ByShop: true, Staff: new(staff), Now: time.Now}))
	mustHave(t, text,
		`honeyguide_store_up 1`,
		`honeyguide_pickup_within_target_ratio{shop="tea",skill="returns"} 0.6`,
		`honeyguide_queue_wait_seconds{quantile="0.9",shop="silk",skill="returns"} 20`,
		`honeyguide_agents{presence="online",shop="tea"} 2`,
		`honeyguide_queue_alarms{reason="missing",shop="silk",skill="returns"} 1`,
	)
}

// However often it is scraped, the staff is looked at every few seconds.
func TestDesksAreNotLookedAtForEachScrape(t *testing.T) {
	s, now := new(staff), time.Now()
	m := metrics.New(metrics.Config{Staff: s, Now: func() time.Time { return now }})
	for range 5 {
		scrape(t, m)
	}
	if s.looks != 1 {
		t.Errorf("5 scrapes at once look %d times, want 1", s.looks)
	}
	now = now.Add(5 * time.Second)
	scrape(t, m)
	if s.looks != 2 {
		t.Errorf("a scrape later there were %d looks, want 2", s.looks)
	}
}

// What cannot be read is not told as it was before.
func TestDesksThatFail(t *testing.T) {
	s, now := new(staff), time.Now()
	away := error(nil)
	m := metrics.New(metrics.Config{
		Staff: s, Now: func() time.Time { return now }, Store: func(context.Context) error { return away },
	})
	scrape(t, m)
	for _, tt := range []struct {
		name        string
		away, staff error
		want        []string
	}{
		{"staff", nil, errors.New("broken"), []string{"honeyguide_store_up 1", "honeyguide_desks_up 0"}},
		{"store", errors.New("gone"), nil, []string{"honeyguide_store_up 0", "honeyguide_desks_up 0"}},
	} {
		now = now.Add(time.Minute)
		away, s.err = tt.away, tt.staff
		text := scrape(t, m)
		mustHave(t, text, tt.want...)
		if strings.Contains(text, "honeyguide_agents{") {
			t.Errorf("%s: old figures are told", tt.name)
		}
	}
}

func TestCalls(t *testing.T) {
	m := metrics.New(metrics.Config{Staff: new(staff), Now: time.Now})
	send := rpc.CallInfo{Method: "/honeyguide.dialog.v1.DialogService/SendTurn", Shop: "tea"}
	watch := rpc.CallInfo{Method: "/honeyguide.dialog.v1.DialogService/WatchSession", Streams: true, Shop: "tea"}
	m.CallBegan(send)
	m.TurnEnded(rpc.TurnInfo{Shop: "tea", Decision: "answer", Probability: 0.95, Took: 2 * time.Millisecond})
	m.CallEnded(send, codes.OK, 3*time.Millisecond)
	m.CallBegan(send)
	m.CallEnded(send, codes.ResourceExhausted, time.Millisecond)
	m.CallBegan(watch)
	m.CallBegan(watch)
	m.CallEnded(watch, codes.Canceled, time.Hour)
	const of = `grpc_method="SendTurn",grpc_service="honeyguide.dialog.v1.DialogService"`
	const stream = `grpc_method="WatchSession",grpc_service="honeyguide.dialog.v1.DialogService"`
	text := scrape(t, m)
	mustHave(t, text,
		`honeyguide_turns_total{decision="answer"} 1`,
		`honeyguide_turn_duration_seconds_count 1`,
		`honeyguide_confidence_bucket{le="0.9"} 0`, `honeyguide_confidence_count 1`,
		`grpc_server_started_total{`+of+`} 2`,
		`grpc_server_handled_total{grpc_code="OK",`+of+`} 1`,
		`grpc_server_handled_total{grpc_code="ResourceExhausted",`+of+`} 1`,
		`grpc_server_handling_seconds_count{`+of+`} 2`,
		`honeyguide_streams_open{`+stream+`} 1`,
	)
	if strings.Contains(text, `handling_seconds_count{`+stream) {
		t.Error("the time of a stream is told as that of a call")
	}
}
