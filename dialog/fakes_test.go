package dialog_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/wake"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/clauses"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/condition"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

const testShop shop.ID = "demo"

// tester is what the helpers need of a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Context() context.Context
}

// fakeKnowledge gives every shop the same release, or none.
type fakeKnowledge struct {
	live   atomic.Pointer[fakeRelease]
	err    error
	pinned atomic.Int64 // releases acquired and not yet released
}

func (k *fakeKnowledge) Acquire(context.Context, shop.ID) (dialog.Release, error) {
	if k.err != nil {
		return nil, k.err
	}
	r := k.live.Load()
	if r == nil {
		return nil, fmt.Errorf("fake: %w", knowledge.ErrNoRelease)
	}
	k.pinned.Add(1)
	return &pinnedRelease{fakeRelease: r, knowledge: k}, nil
}

func (k *fakeKnowledge) publish(t tester, number uint64, doc knowledge.Document) {
	t.Helper()
	tree := knowledge.NewTree(doc)
	branches, err := condition.CompileTree(tree)
	if err != nil {
		t.Fatalf("compiling the tree of a test: %v", err)
	}
	k.live.Store(&fakeRelease{number: number, tree: tree, branches: branches})
}

// fakeRelease matches by the pairs of characters that two texts share.
type fakeRelease struct {
	number   uint64
	tree     *knowledge.Tree
	branches *condition.Branches

	mu     sync.Mutex
	topics []knowledge.NodeID // of each match; guarded by mu
}

type pinnedRelease struct {
	*fakeRelease
	knowledge *fakeKnowledge
	once      sync.Once
}

func (r *pinnedRelease) Release() { r.once.Do(func() { r.knowledge.pinned.Add(-1) }) }

func (r *fakeRelease) Number() uint64        { return r.number }
func (r *fakeRelease) Tree() *knowledge.Tree { return r.tree }

func (r *fakeRelease) Branch(n *knowledge.Node, slots map[knowledge.SlotID]string) (int, knowledge.SlotID, error) {
	return r.branches.Next(n, slots)
}

// The fake is sure above one likeness, and asks above another.
const (
	fakeSure = 0.7
	fakeAsk  = 0.3
)

// Match takes the first sure clause of an utterance, and names the other sure ones.
func (r *fakeRelease) Match(_ context.Context, utterance string, topic knowledge.NodeID, now time.Time) (intent.Result, error) {
	r.mu.Lock()
	r.topics = append(r.topics, topic)
	r.mu.Unlock()
	result := r.match(utterance, now)
	parts := clauses.Split(utterance)
	if best, _ := result.Best(); best.Exact || len(parts) < 2 {
		return result, nil
	}
	var sure []intent.Result
	for _, part := range parts {
		if found := r.match(part, now); found.Verdict == intent.Sure {
			sure = append(sure, found)
		}
	}
	if len(sure) == 0 {
		return result, nil
	}
	result = sure[0]
	for _, other := range sure[1:min(len(sure), intent.MaxOthers+1)] {
		c, _ := other.Best()
		if !slices.ContainsFunc(append(result.Others, result.Candidates[0]), func(x intent.Candidate) bool { return x.Node == c.Node }) {
			result.Others = append(result.Others, c)
		}
	}
	return result, nil
}

func (r *fakeRelease) match(utterance string, now time.Time) intent.Result {
	var result intent.Result
	for n := range r.tree.Nodes() {
		best := intent.Candidate{Node: n.ID}
		for _, q := range n.Questions() {
			if p := likeness(utterance, q); q != "" && p > best.Probability {
				best.Probability, best.Question = p, q
				best.Exact = textnorm.Key(q) == textnorm.Key(utterance)
			}
		}
		if best.Probability > 0.05 && n.Valid.Contains(now) {
			result.Candidates = append(result.Candidates, best)
		}
	}
	slices.SortStableFunc(result.Candidates, func(a, b intent.Candidate) int {
		return int(1000 * (b.Probability - a.Probability))
	})
	result.Candidates = result.Candidates[:min(len(result.Candidates), intent.MaxCandidates)]
	if best, ok := result.Best(); ok && best.Probability >= fakeSure {
		result.Verdict = intent.Sure
	} else if ok && best.Probability >= fakeAsk {
		result.Verdict = intent.Unsure
	}
	return result
}

// likeness is the share of the pairs of characters that two texts have in
// common, from 0 to 1.
func likeness(a, b string) float64 {
	x, y := pairs(a), pairs(b)
	same := 0
	for p := range x {
		if y[p] {
			same++
		}
	}
	if len(x)+len(y) == 0 {
		return 0
	}
	return 2 * float64(same) / float64(len(x)+len(y))
}

func pairs(s string) map[string]bool {
	runes := []rune(textnorm.Key(s))
	set := make(map[string]bool)
	for i := 0; i+1 < len(runes); i++ {
		set[string(runes[i:i+2])] = true
	}
	return set
}

// fakeWaker is a Waker inside one process. Where it is deaf, wake-ups get lost.
// No service hears through it what others change, unless the test says so.
type fakeWaker struct {
	deaf atomic.Bool
	mu   sync.Mutex
	subs map[string][]chan struct{} // guarded by mu
	ears []func(topic string)       // guarded by mu
}

