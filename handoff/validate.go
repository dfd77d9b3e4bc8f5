package handoff

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of a shop's rules.
const (
	MaxRelax       = 20
	MaxRoutes      = 200
	MaxCanned      = 200
	MaxCannedText  = 4000 // characters
	MaxRuleSkills  = 100
	MaxRuleName    = 40 // characters of a skill, a tag, or a canned reply's id or title
	MaxRouteValue  = 200
	MaxAgentName   = 128 // characters
	MaxLanguages   = 20
	MaxMissesOfRow = 100
	MaxOpenLimit   = 100
	MaxPriority    = 9
)

// RulesError is all that is wrong with rules or with an agent.
type RulesError struct {
	Problems []RuleProblem // at least one
}

// RuleProblem is one thing that is wrong.
type RuleProblem struct {
	Field  string // path as in JSON, such as "relax[1].after"
	Reason string // what was expected, as a clause: "must be ..."
}

// Error lists all problems.
func (e *RulesError) Error() string {
	all := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		all[i] = p.Field + " " + p.Reason
	}
	return "handoff: invalid: " + strings.Join(all, "; ")
}

// Validate returns a *RulesError that lists everything wrong with r, or nil. Of
// a list that is too long, only that is reported.
func (r *Rules) Validate() error {
	var c checker
	c.check(r.Mode == Push || r.Mode == Assign || r.Mode == Pull, "mode", "must be push, assign or pull")
	c.duration("ring", r.Ring, 5*time.Second, 10*time.Minute)
	c.number("misses", r.Misses, 0, MaxMissesOfRow)
	c.duration("lease", r.Lease, 10*time.Second, time.Hour)
	c.duration("wrapUp", r.WrapUp, 0, time.Hour)
	c.duration("prefer", r.Prefer, 0, MaxPrefer)
	c.relax(r.Relax)
	if c.atMost("routes", len(r.Routes), MaxRoutes) {
		for i, route := range r.Routes {
			c.route(fmt.Sprintf("routes[%d]", i), route)
		}
	}
	c.target("target", r.Target)
	if c.atMost("skills", len(r.Skills), MaxRuleSkills) {
		for _, skill := range slices.Sorted(maps.Keys(r.Skills)) {
			at := keyed("skills", skill)
			c.name(at, skill)
			c.target(at, r.Skills[skill])
		}
	}
	for _, p := range r.Calendar.Problems() {
		c.check(false, "calendar."+p.Field, "%s", p.Reason)
	}
	c.canned(r.Canned)
	c.number("maxOpen", r.MaxOpen, 1, MaxOpenLimit)
	return c.err()
}

// Validate returns a *RulesError that lists everything wrong with what a
// supervisor or the agent sets, or nil.
func (a *Agent) Validate() error {
	var c checker
	c.text("name", a.Name, 1, MaxAgentName)
	if c.atMost("skills", len(a.Skills), MaxSkills) {
		for _, skill := range slices.Sorted(maps.Keys(a.Skills)) {
			at := keyed("skills", skill)
			c.name(at, skill)
			c.number(at, a.Skills[skill], 1, MaxProficiency)
		}
	}
	if c.atMost("languages", len(a.Languages), MaxLanguages) {
		for i, language := range a.Languages {
			c.check(primaryLanguage(language), fmt.Sprintf("languages[%d]", i), `must be a primary language subtag in lower case, such as "zh"`)
		}
	}
	c.number("capacity", a.Capacity, 1, MaxCapacity)
	c.check(a.Presence.Valid(), "presence", "must be online, busy, away or offline")
	return c.err()
}

