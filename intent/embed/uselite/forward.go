package uselite

import "math"

// scratch holds what is computed on the way for one text. Its parts grow to
// the longest text they have seen.
type scratch struct {
	state    []float32 // tokens x width, passed from layer to layer
	next     []float32 // tokens x hidden
	normed   []float32
	qkv      []float32
	attended []float32
	filtered []float32
	weights  []float32 // of attention, for one head and token
}

// sized returns a slice of n elements whose contents do not matter, in buf's
// memory where that is large enough.
func sized(buf *[]float32, n int) []float32 {
	if cap(*buf) < n {
		*buf = make([]float32, n)
	}
	return (*buf)[:n]
}

// forward returns the sentence vector for ids, which must be at least one and
// at most m.Tokens, each below m.Rows. Its length is 1, or it is all zero.
func (m *model) forward(dot dotFunc, ids []int32, positions []float32, s *scratch) []float32 {
	state := m.embed(ids, positions, s)
	for i := range m.layers {
		state = m.layers[i].forward(dot, state, len(ids), int(m.Heads), s)
	}
	hidden := int(m.Hidden)
	mean := sized(&s.normed, hidden)
	clear(mean)
	for t := range ids {
		add(mean, state[t*hidden:(t+1)*hidden])
	}
	for i := range mean {
		mean[i] /= float32(len(ids))
	}
	out := make([]float32, hidden)
	m.output.apply(dot, out, mean)
	var squares float64
	for i, v := range out {
		t := math.Tanh(float64(v))
		out[i] = float32(t)
		squares += t * t
	}
	if squares == 0 {
		return out
	}
	scale := 1 / math.Sqrt(squares)
	for i, v := range out {
		out[i] = float32(float64(v) * scale)
	}
	return out
}

// positions returns what marks each place in a text: sines, then cosines.
func (m *model) positions() []float32 {
	half := len(m.frequency)
	marks := make([]float32, int(m.Tokens)*2*half)
	for t := range int(m.Tokens) {
		row := marks[t*2*half : (t+1)*2*half]
		for i, f := range m.frequency {
			sin, cos := math.Sincos(float64(float32(t) * f))
			row[i], row[half+i] = float32(sin), float32(cos)
		}
	}
	return marks
}

// embed looks up the tokens and adds the marks of their places. The published
// graph adds the marked rows to the unmarked ones, so a row counts twice.
func (m *model) embed(ids []int32, positions []float32, s *scratch) []float32 {
	width := int(m.Embedding)
	state := sized(&s.state, len(ids)*width)
	for t, id := range ids {
		row := m.embedding[int(id)*width : (int(id)+1)*width]
		for i, v := range row {
			state[t*width+i] = v + (v + positions[t*width+i])
		}
	}
	return state
}

// forward runs one layer: attention and a feed-forward network, each on normed
// input and added to what came in.
func (l *layer) forward(dot dotFunc, state []float32, tokens, heads int, s *scratch) []float32 {
	hidden := len(l.between.scale)
	normed := sized(&s.normed, tokens*max(l.width, hidden))

	l.before.apply(normed[:tokens*l.width], state)
	qkv := sized(&s.qkv, tokens*3*l.width)
	l.qkv.apply(dot, qkv, normed[:tokens*l.width])
	attended := sized(&s.attended, tokens*l.width)
	attend(dot, attended, qkv, l.width, heads, s)

	next := sized(&s.next, tokens*hidden)
	l.attended.apply(dot, next, attended)
	if l.residual != nil {
		l.residual.apply(dot, normed[:tokens*hidden], state)
		state = normed[:tokens*hidden]
	}
	add(next, state)

	normed = normed[:tokens*hidden]
	l.between.apply(normed, next)
	filtered := sized(&s.filtered, tokens*len(l.filter.bias))
	l.filter.apply(dot, filtered, normed)
	for i, v := range filtered {
		filtered[i] = max(v, 0)
	}
	l.unfilter.apply(dot, normed, filtered)
	add(next, normed)

	s.state, s.next = s.next, s.state
	return next
}

// attend lets each token look at all, head by head. qkv holds the queries,
// keys and values of each token.
func attend(dot dotFunc, dst, qkv []float32, width, heads int, s *scratch) {
	size := width / heads
	tokens := len(dst) / width
	scale := float32(attentionScale(size))
	weights := sized(&s.weights, tokens)
	part := func(token, kind, head int) []float32 {
		at := token*3*width + kind*width + head*size
		return qkv[at : at+size]
	}
	clear(dst)
	for head := range heads {
		for t := range tokens {
			query := part(t, 0, head)
			for other := range tokens {
				weights[other] = dot(query, part(other, 1, head)) * scale
			}
			softmax(weights)
			out := dst[t*width+head*size : t*width+(head+1)*size]
			for other, w := range weights {
				value := part(other, 2, head)
				for i := range out {
					out[i] += w * value[i]
				}
			}
		}
	}
}

// attentionScale is what scores are multiplied with, for heads of this size.
func attentionScale(size int) float64 { return 1 / math.Sqrt(float64(size)) }
