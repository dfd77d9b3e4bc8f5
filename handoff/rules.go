package handoff

import (
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff/calendar"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Rules are how a shop wants its customers to reach humans. The zero value is
// not useful: begin with [DefaultRules].
type Rules struct {
	Shop shop.ID `json:"shop"`

	Mode   Mode          `json:"mode"`   // how tickets reach agents
	Ring   time.Duration `json:"ring"`   // an offer that is not accepted for so long goes to somebody else
	Misses int           `json:"misses"` // an agent who missed so many rings in a row is set away; 0: never
	Lease  time.Duration `json:"lease"`  // an agent who gives no sign of life for so long is offline, and the tickets go back to the front
	WrapUp time.Duration `json:"wrapUp"` // a closed ticket keeps its room on the desk for so long; 0: not at all
	Prefer time.Duration `json:"prefer"` // so long a ticket waits for the agent who last served the customer; 0: not at all

	// Relax are the steps by which a ticket that waits asks for less, by rising After.
	Relax []Relax `json:"relax,omitempty"`
	// Routes say what tickets need. All that fit apply, in order; the last one
	// that sets a field wins.
	Routes []Route `json:"routes,omitempty"`

	Target   Target            `json:"target"`           // of the whole shop
	Skills   map[string]Target `json:"skills,omitempty"` // of single skills, instead
	Calendar calendar.Calendar `json:"calendar"`         // when agents are on duty; the zero one: always
	Canned   []Canned          `json:"canned,omitempty"` // replies to choose from
	Survey   bool              `json:"survey"`           // ask customers at the end of a human's part
	MaxOpen  int               `json:"maxOpen"`          // open tickets that one visitor may have

	// Version rises by one with each change; 0 means the defaults.
	Version uint64 `json:"version"`
}

// MaxPrefer is the longest that a ticket waits for one agent.
const MaxPrefer = 10 * time.Minute

// Mode says how tickets reach agents.
type Mode string

// The modes. In each of them agents may also claim.
const (
	Push   Mode = "push"   // a ticket rings at one desk; the agent accepts
	Assign Mode = "assign" // a ticket is given to an agent without asking
	Pull   Mode = "pull"   // agents claim; nothing is given
)

// Needs are what an agent must be able to do for a ticket.
type Needs struct {
	Skill       string `json:"skill,omitempty"`       // "" is anyone
	Proficiency int    `json:"proficiency,omitempty"` // least, 1 to 5; 0 counts as 1
	Language    string `json:"language,omitempty"`    // primary language subtag; "" is any
}

// Relax is one step by which a ticket asks for less.
type Relax struct {
	After       time.Duration `json:"after"`                 // of waiting
	Proficiency int           `json:"proficiency,omitempty"` // so much is enough, 1 to 5; 0 changes nothing
	AnySkill    bool          `json:"anySkill,omitempty"`
	AnyLanguage bool          `json:"anyLanguage,omitempty"`
}

// Route gives tickets that fit what they need. An empty condition fits all.
type Route struct {
	// Node is the node that demanded the handoff or where the walk stood or,
	// where there is none, what the bot thought of with a probability of at
	// least a half; or a node above it.
	Node string `json:"node,omitempty"`
	Slot string `json:"slot,omitempty"` // a slot that is filled ...
	Is   string `json:"is,omitempty"`   // ... with this value; "" is any

	Skill       string   `json:"skill,omitempty"`
	Proficiency int      `json:"proficiency,omitempty"`
	Priority    int      `json:"priority,omitempty"` // 1 to 9; 0 changes nothing
	Weight      int      `json:"weight,omitempty"`   // of an agent's capacity; 0 changes nothing
	Tags        []string `json:"tags,omitempty"`     // added
}

// Target is a service level: Share of the tickets picked up Within.
type Target struct {
	Within time.Duration `json:"within"`
	Share  float64       `json:"share"` // 0 to 1
}

// Canned is a reply to choose from. Its text may hold variables, such as
// {{agent}}; see package canned.
type Canned struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// DefaultRules are those of a shop that has set none.
func DefaultRules(id shop.ID) *Rules {
	return &Rules{
		Shop: id, Mode: Push, Ring: 20 * time.Second, Misses: 2, Lease: time.Minute, Prefer: 15 * time.Second,
		Relax: []Relax{
			{After: 30 * time.Second, Proficiency: 1},
			{After: time.Minute, AnySkill: true},
			{After: 2 * time.Minute, AnyLanguage: true},
		},
		Target: Target{Within: 30 * time.Second, Share: 0.9},
		Survey: true, MaxOpen: 3,
	}
}

// NeedsAfter returns what a ticket asks for after it has waited for so long.
func (r *Rules) NeedsAfter(n Needs, waited time.Duration) Needs {
	for _, step := range r.Relax {
		if waited < step.After {
			break
		}
		if step.Proficiency > 0 {
			n.Proficiency = min(n.Proficiency, step.Proficiency)
		}
		if step.AnySkill {
			n.Skill, n.Proficiency = "", 0
		}
		if step.AnyLanguage {
			n.Language = ""
		}
	}
	return n
}

// TargetOf returns the service level that a skill is held to.
func (r *Rules) TargetOf(skill string) Target {
	if t, ok := r.Skills[skill]; ok {
		return t
	}
	return r.Target
}