func (w *fakeWaker) Listen(f func(topic string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ears = append(w.ears, f)
}

// tell has all services hear that another node changed something.
func (w *fakeWaker) tell(topic string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.ears {
		f(topic)
	}
}

func (w *fakeWaker) Subscribe(topic string) (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.subs == nil {
		w.subs = make(map[string][]chan struct{})
	}
	w.subs[topic] = append(w.subs[topic], ch)
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.subs[topic] = slices.DeleteFunc(w.subs[topic], func(c chan struct{}) bool { return c == ch })
	}
}

func (w *fakeWaker) Wake(_ context.Context, topic string) {
	if w.deaf.Load() {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, ch := range w.subs[topic] {
		select {
		case ch <- struct{}{}:
		default: // the subscriber has not yet taken the last one
		}
	}
}

func (w *fakeWaker) subscribers() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, s := range w.subs {
		n += len(s)
	}
	return n
}

// world is a service with everything around it in the hands of the test.
type world struct {
	t         tester
	store     *memStore
	signs     *wake.Signs
	waker     *fakeWaker
	knowledge *fakeKnowledge
	service   *dialog.Service
	desk      *dialog.Desk
	turns     int

	mu    sync.Mutex
	clock time.Time
	runs  time.Time // where not zero, the clock runs with time since then
	ids   int
}

func newWorld(t tester, doc knowledge.Document) *world {
	t.Helper()
	w := &world{
		t: t, waker: &fakeWaker{}, knowledge: &fakeKnowledge{},
		clock: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
	}
	w.store, w.signs = newMemStore(w.now), wake.NewSigns(w.now)
	rules := handoff.DefaultRules(testShop)
	rules.MaxOpen = 100 // all sessions of a test are one visitor's
	if err := w.store.PutRules(context.Background(), rules); err != nil {
		t.Fatalf("PutRules = %v", err)
	}
	w.knowledge.publish(t, 1, doc)
	w.service = w.newService(dialog.Config{})
	w.desk = dialog.NewDesk(w.service)
	return w
}

func (w *world) newService(cfg dialog.Config) *dialog.Service {
	return dialog.NewService(dialog.Stores{
		Store: w.store, Waker: w.waker, Signs: w.signs,
		Staff: dialog.Staff{Queue: w.store, Roster: w.store, Leases: w.store, Rules: w.store, Stirs: w.store},
	}, w.knowledge, w.now, w.newID, cfg)
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.runs.IsZero() {
		return w.clock
	}
	return w.clock.Add(time.Since(w.runs))
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// run lets the clock run with that of a bubble of package synctest.
func (w *world) run() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.runs = time.Now()
}

func (w *world) newID() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids++
	return fmt.Sprintf("id%d", w.ids)
}

func (w *world) turnID() string {
	w.turns++
	return fmt.Sprintf("t%d", w.turns)
}

// start begins a session of visitor "ann".
func (w *world) start() string {
	w.t.Helper()
	s, _, err := w.service.Start(w.t.Context(), dialog.StartRequest{Shop: testShop, Visitor: "ann", Locale: "zh-CN"})
	if err != nil {
		w.t.Fatalf("Start = %v", err)
	}
	return s.ID
}

func (w *world) say(session, text string) *dialog.Reply {
	w.t.Helper()
	r, err := w.service.Turn(w.t.Context(), dialog.TurnRequest{
		Shop: testShop, Visitor: "ann", Session: session, Turn: w.turnID(), Text: text,
	})
	if err != nil {
		w.t.Fatalf("Turn(%q) = %v", text, err)
	}
	return r
}

func (w *world) pick(session, offer string) (*dialog.Reply, error) {
	return w.service.Turn(w.t.Context(), dialog.TurnRequest{
		Shop: testShop, Visitor: "ann", Session: session, Turn: w.turnID(), Pick: offer,
	})
}

func (w *world) act(session string) dialog.ActRequest {
	return dialog.ActRequest{Shop: testShop, Visitor: "ann", Session: session, Turn: w.turnID()}
}

// wait brings a new session to WAITING and returns it with its ticket.
func (w *world) wait() (session, ticket string) {
	w.t.Helper()
	session = w.start()
	r, err := w.service.AskHuman(w.t.Context(), w.act(session))
	if err != nil {
		w.t.Fatalf("AskHuman = %v", err)
	}
	return session, r.Ticket
}

func (w *world) claim(agent, ticket string) {
	w.t.Helper()
	if _, err := w.desk.Claim(w.t.Context(), testShop, agent, dialog.TicketRequest{Ticket: ticket}); err != nil {
		w.t.Fatalf("Claim(%s) = %v", agent, err)
	}
}

// brief is a reply in one line: "ASK SLOT_NEEDED returns.late BOT".
func brief(r *dialog.Reply) string {
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s", r.Decision, r.Reason, r.Node, r.State)), " ")
}

func labels(offers []dialog.Offer) []string {
	var out []string
	for _, o := range offers {
		out = append(out, o.Label)
	}
	return out
}