// primaryLanguage reports whether s is two or three letters a-z.
func primaryLanguage(s string) bool {
	return (len(s) == 2 || len(s) == 3) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

// keyed is the path of what a map holds under a key. A key that is longer than
// any may be is cut.
func keyed(field, key string) string {
	if runes := []rune(key); len(runes) > MaxRuleName {
		key = string(runes[:MaxRuleName]) + "…"
	}
	return fmt.Sprintf("%s[%q]", field, key)
}

// checker collects problems.
type checker []RuleProblem

func (c *checker) err() error {
	if len(*c) == 0 {
		return nil
	}
	return &RulesError{Problems: *c}
}

func (c *checker) check(ok bool, field, reason string, args ...any) bool {
	if !ok {
		*c = append(*c, RuleProblem{Field: field, Reason: fmt.Sprintf(reason, args...)})
	}
	return ok
}

func (c *checker) relax(steps []Relax) {
	if !c.atMost("relax", len(steps), MaxRelax) {
		return
	}
	var before time.Duration
	for i, step := range steps {
		at := fmt.Sprintf("relax[%d]", i)
		if c.duration(at+".after", step.After, time.Second, 24*time.Hour) {
			c.check(step.After > before, at+".after", "must be more than that of the step before, %v", before)
		}
		before = max(before, step.After)
		c.number(at+".proficiency", step.Proficiency, 0, MaxProficiency)
		c.check(step.Proficiency != 0 || step.AnySkill || step.AnyLanguage, at, "must ask for less: for less proficiency, for any skill or for any language")
	}
}

func (c *checker) route(at string, r Route) {
	c.text(at+".node", r.Node, 0, MaxRouteValue)
	c.text(at+".slot", r.Slot, 0, MaxRouteValue)
	c.text(at+".is", r.Is, 0, MaxRouteValue)
	c.check(r.Is == "" || r.Slot != "", at+".is", "must be empty where slot is")
	if r.Skill != "" {
		c.name(at+".skill", r.Skill)
	}
	c.number(at+".proficiency", r.Proficiency, 0, MaxProficiency)
	c.number(at+".priority", r.Priority, 0, MaxPriority)
	c.number(at+".weight", r.Weight, 0, MaxWeight)
	if c.atMost(at+".tags", len(r.Tags), MaxTags) {
		for i, tag := range r.Tags {
			c.name(fmt.Sprintf("%s.tags[%d]", at, i), tag)
		}
	}
}

func (c *checker) target(at string, t Target) {
	c.duration(at+".within", t.Within, time.Second, 24*time.Hour)
	c.check(t.Share >= 0 && t.Share <= 1, at+".share", "must be 0 to 1") // also false for NaN
}

func (c *checker) canned(replies []Canned) {
	if !c.atMost("canned", len(replies), MaxCanned) {
		return
	}
	first := make(map[string]int)
	for i, reply := range replies {
		at := fmt.Sprintf("canned[%d]", i)
		if c.name(at+".id", reply.ID) {
			other, twice := first[reply.ID]
			c.check(!twice, at+".id", "must not be that of canned[%d]", other)
			if !twice {
				first[reply.ID] = i
			}
		}
		c.name(at+".title", reply.Title)
		c.words(at+".text", reply.Text, MaxCannedText)
	}
}

func (c *checker) atMost(field string, n, most int) bool {
	return c.check(n <= most, field, "must have at most %d entries", most)
}

func (c *checker) number(field string, n, least, most int) {
	c.check(n >= least && n <= most, field, "must be %d to %d", least, most)
}

func (c *checker) duration(field string, d, least, most time.Duration) bool {
	return c.check(d >= least && d <= most, field, "must be %v to %v", least, most)
}

// name checks what people call a thing by: a skill, a tag, a title.
func (c *checker) name(field, s string) bool { return c.text(field, s, 1, MaxRuleName) }

// words checks lines of text that customers read. What they do not see, but
// which could forge or hide something, is refused; joiners stay, since emoji and
// several scripts need them.
func (c *checker) words(field, s string, most int) {
	unseen := strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff'
	})
	seen := strings.ContainsFunc(s, func(r rune) bool { return unicode.IsPrint(r) && !unicode.IsSpace(r) })
	c.check(utf8.ValidString(s) && seen && !unseen && utf8.RuneCountInString(s) <= most,
		field, "must be 1 to %d characters, none of which is a control or direction character", most)
}

// text checks one line of text. Space at its ends is refused because nobody
// sees that "vip " is not "vip".
func (c *checker) text(field, s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	printable := utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
	return c.check(n >= least && n <= most && printable && s == strings.TrimSpace(s),
		field, "must be %d to %d printable characters, without space at the ends", least, most)
}
