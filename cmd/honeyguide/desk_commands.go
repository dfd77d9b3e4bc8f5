package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
)

// deskCommand is something that an agent types after a slash.
type deskCommand struct {
	name, args, help string
	do               func(w *deskWork, ctx context.Context, args string) error
}

// deskCommands are all commands but /quit, in the order in which help shows
// them.
func deskCommands() []deskCommand {
	return []deskCommand{
		{"accept", "[TICKET]", "take what rings, or what waits", (*deskWork).accept},
		{"decline", "[TICKET]", "do not take what rings", (*deskWork).decline},
		{"switch", "TICKET", "answer another of your customers", (*deskWork).change},
		{"ticket", "", "show what is known about the customer", (*deskWork).show},
		{"suggest", "", "show what the knowledge says to what the customer asked last", (*deskWork).suggest},
		{"canned", "", "show the replies to choose from", (*deskWork).canned},
		{"use", "NUMBER", "send one of the replies that were shown", (*deskWork).use},
		{"note", "TEXT", "leave a note that the customer never sees", (*deskWork).note},
		{"transfer", "agent NAME|skill NAME [NOTE]", "pass the customer on", (*deskWork).transfer},
		{"requeue", "", "put the customer back to the front of the line", (*deskWork).requeue},
		{"close", "OUTCOME", "end the conversation", (*deskWork).close},
		{"bot", "OUTCOME", "give the customer back to the bot", (*deskWork).bot},
		{"list", "", "list who waits", (*deskWork).list},
		{"desk", "", "show your desk", (*deskWork).desk},
		{"online", "", "take work", (*deskWork).online},
		{"busy", "", "take only what you accept yourself", (*deskWork).busy},
		{"away", "", "take nothing new", (*deskWork).away},
		{"help", "", "show this", (*deskWork).help},
	}
}

// deskHelp lists the commands.
func deskHelp() string {
	rows := [][]string{}
	for _, c := range deskCommands() {
		rows = append(rows, []string{"  /" + c.name + " " + c.args, c.help})
	}
	rows = append(rows, []string{"  /quit", "go home (or Ctrl-D)"})
	return "Commands:\n" + strings.TrimRight(table(rows), "\n")
}

func (w *deskWork) help(context.Context, string) error {
	w.view.out.plain(deskHelp())
	return nil
}

// mine returns the id of the ticket that is answered.
func (w *deskWork) mine() (string, error) {
	if w.current == "" {
		return "", errors.New("no ticket is answered: /accept one, or /switch to one of yours")
	}
	return w.current, nil
}

// pick returns the ticket that was typed or, where none was, the one of few.
func (w *deskWork) pick(typed string, few []*handoffv1.Ticket) (string, error) {
	if typed == "" && len(few) == 1 {
		return few[0].GetId(), nil
	}
	if typed == "" && len(few) == 0 {
		return "", errors.New("nothing rings")
	}
	t, err := w.view.find(typed)
	return t.GetId(), err
}

func (w *deskWork) accept(ctx context.Context, typed string) error {
	id, err := w.pick(typed, w.view.ringing())
	if err != nil {
		return err
	}
	res, err := w.client.ClaimTicket(ctx, &handoffv1.ClaimTicketRequest{TicketId: id, TurnId: rand.Text()})
	if err != nil {
		return remoteError(err)
	}
	w.view.tickets[id] = res.GetTicket()
	w.become(id)
	w.view.out.aside("you answer " + short(id))
	return nil
}

func (w *deskWork) decline(ctx context.Context, typed string) error {
	id, err := w.pick(typed, w.view.ringing())
	if err != nil {
		return err
	}
	_, err = w.client.DeclineTicket(ctx, &handoffv1.DeclineTicketRequest{TicketId: id, TurnId: rand.Text()})
	return remoteError(err)
}

func (w *deskWork) change(_ context.Context, typed string) error {
	t, err := w.view.find(typed)
	if err != nil {
		return err
	}
	if !w.view.holds(t) {
		return fmt.Errorf("you do not answer %s", short(t.GetId()))
	}
	w.become(t.GetId())
	return nil
}

func (w *deskWork) show(context.Context, string) error {
	id, err := w.mine()
	if err != nil {
		return err
	}
	t := w.view.tickets[id]
	w.view.out.plain(short(id) + " " + stands(t))
	w.view.packet(t)
	return nil
}

func (w *deskWork) reply(ctx context.Context, text, node string) error {
	id, err := w.mine()
	if err != nil {
		return err
	}
	_, err = w.client.ReplyTicket(ctx, &handoffv1.ReplyTicketRequest{TicketId: id, TurnId: rand.Text(), Text: text, Suggestion: node})
	return remoteError(err)
}

func (w *deskWork) suggest(ctx context.Context, _ string) error {
	id, err := w.mine()
	if err != nil {
		return err
	}
	res, err := w.client.SuggestAnswers(ctx, &handoffv1.SuggestAnswersRequest{TicketId: id})
	if err != nil {
		return remoteError(err)
	}
	w.hints = nil
	for _, s := range res.GetSuggestions() {
		w.hints = append(w.hints, hint{s.GetNode(), s.GetText()})
		w.view.out.plain(fmt.Sprintf("  %d. %s (%.2f) %s", len(w.hints), s.GetTitle(), s.GetProbability(), cmp.Or(oneLine(s.GetText(), 200), "(for a human)")))
	}
	if len(w.hints) == 0 {
		w.view.out.plain("the knowledge has nothing that fits")
	}
	return nil
}

