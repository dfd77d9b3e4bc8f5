package eval

// Figure is one number of a measurement.
type Figure struct {
	Name string `json:"name"` // stable
	// Value is nil where there was nothing to compute it from.
	Value *float64 `json:"value"`
	// Count and Of are what Value is the share of; 0 and 0 where it is no share.
	Count int `json:"count,omitempty"`
	Of    int `json:"of,omitempty"`
	// Better is 1 where more of it is better, -1 where less is, and 0 where
	// neither is by itself.
	Better int `json:"-"`

	definition *definition
}

// definition says what a figure is. It has either share or value.
type definition struct {
	name, words string
	number      bool // shown as a number, not in percent
	better      int  // 1: more is better, -1: less is, 0: neither by itself
	// share reports whether a question is among those of which the figure is the
	// share, and whether it is of that share.
	share func(o *observation, cut Cut) (of, counts bool)
	value func(seen []observation, cut Cut) *float64
}

func outcomeShare(want outcome, of ...purpose) func(*observation, Cut) (bool, bool) {
	return func(o *observation, _ Cut) (bool, bool) { return o.is(of...), o.outcome() == want }
}

func (o *observation) is(of ...purpose) bool {
	for _, p := range of {
		if o.purpose == p {
			return true
		}
	}
	return false
}

// definitions are the figures by which measurements are compared. Their
// comments are those of Report and Decision.
func definitions() []definition {
	within := func(n int) func(*observation, Cut) (bool, bool) {
		return func(o *observation, _ Cut) (bool, bool) { return o.is(inScope), o.within(n) }
	}
	return []definition{
		{name: "right", words: "as it should be", better: 1,
			share: func(o *observation, _ Cut) (bool, bool) { return true, o.right() }},
		{name: "answeredRight", words: "answered right, in scope", better: 1, share: outcomeShare(answeredRight, inScope)},
		{name: "askedWith", words: "asked, the right one offered", share: outcomeShare(askedWith, inScope)},
		{name: "answeredWrong", words: "answered wrong, of all", better: -1, share: outcomeShare(answeredWrong, inScope, none, human)},
		{name: "noneRight", words: "!none not answered", better: 1,
			share: func(o *observation, _ Cut) (bool, bool) { return o.is(none), o.right() }},
		{name: "humanRight", words: "!human handed over", better: 1, share: outcomeShare(handedOver, human)},
		{name: "selectiveAccuracy", words: "given answers that were right", better: 1,
			share: func(o *observation, _ Cut) (bool, bool) {
				got := o.outcome()
				return got == answeredRight || got == answeredWrong, got == answeredRight
			}},
		{name: "top1", words: "top-1", better: 1, share: within(1)},
		{name: "top3", words: "top-3", better: 1, share: within(3)},
		{name: "macroRecall", words: "macro recall", better: 1, value: ofAll(macroRecall)},
		{name: "auroc", words: "AUROC", number: true, better: 1, value: ofAll(auroc)},
		{name: "scopeAuroc", words: "AUROC of scope", number: true, better: 1, value: ofAll(scopeAUROC)},
		{name: "anyAuroc", words: "AUROC of any", number: true, better: 1, value: ofAll(anyAUROC)},
		{name: "calibrationError", words: "calibration error", number: true, better: -1, value: ofAll(calibrationError)},
		{name: "inScope", words: "in scope by the cut", better: 1,
			share: func(o *observation, cut Cut) (bool, bool) { return o.is(inScope), o.decidedRight(cut) }},
		{name: "outOfScope", words: "!none by the cut", better: 1,
			share: func(o *observation, cut Cut) (bool, bool) { return o.is(none), o.decidedRight(cut) }},
		{name: "mcc", words: "MCC by the cut", number: true, better: 1,
			value: func(seen []observation, cut Cut) *float64 { return decide(seen, cut).MCC }},
	}
}

func calibrationError(seen []observation) *float64 {
	_, e := calibration(seen)
	return e
}

func ofAll(f func([]observation) *float64) func([]observation, Cut) *float64 {
	return func(seen []observation, _ Cut) *float64 { return f(seen) }
}

// Figures returns the figures by which measurements are compared, always the
// same ones in the same order. The names are those of the fields of Report,
// Tally and Decision; inScope, outOfScope and mcc are by cut.
func (m *Measurement) Figures(cut Cut) []Figure { return figuresOf(definitions(), m.seen, cut) }

func figuresOf(defs []definition, seen []observation, cut Cut) []Figure {
	out := make([]Figure, len(defs))
	for i := range defs {
		out[i] = defs[i].figure(seen, cut)
	}
	return out
}

func (d *definition) figure(seen []observation, cut Cut) Figure {
	f := Figure{Name: d.name, Better: d.better, definition: d}
	if d.value != nil {
		f.Value = d.value(seen, cut)
		return f
	}
	for i := range seen {
		if of, counts := d.share(&seen[i], cut); of {
			f.Of++
			if counts {
				f.Count++
			}
		}
	}
	if f.Of > 0 {
		v := Share{f.Count, f.Of}.Value()
		f.Value = &v
	}
	return f
}
