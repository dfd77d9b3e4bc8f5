package dialog_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

func staffRefusals() []refusal {
	put := func(a dialog.AgentSettings) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			_, err := o.desk.PutAgent(ctx, testShop, a)
			return err
		}
	}
	presence := func(agent string, p handoff.Presence) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			_, err := o.desk.SetPresence(ctx, testShop, agent, p, false)
			return err
		}
	}
	return []refusal{
		{"agent without a name", put(dialog.AgentSettings{}), nil, "name"},
		{"presence that there is not", presence("mei", "asleep"), nil, "presence"},
		{"presence of nobody", presence("", handoff.Online), nil, "agent"},
		{"nobody goes home", presence("", handoff.Offline), nil, "agent"},
		{"rules that were changed since", func(ctx context.Context, o *office) error {
			rules := handoff.DefaultRules(testShop)
			_, err := o.desk.PutRules(ctx, rules)
			return err
		}, handoff.ErrConflict, ""},
		{"rules of no shop", func(ctx context.Context, o *office) error {
			_, err := o.desk.PutRules(ctx, handoff.DefaultRules("No Shop"))
			return err
		}, nil, "shop"},
	}
}

// TestPutRefusesWhatCannotBe checks that all that is wrong is named.
func TestPutRefusesWhatCannotBe(t *testing.T) {
	o := newOffice(t)
	for _, tt := range []struct {
		name   string
		act    func(context.Context) error
		fields []string
	}{
		{"agent", func(ctx context.Context) error {
			_, err := o.desk.PutAgent(ctx, testShop, dialog.AgentSettings{
				Name: "mei", Capacity: handoff.MaxCapacity + 1, Skills: map[string]int{"退货": 6}, Languages: []string{"zh-CN"},
			})
			return err
		}, []string{`skills["退货"]`, "languages[0]", "capacity"}},
		{"rules", func(ctx context.Context) error {
			rules, err := o.desk.Rules(ctx, testShop)
			if err != nil {
				return err
			}
			rules.Mode, rules.MaxOpen, rules.Calendar.Zone = "shout", 0, "Mars/Base"
			_, err = o.desk.PutRules(ctx, rules)
			return err
		}, []string{"mode", "maxOpen", "calendar.zone"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o.wantUntouched(t, func() {
				var got []string
				err := tt.act(t.Context())
				var rerr *handoff.RulesError
				if !errors.As(err, &rerr) {
					t.Fatalf("error = %v, want a *handoff.RulesError", err)
				}
				for _, p := range rerr.Problems {
					got = append(got, p.Field)
				}
				for _, want := range tt.fields {
					if !strings.Contains(" "+strings.Join(got, " ")+" ", " "+want+" ") {
						t.Errorf("problems are with %v, want %s among them", got, want)
					}
				}
			})
		})
	}
}

func customerRefusals() []refusal {
	survey := func(ticket func(*office) string, score int, comment string) func(context.Context, *office) error {
		return func(ctx context.Context, o *office) error {
			s := o.session
			if id := ticket(o); id == o.closed || id == o.free {
				t, err := o.store.Get(ctx, testShop, id)
				if err != nil {
					return err
				}
				s = t.Session
			}
			req := dialog.SurveyRequest{ActRequest: o.act(s), Ticket: ticket(o), Score: score, Comment: comment}
			return o.service.Survey(ctx, req)
		}
	}
	return []refusal{
		{"survey of what is open", survey(held, 5, ""), nil, "ticket"},
		{"survey of what waits", survey(free, 5, ""), nil, "ticket"},
		{"survey of what there is not", survey(nothing, 5, ""), dialog.ErrNotFound, ""},
		{"survey with nothing to judge", survey(func(*office) string { return "" }, 5, ""), dialog.ErrNotFound, ""},
		{"survey of another session's", func(ctx context.Context, o *office) error {
			return o.service.Survey(ctx, dialog.SurveyRequest{ActRequest: o.act(o.session), Ticket: o.closed, Score: 5})
		}, dialog.ErrNotFound, ""},
		{"survey with no score", survey(closed, 0, ""), nil, "score"},
		{"survey with a score of 6", survey(closed, 6, ""), nil, "score"},
		{"survey with a long comment", survey(closed, 5, strings.Repeat("长", dialog.MaxComment+1)), nil, "comment"},
		{"back to the bot, which has it", func(ctx context.Context, o *office) error {
			_, err := o.service.BackToBot(ctx, o.act(o.bot))
			return err
		}, dialog.ErrNotWaiting, ""},
		{"sign in another's session", func(ctx context.Context, o *office) error {
			return o.service.Sign(ctx, testShop, "bob", o.session, dialog.SignRequest{Typing: true})
		}, dialog.ErrNotFound, ""},
	}
}