func (w *deskWork) canned(ctx context.Context, _ string) error {
	id, err := w.mine()
	if err != nil {
		return err
	}
	res, err := w.client.ListCannedReplies(ctx, &handoffv1.ListCannedRepliesRequest{TicketId: id})
	if err != nil {
		return remoteError(err)
	}
	w.hints = nil
	for _, c := range res.GetReplies() {
		w.hints = append(w.hints, hint{text: c.GetText()})
		w.view.out.plain(fmt.Sprintf("  %d. %s: %s", len(w.hints), c.GetTitle(), oneLine(c.GetText(), 200)))
	}
	if len(w.hints) == 0 {
		w.view.out.plain("the shop has no canned replies")
	}
	return nil
}

func (w *deskWork) use(ctx context.Context, typed string) error {
	n, err := strconv.Atoi(typed)
	if err != nil || n < 1 || n > len(w.hints) {
		return errors.New("say the number of a reply that /suggest or /canned showed")
	}
	h := w.hints[n-1]
	if h.text == "" {
		return errors.New("that one is for a human; write an answer")
	}
	return w.reply(ctx, h.text, h.node)
}

func (w *deskWork) note(ctx context.Context, text string) error {
	id, err := w.mine()
	if err != nil {
		return err
	}
	_, err = w.client.AddNote(ctx, &handoffv1.AddNoteRequest{TicketId: id, TurnId: rand.Text(), Text: text})
	return remoteError(err)
}

func (w *deskWork) transfer(ctx context.Context, args string) error {
	id, err := w.mine()
	if err != nil {
		return err
	}
	kind, rest, _ := strings.Cut(args, " ")
	name, note, _ := strings.Cut(strings.TrimSpace(rest), " ")
	req := &handoffv1.TransferTicketRequest{TicketId: id, TurnId: rand.Text(), Note: strings.TrimSpace(note)}
	switch {
	case name != "" && kind == "agent":
		req.Agent = name
	case name != "" && kind == "skill":
		req.Needs = &handoffv1.Needs{Skill: name, Language: w.view.tickets[id].GetNeeds().GetLanguage()}
	default:
		return errors.New("say to whom: /transfer agent NAME, or /transfer skill NAME")
	}
	_, err = w.client.TransferTicket(ctx, req)
	return remoteError(err)
}

func (w *deskWork) requeue(ctx context.Context, _ string) error {
	id, err := w.mine()
	if err != nil {
		return err
	}
	_, err = w.client.RequeueTicket(ctx, &handoffv1.RequeueTicketRequest{TicketId: id, TurnId: rand.Text()})
	return remoteError(err)
}

func (w *deskWork) close(ctx context.Context, outcome string) error {
	return w.end(ctx, outcome, false)
}

func (w *deskWork) bot(ctx context.Context, outcome string) error { return w.end(ctx, outcome, true) }

// end closes the ticket and, since nothing can be added in a terminal, frees its
// room at once.
func (w *deskWork) end(ctx context.Context, outcome string, back bool) error {
	id, err := w.mine()
	if err != nil {
		return err
	}
	if outcome == "" {
		return errors.New("say how it ended, such as: /close refunded")
	}
	if _, err := w.client.CloseTicket(ctx, &handoffv1.CloseTicketRequest{TicketId: id, TurnId: rand.Text(), Outcome: outcome, BackToBot: back}); err != nil {
		return remoteError(err)
	}
	_, err = w.client.WrapUpTicket(ctx, &handoffv1.WrapUpTicketRequest{TicketId: id, TurnId: rand.Text()})
	return remoteError(err)
}

func (w *deskWork) list(context.Context, string) error {
	waiting := w.view.which(func(t *handoffv1.Ticket) bool { return t.GetState() == handoffv1.TicketState_TICKET_STATE_WAITING })
	w.view.out.b.WriteString(ticketTable(waiting))
	return nil
}

func (w *deskWork) desk(context.Context, string) error {
	w.view.out.b.WriteString(agentTable([]*handoffv1.Agent{w.view.self}))
	for _, t := range w.view.held() {
		w.view.out.plain(short(t.GetId()) + " " + oneLine(t.GetPacket().GetUtterance(), 80))
	}
	return nil
}

func (w *deskWork) online(ctx context.Context, _ string) error { return w.be(ctx, "online") }

func (w *deskWork) busy(ctx context.Context, _ string) error { return w.be(ctx, "busy") }

func (w *deskWork) away(ctx context.Context, _ string) error { return w.be(ctx, "away") }

func (w *deskWork) be(ctx context.Context, presence string) error {
	_, err := w.client.SetPresence(ctx, &handoffv1.SetPresenceRequest{Presence: presences[presence]})
	return remoteError(err)
}
