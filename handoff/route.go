package handoff

import (
	"slices"
	"strings"
)

// Route sets in a new ticket what the shop's routes say about its packet. All
// routes that fit apply, in order, so that the last one that sets a field wins;
// tags add up to MaxTags, each of them once.
func (r *Rules) Route(t *Ticket) {
	for _, route := range r.Routes {
		if route.fits(&t.Packet) {
			route.apply(t)
		}
	}
}

func (r *Route) fits(p *Packet) bool {
	if about := p.about(); r.Node != "" && about != r.Node && !strings.HasPrefix(about, r.Node+".") {
		return false
	}
	return r.Slot == "" || slices.ContainsFunc(p.Slots, func(s Slot) bool {
		return string(s.ID) == r.Slot && (r.Is == "" || s.Value == r.Is)
	})
}

// likely is from which probability on the bot's first thought says what a
// customer is about who asked for a human before the bot was sure.
const likely = 0.5

// about is the node that the customer is about, or "".
func (p *Packet) about() string {
	if p.Node == "" && len(p.Candidates) > 0 && p.Candidates[0].Probability >= likely {
		return string(p.Candidates[0].Node)
	}
	return p.Node
}

func (r *Route) apply(t *Ticket) {
	if r.Skill != "" {
		t.Needs.Skill = r.Skill
	}
	if r.Proficiency > 0 {
		t.Needs.Proficiency = r.Proficiency
	}
	if r.Priority > 0 {
		t.Priority = r.Priority
	}
	if r.Weight > 0 {
		t.Weight = r.Weight
	}
	for _, tag := range r.Tags {
		if len(t.Tags) < MaxTags && !slices.Contains(t.Tags, tag) {
			t.Tags = append(t.Tags, tag)
		}
	}
}
