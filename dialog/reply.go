package dialog

import "github.com/honeyguide-chat/honeyguide/knowledge"

// Reply is what a turn led to.
type Reply struct {
	Decision    Decision         `json:"decision,omitempty"` // None while a human owns the session
	Reason      Reason           `json:"reason"`
	Text        string           `json:"text,omitempty"` // what the bot says
	Node        knowledge.NodeID `json:"node,omitempty"` // answered, asked about, or demanding the handoff
	Probability float64          `json:"probability,omitempty"`
	Rules       []string         `json:"rules,omitempty"`
	Offers      []Offer          `json:"offers,omitempty"`
	State       State            `json:"state"`   // of the session, after the turn
	Release     uint64           `json:"release"` // of the knowledge; 0 when none was used
	FirstSeq    uint64           `json:"firstSeq"`
	LastSeq     uint64           `json:"lastSeq"` // the turn's entries are FirstSeq to LastSeq
	Ticket      string           `json:"ticket,omitempty"`
}
