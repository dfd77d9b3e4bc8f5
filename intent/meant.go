package intent

// What "did you mean" lists: at most maxMeant nodes, of which all but the first
// two have a probability of at least meantFloor.
const (
	maxMeant   = 4
	meantFloor = 0.05
)

// Meant returns those of the candidates, best first, that a customer is asked
// about where none is sure: the first few, without those that are so unlikely
// that they would only make the list longer. It is here so that what is measured
// is what is offered.
func Meant(candidates []Candidate) []Candidate {
	n := 0
	for n < min(len(candidates), maxMeant) && (n < 2 || candidates[n].Probability >= meantFloor) {
		n++
	}
	return candidates[:n]
}
