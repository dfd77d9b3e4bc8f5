package metrics

import (
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/level"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// sums add up the figures of shops, apart or together.
type sums struct {
	byShop bool
	skills map[skillKey]*skillSums
	alarms map[alarmKey]int
	agents map[agentKey]int
}

type skillKey struct {
	shop  shop.ID
	skill string
}

type alarmKey struct {
	skillKey
	reason level.Reason
}

type agentKey struct {
	shop     shop.ID
	presence handoff.Presence
}

// skillSums are the figures of one skill.
type skillSums struct {
	waiting, pickedUp, abandoned int
	within, judged               int
	surveys                      int
	scores                       float64
	suggested, accepted          int
	wait, handle                 level.Spread
}

// Shops name their skills: more than that many are told together.
const (
	maxSkills  = 1000
	manySkills = "(others)"
)

func newSums(byShop bool) *sums {
	return &sums{
		byShop: byShop, skills: make(map[skillKey]*skillSums), alarms: make(map[alarmKey]int), agents: make(map[agentKey]int),
	}
}

// of is the shop by which figures are kept apart.
func (s *sums) of(id shop.ID) shop.ID {
	if s.byShop {
		return id
	}
	return ""
}

func (s *sums) key(id shop.ID, skill string) skillKey {
	key := skillKey{s.of(id), skill}
	if s.skills[key] == nil && len(s.skills) >= maxSkills {
		key.skill = manySkills
	}
	return key
}

func (s *sums) addLevel(id shop.ID, r level.Report, alarms []level.Alarm) {
	for _, f := range r.Skills {
		key := s.key(id, f.Skill)
		if s.skills[key] == nil {
			s.skills[key] = new(skillSums)
		}
		s.skills[key].add(f)
	}
	for _, a := range alarms {
		s.alarms[alarmKey{s.key(id, a.Skill), a.Reason}]++
	}
}

func (x *skillSums) add(f level.Figures) {
	x.waiting += f.Waiting + f.Again
	x.pickedUp += f.PickedUp
	x.abandoned += f.Abandoned
	x.within += f.Within
	x.judged += f.Judged
	x.surveys += f.Surveys
	x.scores += f.Score * float64(f.Surveys)
	x.suggested += f.Suggested
	x.accepted += f.Accepted
	x.wait, x.handle = longer(x.wait, f.Wait), longer(x.handle, f.Handle)
}

// longer joins two spreads: quantiles cannot be added, so the longest count.
func longer(a, b level.Spread) level.Spread {
	return level.Spread{
		Count: a.Count + b.Count,
		P50:   max(a.P50, b.P50), P90: max(a.P90, b.P90), Max: max(a.Max, b.Max),
	}
}

func (s *sums) addAgents(id shop.ID, presences map[handoff.Presence]int) {
	for p, n := range presences {
		s.agents[agentKey{s.of(id), p}] += n
	}
}
