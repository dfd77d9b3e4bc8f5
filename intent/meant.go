package intent

// What "did you mean" lists: the best node, and of the others those with a
// probability of at least meantFloor, at most maxMeant in all. Below the floor a
// node is hardly ever the right one: on the development questions of the
// project's own trees, of those that had to be asked about and had the right
// node among the candidates, the list misses 2 of 188.
const (
	maxMeant   = 4
	meantFloor = 0.04
)

// Meant returns those of the candidates, best first, that a customer is asked
// about where none is sure: only the best where no other is likely enough,
// else the likely ones. It is here so that what is measured is what is offered.
func Meant(candidates []Candidate) []Candidate {
	n := 0
	for n < min(len(candidates), maxMeant) && (n == 0 || candidates[n].Probability >= meantFloor) {
		n++
	}
	return candidates[:n]
}
