package rpc

import (
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/calendar"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// RulesToProto returns rules as the API tells them.
func RulesToProto(r *handoff.Rules) *handoffv1.Rules {
	told := &handoffv1.Rules{
		Mode:     modeToProto(r.Mode),
		Ring:     durationpb.New(r.Ring),
		Misses:   clamp32(r.Misses),
		Lease:    durationpb.New(r.Lease),
		WrapUp:   durationpb.New(r.WrapUp),
		Prefer:   durationpb.New(r.Prefer),
		Target:   targetToProto(r.Target),
		Calendar: calendarToProto(r.Calendar),
		Canned:   cannedToProto(r.Canned),
		Survey:   r.Survey,
		MaxOpen:  clamp32(r.MaxOpen),
		Version:  r.Version,
	}
	for _, x := range r.Relax {
		told.Relax = append(told.Relax, &handoffv1.Relax{
			After: durationpb.New(x.After), Proficiency: clamp32(x.Proficiency), AnySkill: x.AnySkill, AnyLanguage: x.AnyLanguage,
		})
	}
	for _, x := range r.Routes {
		told.Routes = append(told.Routes, &handoffv1.Route{
			Node: x.Node, Slot: x.Slot, Is: x.Is, Skill: x.Skill, Proficiency: clamp32(x.Proficiency),
			Priority: clamp32(x.Priority), Weight: clamp32(x.Weight), Tags: x.Tags,
		})
	}
	for skill, t := range r.Skills {
		if told.Skills == nil {
			told.Skills = make(map[string]*handoffv1.Target, len(r.Skills))
		}
		told.Skills[skill] = targetToProto(t)
	}
	return told
}

// RulesFromProto returns the rules of a shop that a message holds, unchecked: a
// mode that it does not know is "".
func RulesFromProto(id shop.ID, m *handoffv1.Rules) *handoff.Rules {
	r := &handoff.Rules{
		Shop:     id,
		Mode:     modeFromProto(m.GetMode()),
		Ring:     spanFromProto(m.GetRing()),
		Misses:   int(m.GetMisses()),
		Lease:    spanFromProto(m.GetLease()),
		WrapUp:   spanFromProto(m.GetWrapUp()),
		Prefer:   spanFromProto(m.GetPrefer()),
		Target:   targetFromProto(m.GetTarget()),
		Calendar: calendarFromProto(m.GetCalendar()),
		Survey:   m.GetSurvey(),
		MaxOpen:  int(m.GetMaxOpen()),
		Version:  m.GetVersion(),
	}
	for _, x := range m.GetRelax() {
		r.Relax = append(r.Relax, handoff.Relax{
			After: spanFromProto(x.GetAfter()), Proficiency: int(x.GetProficiency()), AnySkill: x.GetAnySkill(), AnyLanguage: x.GetAnyLanguage(),
		})
	}
	for _, x := range m.GetRoutes() {
		r.Routes = append(r.Routes, handoff.Route{
			Node: x.GetNode(), Slot: x.GetSlot(), Is: x.GetIs(), Skill: x.GetSkill(), Proficiency: int(x.GetProficiency()),
			Priority: int(x.GetPriority()), Weight: int(x.GetWeight()), Tags: x.GetTags(),
		})
	}
	for skill, t := range m.GetSkills() {
		if r.Skills == nil {
			r.Skills = make(map[string]handoff.Target, len(m.GetSkills()))
		}
		r.Skills[skill] = targetFromProto(t)
	}
	for _, c := range m.GetCanned() {
		r.Canned = append(r.Canned, handoff.Canned{ID: c.GetId(), Title: c.GetTitle(), Text: c.GetText()})
	}
	return r
}

// spanFromProto is a time span as far as it can be held; one that is not set is
// 0.
func spanFromProto(d *durationpb.Duration) time.Duration { return d.AsDuration() }

func cannedToProto(canned []handoff.Canned) []*handoffv1.Canned {
	var told []*handoffv1.Canned
	for _, c := range canned {
		told = append(told, &handoffv1.Canned{Id: c.ID, Title: c.Title, Text: c.Text})
	}
	return told
}

func targetToProto(t handoff.Target) *handoffv1.Target {
	return &handoffv1.Target{Within: durationpb.New(t.Within), Share: t.Share}
}

func targetFromProto(m *handoffv1.Target) handoff.Target {
	return handoff.Target{Within: spanFromProto(m.GetWithin()), Share: m.GetShare()}
}

func calendarToProto(c calendar.Calendar) *handoffv1.Calendar {
	told := &handoffv1.Calendar{Zone: c.Zone}
	for _, h := range c.Hours {
		told.Hours = append(told.Hours, &handoffv1.Hours{Days: h.Days, Periods: periodsToProto(h.Periods)})
	}
	for _, e := range c.Exceptions {
		told.Exceptions = append(told.Exceptions, &handoffv1.Exception{
			Title: e.Title, First: e.First, Last: e.Last, Periods: periodsToProto(e.Periods),
		})
	}
	return told
}

func calendarFromProto(m *handoffv1.Calendar) calendar.Calendar {
	c := calendar.Calendar{Zone: m.GetZone()}
	for _, h := range m.GetHours() {
		c.Hours = append(c.Hours, calendar.Hours{Days: h.GetDays(), Periods: periodsFromProto(h.GetPeriods())})
	}
	for _, e := range m.GetExceptions() {
		c.Exceptions = append(c.Exceptions, calendar.Exception{
			Title: e.GetTitle(), First: e.GetFirst(), Last: e.GetLast(), Periods: periodsFromProto(e.GetPeriods()),
		})
	}
	return c
}

func periodsToProto(periods []calendar.Period) []*handoffv1.Period {
	var told []*handoffv1.Period
	for _, p := range periods {
		told = append(told, &handoffv1.Period{From: p.From, To: p.To})
	}
	return told
}

func periodsFromProto(messages []*handoffv1.Period) []calendar.Period {
	var periods []calendar.Period
	for _, m := range messages {
		periods = append(periods, calendar.Period{From: m.GetFrom(), To: m.GetTo()})
	}
	return periods
}

func modeToProto(m handoff.Mode) handoffv1.Mode {
	switch m {
	case handoff.Push:
		return handoffv1.Mode_MODE_PUSH
	case handoff.Assign:
		return handoffv1.Mode_MODE_ASSIGN
	case handoff.Pull:
		return handoffv1.Mode_MODE_PULL
	}
	return handoffv1.Mode_MODE_UNSPECIFIED
}

func modeFromProto(m handoffv1.Mode) handoff.Mode {
	switch m {
	case handoffv1.Mode_MODE_PUSH:
		return handoff.Push
	case handoffv1.Mode_MODE_ASSIGN:
		return handoff.Assign
	case handoffv1.Mode_MODE_PULL:
		return handoff.Pull
	}
	return ""
}
