package handoff_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/calendar"
)

func TestNeedsAfter(t *testing.T) {
	rules := &handoff.Rules{Relax: []handoff.Relax{
		{After: 10 * time.Second, Proficiency: 2},
		{After: 20 * time.Second, AnySkill: true},
		{After: 30 * time.Second, AnyLanguage: true},
	}}
	asked := handoff.Needs{Skill: "returns", Proficiency: 4, Language: "en"}
	for _, tt := range []struct {
		name   string
		needs  handoff.Needs
		waited time.Duration
		want   handoff.Needs
	}{
		{"at once", asked, 0, asked},
		{"just before", asked, 10*time.Second - 1, asked},
		{"less proficiency", asked, 10 * time.Second, handoff.Needs{Skill: "returns", Proficiency: 2, Language: "en"}},
		{"never more", handoff.Needs{Skill: "returns", Proficiency: 1}, 10 * time.Second, handoff.Needs{Skill: "returns", Proficiency: 1}},
		{"any skill", asked, 20 * time.Second, handoff.Needs{Language: "en"}},
		{"anyone", asked, time.Hour, handoff.Needs{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := rules.NeedsAfter(tt.needs, tt.waited); got != tt.want {
				t.Errorf("NeedsAfter(%+v, %v) = %+v, want %+v", tt.needs, tt.waited, got, tt.want)
			}
		})
	}
}

func TestTargetOf(t *testing.T) {
	rules := handoff.DefaultRules("shop")
	vip := handoff.Target{Within: 5 * time.Second, Share: 1}
	rules.Skills = map[string]handoff.Target{"vip": vip}
	if got := rules.TargetOf("vip"); got != vip {
		t.Errorf("TargetOf(vip) = %+v, want its own", got)
	}
	if got := rules.TargetOf("returns"); got != rules.Target {
		t.Errorf("TargetOf(returns) = %+v, want the shop's", got)
	}
}

