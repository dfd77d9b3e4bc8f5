package handoff_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

func TestMeets(t *testing.T) {
	ann := &handoff.Agent{Skills: map[string]int{"returns": 3, "none": 0}, Languages: []string{"zh"}}
	anyLanguage := &handoff.Agent{}
	for _, tt := range []struct {
		name  string
		agent *handoff.Agent
		needs handoff.Needs
		want  bool
	}{
		{"nothing asked", ann, handoff.Needs{}, true},
		{"any proficiency", ann, handoff.Needs{Skill: "returns"}, true},
		{"just enough", ann, handoff.Needs{Skill: "returns", Proficiency: 3}, true},
		{"too little", ann, handoff.Needs{Skill: "returns", Proficiency: 4}, false},
		{"no such skill", ann, handoff.Needs{Skill: "freight"}, false},
		{"proficiency 0 is none", ann, handoff.Needs{Skill: "none"}, false},
		{"proficiency of no skill", ann, handoff.Needs{Proficiency: 5}, true},
		{"language", ann, handoff.Needs{Language: "zh"}, true},
		{"other language", ann, handoff.Needs{Skill: "returns", Language: "en"}, false},
		{"speaks all", anyLanguage, handoff.Needs{Language: "en"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.agent.Meets(tt.needs); got != tt.want {
				t.Errorf("Meets(%+v) = %t, want %t", tt.needs, got, tt.want)
			}
		})
	}
}

func TestRoomIsNeverNegative(t *testing.T) {
	ann := online("ann")
	ann.Put(handoff.Work{Ticket: "t", Weight: handoff.MaxWeight, Kind: handoff.Holding}, start)
	if got := ann.Room(); got != 0 {
		t.Errorf("Room() = %d, want 0", got)
	}
}

func TestDrainingEndsWithTheLastTicket(t *testing.T) {
	ann := online("ann")
	for _, id := range []string{"t1", "t2"} {
		ann.Put(handoff.Work{Ticket: id, Weight: 1, Kind: handoff.Holding}, start)
	}
	ann.Draining = true
	later := start.Add(time.Minute)
	ann.Clear("t1", later)
	if ann.Presence != handoff.Online || !ann.Draining {
		t.Errorf("with a ticket left: %s, draining %t, want online and draining", ann.Presence, ann.Draining)
	}
	ann.Clear("t2", later)
	if ann.Presence != handoff.Offline || ann.Draining || !ann.Since.Equal(later) {
		t.Errorf("with an empty desk: %s since %v, draining %t, want offline since now", ann.Presence, ann.Since, ann.Draining)
	}
}

func TestPutChangesWhatIsThere(t *testing.T) {
	ann := online("ann")
	ann.Put(handoff.Work{Ticket: "t", Weight: 1, Kind: handoff.Ringing, Until: start}, start)
	ann.Put(handoff.Work{Ticket: "t", Weight: 1, Kind: handoff.Holding}, start)
	if diff := cmp.Diff([]handoff.Work{{Ticket: "t", Weight: 1, Kind: handoff.Holding}}, ann.Work); diff != "" {
		t.Errorf("Work (-want +got):\n%s", diff)
	}
	if ann.On("other") != nil || ann.On("t") == nil {
		t.Errorf("On(t), On(other) = %v, %v, want the work and nil", ann.On("t"), ann.On("other"))
	}
}

func TestIdleBegins(t *testing.T) {
	later := start.Add(time.Hour)
	for _, tt := range []struct {
		name     string
		from, to handoff.Presence
		want     time.Time
	}{
		{"anew for who was offline", handoff.Offline, handoff.Online, later},
		{"as before after a break", handoff.Away, handoff.Online, start},
		{"as before when it is said again", handoff.Online, handoff.Online, start},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ann := online("ann")
			ann.Be(tt.from, start)
			ann.Be(tt.to, later)
			if !ann.Idle.Equal(tt.want) {
				t.Errorf("Idle = %v, want %v", ann.Idle, tt.want)
			}
		})
	}
}

func TestAgentValidate(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*handoff.Agent)
		want   []string // fields
	}{
		{"as new", func(*handoff.Agent) {}, nil},
		{"full", func(a *handoff.Agent) {
			a.Skills, a.Languages, a.Capacity = map[string]int{"退货": 5}, []string{"zh", "fil"}, handoff.MaxCapacity
		}, nil},
		{"no name", func(a *handoff.Agent) { a.Name = "" }, []string{"name"}},
		{"proficiency", func(a *handoff.Agent) { a.Skills = map[string]int{"b": 6, "a": 0} }, []string{`skills["a"]`, `skills["b"]`}},
		{"skill with a line break", func(a *handoff.Agent) { a.Skills = map[string]int{"a\n": 1} }, []string{`skills["a\n"]`}},
		{"too many skills", func(a *handoff.Agent) {
			a.Skills = map[string]int{}
			for i := range handoff.MaxSkills + 1 {
				a.Skills[fmt.Sprint(i)] = 0
			}
		}, []string{"skills"}},
		{"languages", func(a *handoff.Agent) { a.Languages = []string{"zh", "zh-CN", "EN", "e"} }, []string{"languages[1]", "languages[2]", "languages[3]"}},
		{"all at once", func(a *handoff.Agent) { a.Capacity, a.Presence = 0, "asleep" }, []string{"capacity", "presence"}},
		{"capacity", func(a *handoff.Agent) { a.Capacity = handoff.MaxCapacity + 1 }, []string{"capacity"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := handoff.NewAgent("shop", "ann")
			tt.change(a)
			if diff := cmp.Diff(tt.want, fields(t, a.Validate())); diff != "" {
				t.Errorf("fields of Validate() (-want +got):\n%s", diff)
			}
		})
	}
}

// fields returns the fields that err complains of, nil for nil.
func fields(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var wrong *handoff.RulesError
	if !errors.As(err, &wrong) {
		t.Fatalf("Validate() = %v, want a RulesError", err)
	}
	var fields []string
	for _, p := range wrong.Problems {
		if p.Reason == "" {
			t.Errorf("problem of %s has no reason", p.Field)
		}
		fields = append(fields, p.Field)
	}
	return fields
}
