package handoff

import (
	"context"
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Roster keeps a shop's agents. Implementations are safe for concurrent use and
// are held to this contract by handofftest.TestRoster. An error that is none of
// this package's is wrapped in ErrUnavailable where trying again may help.
//
// An agent whose desk changes together with a ticket is not stored by PutAgent
// but by the commit of package dialog.
type Roster interface {
	// Agent returns one agent, or ErrNoAgent.
	Agent(ctx context.Context, id shop.ID, name string) (*Agent, error)

	// Agents returns the shop's agents by name, those after the given one, at
	// most limit.
	Agents(ctx context.Context, id shop.ID, after string, limit int) ([]*Agent, error)

	// AgentChanges returns the agents whose last change has a Revision above
	// after, in the order of their revisions, at most limit.
	AgentChanges(ctx context.Context, id shop.ID, after uint64, limit int) ([]*Agent, error)

	// PutAgent stores a, whose Version is the one that was read (0 for a new
	// agent), and sets Version+1 and the next Revision in a. It returns
	// ErrConflict, and stores nothing, where another version is stored.
	PutAgent(ctx context.Context, a *Agent) error

	// Shops returns the shops that have agents, in no order.
	Shops(ctx context.Context) ([]shop.ID, error)
}

// StirFor is how long after a stir the changes that it stands for are made at
// the latest.
const StirFor = 40 * time.Second

// Stirs say in which shops something happens, so that who follows all shops need
// not look at each. Every change of a ticket, of an agent or of rules belongs to
// a stir of its shop: one that is noted before the change is made, and at most
// StirFor before. So whoever sees a stir, and looks at the shop until StirFor
// later, has seen what it stands for. Implementations are safe for concurrent
// use and are held to this contract by handofftest.TestStirs.
type Stirs interface {
	// Stirred returns the shops with a stir after a mark, each once and in no
	// order, and the mark from which to go on. From the zero mark on it returns
	// at least those whose last stir may still stand for changes to come. Where
	// only a part can be read, it returns those of that part with their mark,
	// and ErrIncomplete: what is missing comes after the same mark, later.
	Stirred(ctx context.Context, after Mark) (shops []shop.ID, mark Mark, err error)
}

// Mark is up to where somebody has read the stirs; the zero Mark is the
// beginning. Only the store that gave it knows what the numbers mean: one for
// each of the places, two at most, in which it keeps stirs.
type Mark [2]uint64

// Leases say who is alive, by the clock of the store: those of the nodes may
// differ. Implementations are held to this contract by handofftest.TestLeases.
type Leases interface {
	// Renew says that an agent is connected, for ttl from now.
	Renew(ctx context.Context, id shop.ID, agent string, ttl time.Duration) error

	// Lapsed returns the agents whose lease has ended and was not dropped, the
	// one that ended first first, at most limit.
	Lapsed(ctx context.Context, id shop.ID, limit int) ([]string, error)

	// Drop forgets an agent's lease, unless it was renewed and has not ended.
	// Dropping none is no error.
	Drop(ctx context.Context, id shop.ID, agent string) error

	// Lead makes node the one that routes the shop's tickets, or lets it stay
	// so, for ttl from now. It reports false where another node is. It is
	// there to save work: routing is right with any number of leaders.
	Lead(ctx context.Context, id shop.ID, node string, ttl time.Duration) (bool, error)
}

// RuleStore keeps the rules of shops. Implementations are held to this contract
// by handofftest.TestRules.
type RuleStore interface {
	// Rules returns the shop's rules, or its DefaultRules where none are stored.
	Rules(ctx context.Context, id shop.ID) (*Rules, error)

	// PutRules stores r, whose Version is the one that was read, and sets
	// Version+1 in r. It returns ErrConflict where another version is stored.
	PutRules(ctx context.Context, r *Rules) error
}
