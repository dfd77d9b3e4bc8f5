package handofftest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

const (
	shopA shop.ID = "shop-a"
	shopB shop.ID = "shop-b"
)

var start = time.Date(2026, 11, 11, 0, 0, 0, 0, time.UTC)

// waiting returns a new ticket that waits since start.
func waiting(id string, change ...func(*handoff.Ticket)) *handoff.Ticket {
	t := &handoff.Ticket{
		Shop: shopA, ID: id, Session: "session-of-" + id, Visitor: "visitor",
		State: handoff.Waiting, Created: start,
	}
	for _, f := range change {
		f(t)
	}
	return t
}

// atWork returns an agent who takes what there is.
func atWork(name string) *handoff.Agent {
	a := handoff.NewAgent(shopA, name)
	a.Be(handoff.Online, start)
	return a
}

func after(d time.Duration) func(*handoff.Ticket) {
	return func(t *handoff.Ticket) { t.Created = start.Add(d) }
}

func priority(p int) func(*handoff.Ticket) {
	return func(t *handoff.Ticket) { t.Priority = p }
}

func ofShop(id shop.ID) func(*handoff.Ticket) {
	return func(t *handoff.Ticket) { t.Shop = id }
}

// fullTicket has every field set, with text that encodings break on.
func fullTicket() *handoff.Ticket {
	return &handoff.Ticket{
		Shop: shopA, ID: "t1", Session: "s1", Visitor: "visitor-七", State: handoff.Held,
		Needs: handoff.Needs{Skill: "returns", Proficiency: 3, Language: "zh"}, Priority: 9, Weight: 2, Tags: []string{"urgent"},
		Front: true, Offer: &handoff.Offer{Agent: "agent-2", Until: start.Add(time.Second)}, Missed: []string{"agent-3"},
		Prefer: "agent-4", PreferUntil: start.Add(time.Minute), Message: true, Estimate: time.Minute, Queued: start,
		Notes:  []handoff.Note{{Agent: "agent-1", Text: "note", Time: start, After: 7}},
		Survey: &handoff.Survey{Score: 5, Comment: "谢谢", Time: start}, Suggested: 2, Accepted: 1,
		Packet: handoff.Packet{
			Reason: "ASKED_ENOUGH", Locale: "zh-CN", Release: 1<<63 + 1,
			Utterance:  "快递柜第7天签收，第8天才取 😀 \u2028 \x00 \"quoted\" <b>&amp; 𠮷",
			Candidates: []handoff.Candidate{{Node: "returns.late", Title: "超过七天", Probability: 0.123456789012345678}, {Node: "b"}},
			Asked:      []handoff.Asked{{Question: "谁签收的？", Reply: "快递柜"}, {Question: "Anything else?"}},
			Slots:      []handoff.Slot{{ID: "days", Title: "天数", Value: "8", Label: "8 天"}},
			Node:       "returns.locker",
			Also:       []handoff.Question{{Node: "freight", Title: "运费 <谁出>?"}, {Node: "c"}},
		},
		Agent: "agent-1", Outcome: "refunded\n",
		Created: start.Add(123456789 * time.Nanosecond), Claimed: start.Add(time.Minute), Ended: start.Add(time.Hour),
	}
}

func put(t testing.TB, h Harness, ticket *handoff.Ticket) {
	t.Helper()
	if err := h.Put(t.Context(), ticket, 0); err != nil {
		t.Fatalf("Put(%s/%s v%d) = %v", ticket.Shop, ticket.ID, ticket.Version, err)
	}
}

func get(t testing.TB, h Harness, id shop.ID, ticket string) *handoff.Ticket {
	t.Helper()
	got, err := h.Queue.Get(t.Context(), id, ticket)
	if err != nil {
		t.Fatalf("Get(%s, %s) = %v", id, ticket, err)
	}
	return got
}

func list(t testing.TB, h Harness, id shop.ID, state handoff.State, offset, limit int) []string {
	t.Helper()
	got, err := h.Queue.List(t.Context(), id, state, offset, limit)
	if err != nil {
		t.Fatalf("List(%s, %s, %d, %d) = %v", id, state, offset, limit, err)
	}
	return ids(got)
}

func changes(t testing.TB, h Harness, id shop.ID, after uint64, limit int) []*handoff.Ticket {
	t.Helper()
	got, err := h.Queue.Changes(t.Context(), id, after, limit)
	if err != nil {
		t.Fatalf("Changes(%s, %d, %d) = %v", id, after, limit, err)
	}
	return got
}

func ids(tickets []*handoff.Ticket) []string {
	var ids []string
	for _, t := range tickets {
		ids = append(ids, t.ID)
	}
	return ids
}

func wantIDs(t testing.TB, call string, got, want []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", call, diff)
	}
}

// fullAgent has every field set, with text that encodings break on.
func fullAgent() *handoff.Agent {
	return &handoff.Agent{
		Shop: shopA, Name: "客服-七 <b>&amp; 😀 \u2028",
		Skills: map[string]int{"returns": 5, "退货 \"quoted\"": 1}, Languages: []string{"zh", "en"}, Capacity: handoff.MaxCapacity,
		Presence: handoff.Busy, Draining: true, Since: start.Add(123456789 * time.Nanosecond),
		Work: []handoff.Work{
			{Ticket: "t1", Weight: 2, Kind: handoff.Ringing, Until: start.Add(20 * time.Second)},
			{Ticket: "t2", Weight: 1, Kind: handoff.Holding},
			{Ticket: "t3", Weight: 10, Kind: handoff.Wrapping, Until: start.Add(1)},
		},
		Idle: start.Add(time.Minute), Missed: 2,
	}
}

func putAgent(t testing.TB, r handoff.Roster, a *handoff.Agent) {
	t.Helper()
	version := a.Version
	if err := r.PutAgent(t.Context(), a); err != nil {
		t.Fatalf("PutAgent(%s/%s v%d) = %v", a.Shop, a.Name, version, err)
	}
	if a.Version != version+1 {
		t.Fatalf("Version after PutAgent of version %d = %d, want one more", version, a.Version)
	}
}

func agent(t testing.TB, r handoff.Roster, id shop.ID, name string) *handoff.Agent {
	t.Helper()
	got, err := r.Agent(t.Context(), id, name)
	if err != nil {
		t.Fatalf("Agent(%s, %s) = %v", id, name, err)
	}
	return got
}

func agents(t testing.TB, r handoff.Roster, id shop.ID, after string, limit int) []*handoff.Agent {
	t.Helper()
	got, err := r.Agents(t.Context(), id, after, limit)
	if err != nil {
		t.Fatalf("Agents(%s, %q, %d) = %v", id, after, limit, err)
	}
	return got
}

func agentChanges(t testing.TB, r handoff.Roster, id shop.ID, after uint64, limit int) []*handoff.Agent {
	t.Helper()
	got, err := r.AgentChanges(t.Context(), id, after, limit)
	if err != nil {
		t.Fatalf("AgentChanges(%s, %d, %d) = %v", id, after, limit, err)
	}
	return got
}

func names(agents []*handoff.Agent) []string {
	var names []string
	for _, a := range agents {
		names = append(names, a.Name)
	}
	return names
}
