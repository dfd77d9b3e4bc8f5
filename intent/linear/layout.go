package linear

import "slices"

// MaxClasses bounds the classes: they are numbered from 0.
const MaxClasses = 1 << 16

// Layout says which weights exist: one for each pair of a feature and a class
// that meet in an example. Models trained on parts of the same examples share it.
type Layout struct {
	examples []Example
	classes  [][]uint16 // of each example: its own, then its rivals
	most     int        // above all classes
	start    []int32    // of each feature: where its pairs begin; one more at the end
	class    []uint16   // of each pair, ascending within a feature
	// rows are, of each example, the pairs of each term with each class, term
	// by term, counted from the beginning of the feature's pairs.
	rows [][]uint16
}

// NewLayout prepares examples whose features are below the given number. It
// goes feature by feature, which needs no search and no copy of all pairs.
func NewLayout(examples []Example, features int) *Layout {
	l := &Layout{examples: examples, start: make([]int32, features+1)}
	l.addExamples()
	places := placesOf(examples, features)
	last := make([]int32, MaxClasses) // of each class: the feature, from 1, that met it last
	for f := range features {
		n := int32(0)
		for _, p := range places.of(f) {
			for _, c := range l.classes[p.example] {
				if last[c] != int32(f+1) {
					last[c] = int32(f + 1)
					n++
				}
			}
		}
		l.start[f+1] = l.start[f] + n
	}
	l.class = make([]uint16, l.start[features])
	clear(last)
	at := make([]uint16, MaxClasses)
	for f := range features {
		l.fill(f, places.of(f), last, at)
	}
	return l
}

// addExamples makes room for what is kept of each example, in few pieces.
func (l *Layout) addExamples() {
	l.classes, l.rows = make([][]uint16, len(l.examples)), make([][]uint16, len(l.examples))
	classes, pairs := 0, 0
	for _, e := range l.examples {
		classes += 1 + len(e.Rivals)
		pairs += len(e.Vector) * (1 + len(e.Rivals))
	}
	all, rows := make([]uint16, 0, classes), make([]uint16, pairs)
	for i, e := range l.examples {
		all = append(all, uint16(e.Class))
		for _, c := range e.Rivals {
			all = append(all, uint16(c))
		}
		n := 1 + len(e.Rivals)
		l.classes[i] = all[len(all)-n:]
		l.most = max(l.most, 1+int(slices.Max(l.classes[i])))
		l.rows[i], rows = rows[:n*len(e.Vector)], rows[n*len(e.Vector):]
	}
}

// fill writes the pairs of feature f, which stands in places. last and at are
// scratch space: f, from 1, is not in last yet.
func (l *Layout) fill(f int, places []place, last []int32, at []uint16) {
	class := l.class[l.start[f]:l.start[f]:l.start[f+1]]
	for _, p := range places {
		for _, c := range l.classes[p.example] {
			if last[c] != int32(f+1) {
				last[c] = int32(f + 1)
				class = append(class, c)
			}
		}
	}
	slices.Sort(class)
	for i, c := range class {
		at[c] = uint16(i)
	}
	for _, p := range places {
		classes := l.classes[p.example]
		row := l.rows[p.example][int(p.term)*len(classes):]
		for k, c := range classes {
			row[k] = at[c]
		}
	}
}

// place is where a feature stands: in which example, as which term.
type place struct{ example, term int32 }

// places are those of all features.
type places struct {
	start []int32 // of each feature: where its places begin; one more at the end
	list  []place
}

func placesOf(examples []Example, features int) places {
	p := places{start: make([]int32, features+1)}
	for _, e := range examples {
		for _, t := range e.Vector {
			p.start[t.ID+1]++
		}
	}
	for f := range features {
		p.start[f+1] += p.start[f]
	}
	p.list = make([]place, p.start[features])
	next := slices.Clone(p.start[:features])
	for i, e := range examples {
		for k, t := range e.Vector {
			p.list[next[t.ID]] = place{int32(i), int32(k)}
			next[t.ID]++
		}
	}
	return p
}

func (p *places) of(feature int) []place { return p.list[p.start[feature]:p.start[feature+1]] }
