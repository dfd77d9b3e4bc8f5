package calendar

import (
	"errors"
	"fmt"
	"slices"
	"time"
	// A shop's zone must mean something on a machine that has no zone files, as
	// in a container from scratch. The table makes the binary about 0.4 MB
	// larger. Zone files of the machine, if there are any, go first.
	_ "time/tzdata"
)

// Compile makes a plan of c. The error joins one *Problem for each that
// [Calendar.Problems] finds. The plan shares nothing with c.
//
// Weeks with some holidays are all that is needed here, so package time does;
// a library of recurrence rules would bring far more than could be explained
// to an editor.
func Compile(c Calendar) (*Plan, error) {
	p, problems := build(c)
	if len(problems) == 0 {
		return p, nil
	}
	errs := make([]error, len(problems))
	for i := range problems {
		errs[i] = &problems[i]
	}
	return nil, fmt.Errorf("calendar: compiling: %w", errors.Join(errs...))
}

// build makes the plan, and says what is wrong; the plan is of use only if
// nothing is.
func build(c Calendar) (*Plan, []Problem) {
	var l lint
	p := &Plan{zone: l.zone(c.Zone)}
	l.week(c.Hours, &p.week)
	for i, d := range p.week {
		p.until[i+1] = p.until[i] + d.open
	}
	exceptions := l.exceptions(c.Exceptions)
	if len(l.problems) > 0 {
		return p, l.problems
	}
	p.spans = spansOf(exceptions)
	for i := range p.spans[:max(0, len(p.spans)-1)] {
		s := p.spans[i]
		p.spans[i+1].before = s.before + p.extra(s, s.last+1)
	}
	l.reachable(p)
	return p, l.problems
}

// spansOf lays out exceptions, of which an earlier one hides later ones, as
// sorted and disjoint spans. The spans are not linked yet.
func spansOf(exceptions []span) []span {
	var cuts []int64
	for _, e := range exceptions {
		cuts = append(cuts, e.first, e.last+1)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var spans []span
	for i, first := range cuts {
		fits := func(e span) bool { return e.first <= first && first <= e.last }
		if j := slices.IndexFunc(exceptions, fits); j >= 0 {
			spans = append(spans, span{first: first, last: cuts[i+1] - 1, day: exceptions[j].day})
		}
	}
	return spans
}

// reachable makes sure that whoever comes at any time need not wait longer
// than a year for the next opening.
func (l *lint) reachable(p *Plan) {
	for _, s := range p.spans {
		if s.day.open > 0 {
			continue
		}
		from := s.first * secondsADay
		if _, ok := p.next(from, from+MaxClosed*secondsADay); !ok {
			l.addf("exceptions", "closed for more than %d days in a row from %s", MaxClosed,
				time.Unix(from, 0).UTC().Format(time.DateOnly))
			return
		}
	}
}
