package chaos

import (
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// turns checks what the customer said against the transcript.
func (c *checker) turns(conv *Conversation) {
	at := make(map[string][]int)
	for i, e := range conv.Entries {
		if e.Author == dialog.AuthorVisitor {
			at[e.Turn] = append(at[e.Turn], i)
		}
	}
	last := -1
	for _, said := range conv.Said {
		places := at[said.Turn]
		delete(at, said.Turn)
		c.fate(conv, "customer "+conv.Visitor, said, places)
		if said.Fate != Acked || len(places) == 0 {
			continue
		}
		if places[0] < last {
			c.problem("%s: the customer's turn %s comes before an earlier one", conv.Session, said.Turn)
		}
		last = places[0]
	}
	for turn := range at {
		c.problem("%s: turn %q in the transcript was never said", conv.Session, turn)
	}
}

// replies checks what agents said against the transcripts.
func (c *checker) replies() {
	type key struct{ session, agent, turn string }
	at := make(map[key][]int)
	for _, conv := range c.Conversations {
		for i, e := range conv.Entries {
			if e.Author == dialog.AuthorAgent {
				k := key{conv.Session, e.Agent, e.Turn}
				at[k] = append(at[k], i)
			}
		}
	}
	last := make(map[key]int) // without turn: the place of the reply before
	for _, said := range c.Replies {
		conv := c.bySession[said.Session]
		if conv == nil {
			c.problem("%s: agent %s replied in a session that no customer has", said.Session, said.Agent)
			continue
		}
		k := key{said.Session, said.Agent, said.Turn}
		places := at[k]
		delete(at, k)
		c.fate(conv, "agent "+said.Agent, said, places)
		if said.Fate != Acked || len(places) == 0 {
			continue
		}
		k.turn = ""
		if before, some := last[k]; some && places[0] < before {
			c.problem("%s: reply %s of %s comes before an earlier one", said.Session, said.Turn, said.Agent)
		}
		last[k] = places[0]
	}
	for k := range at {
		c.problem("%s: reply %q of %s in the transcript was never given", k.session, k.turn, k.agent)
	}
}

// fate checks that what was sent is in the transcript as its sender was told.
func (c *checker) fate(conv *Conversation, who string, said Saying, places []int) {
	switch {
	case said.Fate == Acked && len(places) == 0:
		c.problem("%s: lost: turn %s of %s was acknowledged", conv.Session, said.Turn, who)
	case said.Fate == Refused && len(places) > 0:
		c.problem("%s: turn %s of %s was refused and is in the transcript", conv.Session, said.Turn, who)
	case len(places) > 1:
		c.problem("%s: turn %s of %s is in the transcript %d times", conv.Session, said.Turn, who, len(places))
	case len(places) == 1 && said.Text != "" && conv.Entries[places[0]].Text != said.Text:
		c.problem("%s: turn %s of %s is in the transcript with other words", conv.Session, said.Turn, who)
	}
}

// holding is one agent's part of a conversation.
type holding struct {
	session, agent string
	weight         int
	// The commit that began it was made by began at the latest; the one that
	// ended it at ended at the earliest. A zero ended is for ever.
	began, ended time.Time
}

// course walks through a transcript: who has the conversation, and who speaks.
func (c *checker) course(conv *Conversation) {
	holder, state, ticket := "", dialog.StateBot, -1
	var since time.Time
	leave := func(e dialog.Entry) {
		if holder != "" {
			c.holdings = append(c.holdings, holding{conv.Session, holder, c.weight(conv, ticket), since, e.Time})
		}
		holder = ""
	}
	for i, e := range conv.Entries {
		switch {
		case e.Author == dialog.AuthorAgent && e.Agent != holder:
			c.problem("%s: entry %d: %s speaks while %s has the conversation", conv.Session, e.Seq, e.Agent, named(holder))
		case e.Author == dialog.AuthorBot && state != dialog.StateBot:
			c.problem("%s: entry %d: the bot speaks while the session is %s", conv.Session, e.Seq, state)
		case e.Author == dialog.AuthorSystem && e.State == dialog.StateHuman:
			if holder == e.Agent || holder != "" && !c.Supervisors[e.Agent] {
				c.problem("%s: entry %d: given to %s while %s has it", conv.Session, e.Seq, e.Agent, holder)
			}
			leave(e)
			holder, since = e.Agent, c.committed(conv, i)
		case e.Author == dialog.AuthorSystem:
			if e.Agent != "" && e.Agent != holder && !c.Supervisors[e.Agent] {
				c.problem("%s: entry %d: %s ends what %s has", conv.Session, e.Seq, e.Agent, named(holder))
			}
			leave(e)
		}
		if (e.State == dialog.StateHuman) != (holder != "") {
			c.problem("%s: entry %d: the session is %s while %s has it", conv.Session, e.Seq, e.State, named(holder))
			return
		}
		if state == dialog.StateBot && e.State == dialog.StateWaiting {
			ticket++
		}
		state = e.State
	}
	leave(dialog.Entry{})
}

// weight returns that of the session's nth ticket.
func (c *checker) weight(conv *Conversation, n int) int {
	if list := c.ticketsOf[conv.Session]; n >= 0 && n < len(list) {
		return list[n].Load()
	}
	return 1
}

// committed returns when entry i was stored at the latest: somebody saw it, or
// a later one was decided on top of it. Its own time is when it was decided,
// which is earlier: by seconds where a server was stopped in between.
func (c *checker) committed(conv *Conversation, i int) time.Time {
	latest := c.Read
	for _, next := range conv.Entries[i+1:] {
		if !next.Time.Equal(conv.Entries[i].Time) { // of another commit
			latest = next.Time
			break
		}
	}
	if g, seen := c.seenFirst[place{conv.Session, uint64(i) + 1}]; seen && g.At.Before(latest) {
		return g.At
	}
	return latest
}

// end checks that nobody was forgotten.
func (c *checker) end(conv *Conversation) {
	var open *handoff.Ticket
	for _, t := range c.ticketsOf[conv.Session] {
		if !t.Open() {
			continue
		}
		if open != nil {
			c.problem("%s: two open tickets, %s and %s", conv.Session, open.ID, t.ID)
		}
		open = t
	}
	switch conv.State {
	case dialog.StateWaiting, dialog.StateHuman:
		want := map[dialog.State]handoff.State{dialog.StateWaiting: handoff.Waiting, dialog.StateHuman: handoff.Held}[conv.State]
		if open == nil {
			c.problem("%s: forgotten: the session is %s without an open ticket", conv.Session, conv.State)
		} else if open.State != want {
			c.problem("%s: the session is %s, its ticket %s", conv.Session, conv.State, open.State)
		}
	default:
		if open != nil {
			c.problem("%s: the session is %s, its ticket %s is %s", conv.Session, conv.State, open.ID, open.State)
		}
	}
	c.partings(conv)
}

// partings checks that whoever waited or talked to an agent and does so no more
// was served, or left by own will.
func (c *checker) partings(conv *Conversation) {
	before := dialog.StateBot
	for _, e := range conv.Entries {
		waited := before == dialog.StateWaiting || before == dialog.StateHuman
		over := e.State == dialog.StateBot || e.State == dialog.StateClosed
		switch {
		case !over || e.Agent != "":
		case waited && e.State == dialog.StateBot && !conv.Went:
			c.problem("%s: entry %d: sent back to the bot, which the customer did not ask for", conv.Session, e.Seq)
		case e.State == dialog.StateClosed && !conv.Left:
			c.problem("%s: entry %d: closed, which the customer did not ask for", conv.Session, e.Seq)
		}
		before = e.State
	}
}

func named(agent string) string {
	if agent == "" {
		return "nobody"
	}
	return agent
}
