package dialog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// refusal is an act that must fail.
type refusal struct {
	name string
	act  func(context.Context, *office) error
	want error  // or
	bad  string // the field to correct
}

// TestRefusals checks that what may not be is said to be so, and that nothing
// has changed then: no session, transcript, ticket or desk.
func TestRefusals(t *testing.T) {
	o := newOffice(t)
	for _, group := range []struct {
		name  string
		cases []refusal
	}{
		{"Claim", claimRefusals()},
		{"Decline", declineRefusals()},
		{"Reply", replyRefusals()},
		{"Note", noteRefusals()},
		{"Transfer", transferRefusals()},
		{"Requeue", requeueRefusals()},
		{"Close", closeRefusals()},
		{"WrapUp", wrapUpRefusals()},
		{"Suggest", suggestRefusals()},
		{"staff", staffRefusals()},
		{"customer", customerRefusals()},
	} {
		for _, tt := range group.cases {
			t.Run(group.name+"/"+tt.name, func(t *testing.T) {
				o.wantUntouched(t, func() {
					err := tt.act(t.Context(), o)
					if tt.want != nil && !errors.Is(err, tt.want) {
						t.Errorf("error = %v, want %v", err, tt.want)
					}
					if tt.bad != "" {
						wantField(t, tt.name, err, tt.bad)
					}
				})
			})
		}
	}
}

func claimRefusals() []refusal {
	claim := func(agent string, ticket func(*office) string) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			_, err := o.desk.Claim(ctx, testShop, agent, dialog.TicketRequest{Ticket: ticket(o)})
			return err
		}
	}
	takeOver := func(ticket func(*office) string) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			_, err := o.desk.TakeOver(ctx, testShop, "sup", dialog.TicketRequest{Ticket: ticket(o)})
			return err
		}
	}
	return []refusal{
		{"by an agent who is away", claim("cai", free), handoff.ErrNotTaking, ""},
		{"by an agent who is about to leave", claim("eva", free), handoff.ErrNotTaking, ""},
		{"at a full desk", claim("bo", free), handoff.ErrAtCapacity, ""},
		{"of what rings at another desk", claim("dan", rings), handoff.ErrOffered, ""},
		{"of what another agent holds", claim("dan", held), handoff.ErrTaken, ""},
		{"of what is closed", claim("mei", closed), handoff.ErrClosed, ""},
		{"of what there is not", claim("mei", nothing), handoff.ErrNotFound, ""},
		{"by an unknown agent, of what another holds", claim("zoe", held), handoff.ErrTaken, ""},
		{"by nobody", claim("", free), nil, "agent"},
		{"take-over of what is closed", takeOver(closed), handoff.ErrClosed, ""},
		{"take-over of what there is not", takeOver(nothing), handoff.ErrNotFound, ""},
		{"in another shop", func(ctx context.Context, o *office) error {
			_, err := o.desk.Claim(ctx, "other", "mei", dialog.TicketRequest{Ticket: o.free})
			return err
		}, handoff.ErrNotFound, ""},
	}
}

// The tickets of an office.
func free(o *office) string    { return o.free }
func rings(o *office) string   { return o.rings }
func held(o *office) string    { return o.held }
func closed(o *office) string  { return o.closed }
func nothing(o *office) string { return "nothing" }

func declineRefusals() []refusal {
	decline := func(agent string, ticket func(*office) string) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			_, err := o.desk.Decline(ctx, testShop, agent, dialog.TicketRequest{Ticket: ticket(o)})
			return err
		}
	}
	return []refusal{
		{"of what rings at another desk", decline("dan", rings), handoff.ErrNotOffered, ""},
		{"of what rings nowhere", decline("mei", free), handoff.ErrNotOffered, ""},
		{"of what the agent holds", decline("mei", held), handoff.ErrNotOffered, ""},
		{"of what is closed", decline("mei", closed), handoff.ErrNotOffered, ""},
		{"by an unknown agent", decline("zoe", rings), handoff.ErrNotOffered, ""},
		{"of what there is not", decline("mei", nothing), handoff.ErrNotFound, ""},
	}
}