func TestRoute(t *testing.T) {
	routes := []handoff.Route{
		{Tags: []string{"bot"}},
		{Node: "returns", Skill: "returns", Proficiency: 2, Tags: []string{"money", "bot"}},
		{Node: "returns.late", Proficiency: 4, Priority: 5},
		{Slot: "vip", Is: "true", Priority: 9, Weight: 2},
		{Slot: "order", Tags: []string{"has-order"}},
		{Node: "freight", Slot: "vip", Skill: "freight-vip"},
	}
	for _, tt := range []struct {
		name   string
		packet handoff.Packet
		want   handoff.Ticket
	}{
		{"nothing known", handoff.Packet{}, handoff.Ticket{Tags: []string{"bot"}}},
		{"the node itself", handoff.Packet{Node: "returns"},
			handoff.Ticket{Needs: handoff.Needs{Skill: "returns", Proficiency: 2}, Tags: []string{"bot", "money"}}},
		{"a node below, the last one wins", handoff.Packet{Node: "returns.late.locker"},
			handoff.Ticket{Needs: handoff.Needs{Skill: "returns", Proficiency: 4}, Priority: 5, Tags: []string{"bot", "money"}}},
		{"another word that begins alike", handoff.Packet{Node: "returns_of_old"}, handoff.Ticket{Tags: []string{"bot"}}},
		{"slot with the value", handoff.Packet{Slots: []handoff.Slot{{ID: "vip", Value: "true"}}},
			handoff.Ticket{Priority: 9, Weight: 2, Tags: []string{"bot"}}},
		{"slot with another value", handoff.Packet{Slots: []handoff.Slot{{ID: "vip", Value: "false"}}}, handoff.Ticket{Tags: []string{"bot"}}},
		{"slot with any value", handoff.Packet{Slots: []handoff.Slot{{ID: "order", Value: "7"}}}, handoff.Ticket{Tags: []string{"bot", "has-order"}}},
		{"node and slot", handoff.Packet{Node: "freight.abroad", Slots: []handoff.Slot{{ID: "vip", Value: "false"}}},
			handoff.Ticket{Needs: handoff.Needs{Skill: "freight-vip"}, Tags: []string{"bot"}}},
		{"what the bot thought of", handoff.Packet{Candidates: []handoff.Candidate{{Node: "returns", Probability: 0.5}, {Node: "freight"}}},
			handoff.Ticket{Needs: handoff.Needs{Skill: "returns", Proficiency: 2}, Tags: []string{"bot", "money"}}},
		{"what the bot hardly thought of", handoff.Packet{Candidates: []handoff.Candidate{{Node: "returns", Probability: 0.49}}}, handoff.Ticket{Tags: []string{"bot"}}},
		{"the node before the thought", handoff.Packet{Node: "x", Candidates: []handoff.Candidate{{Node: "returns", Probability: 0.9}}}, handoff.Ticket{Tags: []string{"bot"}}},
		{"node without the slot", handoff.Packet{Node: "freight"}, handoff.Ticket{Tags: []string{"bot"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := handoff.Ticket{Packet: tt.packet}
			(&handoff.Rules{Routes: routes}).Route(&got)
			tt.want.Packet = tt.packet
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Route() (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRouteAddsNoMoreTagsThanFit(t *testing.T) {
	var routes []handoff.Route
	for i := range handoff.MaxTags + 5 {
		routes = append(routes, handoff.Route{Tags: []string{fmt.Sprint(i)}})
	}
	var ticket handoff.Ticket
	(&handoff.Rules{Routes: routes}).Route(&ticket)
	if got := len(ticket.Tags); got != handoff.MaxTags {
		t.Errorf("Route() leaves %d tags, want %d", got, handoff.MaxTags)
	}
}

func TestRulesValidate(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*handoff.Rules)
		want   []string // fields
	}{
		{"the defaults", func(*handoff.Rules) {}, nil},
		{"the zero value", func(r *handoff.Rules) { *r = handoff.Rules{} }, []string{"mode", "ring", "lease", "target.within", "maxOpen"}},
		{"longest", func(r *handoff.Rules) {
			r.Ring, r.Lease, r.WrapUp, r.Prefer = 10*time.Minute, time.Hour, time.Hour, 10*time.Minute
		}, nil},
		{"too long", func(r *handoff.Rules) {
			r.Ring, r.Lease, r.WrapUp, r.Prefer = 10*time.Minute+1, time.Hour+1, time.Hour+1, 10*time.Minute+1
		}, []string{"ring", "lease", "wrapUp", "prefer"}},
		{"negative", func(r *handoff.Rules) { r.WrapUp, r.Prefer, r.Misses, r.MaxOpen = -1, -1, -1, -1 }, []string{"misses", "wrapUp", "prefer", "maxOpen"}},
		{"relax that does not rise", func(r *handoff.Rules) { r.Relax[1].After = r.Relax[0].After }, []string{"relax[1].after"}},
		{"relax that does nothing", func(r *handoff.Rules) { r.Relax[2] = handoff.Relax{After: time.Hour} }, []string{"relax[2]"}},
		{"relax at no time", func(r *handoff.Rules) { r.Relax[0].After = 0 }, []string{"relax[0].after"}},
		{"relax to proficiency 6", func(r *handoff.Rules) { r.Relax[0].Proficiency = 6 }, []string{"relax[0].proficiency"}},
		{"too many", func(r *handoff.Rules) {
			r.Relax, r.Routes, r.Canned = make([]handoff.Relax, 21), make([]handoff.Route, 201), make([]handoff.Canned, 201)
			r.Skills = map[string]handoff.Target{}
			for i := range 101 {
				r.Skills[fmt.Sprint(i)] = handoff.Target{}
			}
		}, []string{"relax", "routes", "skills", "canned"}},
		{"routes", func(r *handoff.Rules) {
			r.Routes = []handoff.Route{
				{Node: "returns", Skill: "退货", Proficiency: 5, Priority: 9, Weight: 10, Tags: []string{"vip"}},
				{Is: "7", Skill: strings.Repeat("s", 41), Proficiency: 6, Priority: 10, Weight: 11, Tags: []string{"ok", " ", "a\u200b"}},
				{Node: "\xff", Tags: make([]string, 21)},
			}
		}, []string{
			"routes[1].is", "routes[1].skill", "routes[1].proficiency", "routes[1].priority", "routes[1].weight", "routes[1].tags[1]", "routes[1].tags[2]",
			"routes[2].node", "routes[2].tags",
		}},
		{"targets", func(r *handoff.Rules) {
			r.Target.Share = math.NaN()
			r.Skills = map[string]handoff.Target{"b": {Within: time.Second, Share: 1.01}, "a": {Within: 25 * time.Hour, Share: -1}, "": {Within: time.Second}}
		}, []string{"target.share", `skills[""]`, `skills["a"].within`, `skills["a"].share`, `skills["b"].share`}},
		{"calendar", func(r *handoff.Rules) {
			r.Calendar = calendar.Calendar{Hours: []calendar.Hours{{Days: []string{"mon"}, Periods: []calendar.Period{{From: "09:00", To: "12:00"}, {From: "13:00", To: "25:00"}}}}}
		}, []string{"calendar.hours[0].periods[1].to"}},
		{"canned", func(r *handoff.Rules) {
			r.Canned = []handoff.Canned{
				{ID: "hello", Title: "Hello", Text: strings.Repeat("好", 4000)},
				{ID: "hello", Title: "Hello", Text: "line\nline"},
				{Text: strings.Repeat("好", 4001)},
				{ID: "empty", Title: "Empty", Text: " \n"},
			}
		}, []string{"canned[1].id", "canned[2].id", "canned[2].title", "canned[2].text", "canned[3].text"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := handoff.DefaultRules("shop")
			tt.change(rules)
			if diff := cmp.Diff(tt.want, fields(t, rules.Validate())); diff != "" {
				t.Errorf("fields of Validate() (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRulesErrorListsAll(t *testing.T) {
	rules := handoff.DefaultRules("shop")
	rules.Mode, rules.Ring = "shout", time.Second
	want := "handoff: invalid: mode must be push, assign or pull; ring must be 5s to 10m0s"
	if err := rules.Validate(); err == nil || err.Error() != want {
		t.Errorf("Validate() = %v, want %q", err, want)
	}
}
