package intent

import "context"

// Embedder turns texts into vectors whose cosine tells how near their meanings
// are. A matcher does without one; where it has one, what the vectors say is
// one more signal among the others. Implementations are safe for concurrent use.
type Embedder interface {
	// ID names what makes the vectors, down to its version and contents. A
	// release that was trained with one ID never reads vectors of another.
	ID() string
	// Dimensions is the length of every vector.
	Dimensions() int
	// Embed returns a vector for each of texts, in their order, which does not
	// depend on what else is asked for at the same time. A vector has Euclidean
	// length 1 and finite entries, or is nil where nothing is known of the text.
	// It fails as a whole: there are no results beside an error.
	Embed(ctx context.Context, texts []string) ([][]float32, error)
}