func replyRefusals() []refusal {
	reply := func(agent string, ticket func(*office) string, text string, from knowledge.NodeID) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			_, err := o.desk.Reply(ctx, testShop, agent, dialog.ReplyRequest{Ticket: ticket(o), Turn: "t", Text: text, Suggestion: from})
			return err
		}
	}
	sign := func(agent string, ticket func(*office) string) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			return o.desk.Sign(ctx, testShop, agent, ticket(o), dialog.SignRequest{Typing: true})
		}
	}
	return []refusal{
		{"to what only rings", reply("mei", rings, "您好", ""), handoff.ErrNotHolder, ""},
		{"to what waits", reply("mei", free, "您好", ""), handoff.ErrNotHolder, ""},
		{"to what another agent holds", reply("dan", held, "您好", ""), handoff.ErrTaken, ""},
		{"to what is closed", reply("mei", closed, "您好", ""), handoff.ErrClosed, ""},
		{"without words", reply("mei", held, " \n", ""), nil, "text"},
		{"of a megabyte", reply("mei", held, strings.Repeat("长", 1<<20/3), ""), nil, "text"},
		{"from a suggestion that is no node id", reply("mei", held, "您好", knowledge.NodeID(strings.Repeat("n", knowledge.MaxIDLength+1))), nil, "suggestion"},
		{"sign to what another agent holds", sign("dan", held), handoff.ErrTaken, ""},
		{"sign to what only rings", sign("mei", rings), handoff.ErrNotHolder, ""},
		{"sign to what is closed", sign("mei", closed), handoff.ErrClosed, ""},
	}
}

func noteRefusals() []refusal {
	note := func(ticket func(*office) string, turn, text string) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			_, err := o.desk.Note(ctx, testShop, "mei", dialog.NoteRequest{Ticket: ticket(o), Turn: turn, Text: text})
			return err
		}
	}
	return []refusal{
		{"too long", note(held, "t", strings.Repeat("长", handoff.MaxNote+1)), nil, "text"},
		{"empty", note(held, "t", "\u200b"), nil, "text"},
		{"without a turn id", note(held, "", "a"), nil, "turn"},
		{"of what there is not", note(nothing, "t", "a"), handoff.ErrNotFound, ""},
	}
}

func transferRefusals() []refusal {
	transfer := func(agent string, ticket func(*office) string, req dialog.TransferRequest) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			req.Ticket = ticket(o)
			_, err := o.desk.Transfer(ctx, testShop, agent, req)
			return err
		}
	}
	to := func(agent string) dialog.TransferRequest { return dialog.TransferRequest{Agent: agent} }
	needs := func(n handoff.Needs) dialog.TransferRequest { return dialog.TransferRequest{Needs: n} }
	return []refusal{
		{"to oneself", transfer("mei", held, to("mei")), nil, "agent"},
		{"to nobody", transfer("mei", held, to("")), nil, "agent"},
		{"to an agent of a bad name", transfer("mei", held, to("a\nb")), nil, "agent"},
		{"to an unknown agent", transfer("mei", held, to("zoe")), handoff.ErrNoAgent, ""},
		{"to an agent who is away", transfer("mei", held, to("cai")), handoff.ErrNotTaking, ""},
		{"to an agent who is offline", transfer("mei", held, to("dan")), handoff.ErrNotTaking, ""},
		{"to an agent who is about to leave", transfer("mei", held, to("eva")), handoff.ErrNotTaking, ""},
		{"to a skill of two lines", transfer("mei", held, needs(handoff.Needs{Skill: "a\nb"})), nil, "needs.skill"},
		{"to a proficiency that nobody can have", transfer("mei", held, needs(handoff.Needs{Skill: "a", Proficiency: 6})), nil, "needs.proficiency"},
		{"to no language", transfer("mei", held, needs(handoff.Needs{Language: "not a tag"})), nil, "needs.language"},
		{"with a note that is too long", transfer("mei", held, dialog.TransferRequest{Agent: "bo", Note: strings.Repeat("长", handoff.MaxNote+1)}), nil, "note"},
		{"of what only rings", transfer("mei", rings, to("bo")), handoff.ErrNotHolder, ""},
		{"of what another agent holds", transfer("bo", held, to("mei")), handoff.ErrTaken, ""},
		{"of what is closed", transfer("mei", closed, to("bo")), handoff.ErrClosed, ""},
	}
}

