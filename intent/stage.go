package intent

import (
	"fmt"
	"slices"
	"strings"
)

// Stage is a part of matching that Options.Without can leave out.
type Stage string

// The stages. What a signal or a doubt is, is said where it is declared.
const (
	StageTypos      Stage = "typos"      // the utterance is read as it was meant
	StageFold       Stage = "fold"       // numbers of orders and doubled characters do not count, digits are words
	StageSynonyms   Stage = "synonyms"   // the tree's groups of words that mean the same
	StagePieces     Stage = "pieces"     // the model over pieces of words
	StageWords      Stage = "words"      // the model over words and pairs of words
	StageNearest    Stage = "nearest"    // signals best and mean3, doubt best
	StageCentroid   Stage = "centroid"   // signal centroid
	StageCoverage   Stage = "coverage"   // signals asked, found and node, doubts covered and node
	StageArea       Stage = "area"       // signal area
	StageNegatives  Stage = "negatives"  // negative questions
	StageExact      Stage = "exact"      // an utterance that is a question of the tree is sure
	StageClauses    Stage = "clauses"    // the clauses of an utterance are matched by themselves too
	StageBackground Stage = "background" // lessons from a general background
	StageHeldOut    Stage = "heldout"    // lessons from utterances whose node is taken away
	StageTests      Stage = "tests"      // lessons from the release's test set
)

// Stages returns all stages, in the order of an utterance's way.
func Stages() []Stage {
	return []Stage{
		StageTypos, StageFold, StageSynonyms, StagePieces, StageWords, StageNearest, StageCentroid, StageCoverage,
		StageArea, StageNegatives, StageExact, StageClauses, StageBackground, StageHeldOut, StageTests,
	}
}

// stages is a set of stages that are left out.
type stages []Stage

// has reports whether a stage is left out.
func (s stages) has(x Stage) bool { return slices.Contains(s, x) }

// check reports the first one that is no stage.
func (s stages) check() error {
	for _, x := range s {
		if !slices.Contains(Stages(), x) {
			var names []string
			for _, known := range Stages() {
				names = append(names, string(known))
			}
			return fmt.Errorf("there is no stage %q; there are %s", x, strings.Join(names, ", "))
		}
	}
	return nil
}

// silenced says which signals and doubts come from a stage.
var silenced = map[Stage]struct{ signals, doubts []int }{
	StagePieces:   {[]int{signalModel}, []int{doubtModel}},
	StageWords:    {[]int{signalWords}, []int{doubtWords}},
	StageNearest:  {[]int{signalBest, signalMean}, []int{doubtBest}},
	StageCentroid: {[]int{signalCentroid}, nil},
	StageCoverage: {[]int{signalAsked, signalFound, signalNode}, []int{doubtCovered, doubtNode}},
	StageArea:     {[]int{signalArea}, nil},
}

// silence has the signals and doubts of what is left out say nothing.
func (f *field) silence() {
	for _, stage := range f.off {
		if stage == StageNearest {
			for i := range f.contenders {
				c := &f.contenders[i]
				c.negative = max(0, c.negative-c.signal[signalBest]) // what a refusal is made of
			}
		}
		for _, k := range silenced[stage].signals {
			for i := range f.contenders {
				f.contenders[i].signal[k] = 0
			}
		}
		for _, k := range silenced[stage].doubts {
			f.doubt[k] = 0
		}
	}
}