func requeueRefusals() []refusal {
	requeue := func(agent string, ticket func(*office) string) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			_, err := o.desk.Requeue(ctx, testShop, agent, dialog.TicketRequest{Ticket: ticket(o)})
			return err
		}
	}
	return []refusal{
		{"of what waits", requeue("mei", free), handoff.ErrNotHolder, ""},
		{"of what rings at another desk", requeue("bo", rings), handoff.ErrNotHolder, ""},
		{"of what another agent holds", requeue("bo", held), handoff.ErrTaken, ""},
		{"of what is closed", requeue("mei", closed), handoff.ErrClosed, ""},
		{"by an unknown agent", requeue("zoe", free), handoff.ErrNotHolder, ""},
	}
}

func closeRefusals() []refusal {
	shut := func(agent string, ticket func(*office) string, req dialog.CloseRequest) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			req.Ticket = ticket(o)
			_, err := o.desk.Close(ctx, testShop, agent, req)
			return err
		}
	}
	force := func(ticket func(*office) string, req dialog.CloseRequest) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			req.Ticket = ticket(o)
			_, err := o.desk.ForceClose(ctx, testShop, "sup", req)
			return err
		}
	}
	ok := dialog.CloseRequest{Outcome: "ok"}
	return []refusal{
		{"of what only rings", shut("mei", rings, ok), handoff.ErrNotHolder, ""},
		{"of what another agent holds", shut("bo", held, ok), handoff.ErrTaken, ""},
		{"again with another outcome", shut("mei", closed, ok), handoff.ErrClosed, ""},
		{"without an outcome", shut("mei", held, dialog.CloseRequest{}), nil, "outcome"},
		{"with a tag of two lines", shut("mei", held, dialog.CloseRequest{Outcome: "ok", Tags: []string{"a", "b\nc"}}), nil, "tags[1]"},
		{"with too many tags", shut("mei", held, dialog.CloseRequest{Outcome: "ok", Tags: manyTags(handoff.MaxTags + 1)}), nil, "tags"},
		{"by force, of what is closed", force(closed, ok), handoff.ErrClosed, ""},
		{"by force, of what there is not", force(nothing, ok), handoff.ErrNotFound, ""},
		{"by force, with an outcome that is too long", force(held, dialog.CloseRequest{Outcome: strings.Repeat("长", 501)}), nil, "outcome"},
	}
}

func manyTags(n int) []string {
	var tags []string
	for i := range n {
		tags = append(tags, fmt.Sprint(i))
	}
	return tags
}

func wrapUpRefusals() []refusal {
	wrapUp := func(agent string, ticket func(*office) string, req dialog.WrapUpRequest) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			req.Ticket = ticket(o)
			_, err := o.desk.WrapUp(ctx, testShop, agent, req)
			return err
		}
	}
	return []refusal{
		{"of what is open", wrapUp("mei", held, dialog.WrapUpRequest{}), nil, "ticket"},
		{"of what others closed", wrapUp("bo", closed, dialog.WrapUpRequest{}), handoff.ErrNotHolder, ""},
		{"with more tags than fit", wrapUp("mei", closed, dialog.WrapUpRequest{Tags: manyTags(handoff.MaxTags)}), handoff.ErrFull, ""},
		{"with an empty tag", wrapUp("mei", closed, dialog.WrapUpRequest{Tags: []string{""}}), nil, "tags[0]"},
		{"with an invisible outcome", wrapUp("mei", closed, dialog.WrapUpRequest{Outcome: "\u200b"}), nil, "outcome"},
	}
}

func suggestRefusals() []refusal {
	suggest := func(agent string, ticket func(*office) string, seq uint64) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			_, err := o.desk.Suggest(ctx, testShop, agent, ticket(o), seq)
			return err
		}
	}
	canned := func(agent string, ticket func(*office) string) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			_, err := o.desk.Canned(ctx, testShop, agent, ticket(o))
			return err
		}
	}
	return []refusal{
		{"to who does not hold it", suggest("bo", held, 0), handoff.ErrTaken, ""},
		{"for what only rings", suggest("mei", rings, 0), handoff.ErrNotHolder, ""},
		{"for what is closed", suggest("mei", closed, 0), handoff.ErrClosed, ""},
		{"for the bot's words", suggest("mei", held, 1), nil, "seq"},
		{"for an entry to come", suggest("mei", held, 99), nil, "seq"},
		{"for the last number there is", suggest("mei", held, ^uint64(0)), nil, "seq"},
		{"prepared replies for what there is not", canned("bo", nothing), handoff.ErrNotFound, ""},
	}
}
