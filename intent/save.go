package intent

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/honeyguide-chat/honeyguide/intent/linear"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// generation names how models are trained and stored. It goes up with every
// change to either, so that no release is answered by a model of another kind.
const generation = 5

// magic begins what Save writes.
var magic = [4]byte{'h', 'g', 'm', generation}

// fingerprint says what a model was trained for.
type fingerprint [sha256.Size]byte

// ErrForeign says that a model was saved for another tree, with other options
// or by another version of the program.
var ErrForeign = errors.New("intent: the model was saved for something else")

// ErrDamaged says that a model cannot be read.
var ErrDamaged = errors.New("intent: the model is damaged")

// Save writes what training learned: [Load] with the same tree and options
// gives the same matcher, bit for bit. Equal matchers write equal bytes.
func (m *Matcher) Save(w io.Writer) error {
	b := bufio.NewWriter(w)
	if err := m.save(b); err != nil {
		return fmt.Errorf("intent: saving a model: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("intent: saving a model: %w", err)
	}
	return nil
}

func (m *Matcher) save(w io.Writer) error {
	t := m.trained
	for _, part := range []any{magic, m.made, t.plain} {
		if err := binary.Write(w, binary.LittleEndian, part); err != nil {
			return err
		}
	}
	if err := errors.Join(t.models.pieces.Write(w), t.models.words.Write(w)); err != nil || t.meant == nil {
		return err
	}
	if err := binary.Write(w, binary.LittleEndian, t.meant); err != nil {
		return err
	}
	if err := t.models.vectors.Write(w); err != nil {
		return err
	}
	return m.corpus.meanings.write(w)
}

// Load builds the matcher that was saved, without training. It fails with
// [ErrForeign] or [ErrDamaged] where only [Build] helps. The caller must Close
// the matcher.
func Load(ctx context.Context, tree *knowledge.Tree, o Options, r io.Reader) (*Matcher, error) {
	return assemble(ctx, tree, o, func(c *corpus, o Options, made fingerprint) (*trained, error) {
		b := bufio.NewReader(r)
		var head struct {
			Magic [4]byte
			Made  fingerprint
		}
		if err := binary.Read(b, binary.LittleEndian, &head); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if head.Magic != magic || head.Made != made {
			return nil, ErrForeign
		}
		t, err := c.read(b, o.Embedder)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return t, nil
	})
}

// read reads what save wrote after its head.
func (c *corpus) read(r io.Reader, e Embedder) (*trained, error) {
	t := &trained{}
	err := t.plain.read(r)
	if err != nil {
		return nil, err
	}
	if t.models.pieces, err = linear.Read(r, c.space.Len(), len(c.nodes)); err != nil {
		return nil, err
	}
	if t.models.words, err = linear.Read(r, c.words.Len(), len(c.nodes)); err != nil || e == nil {
		return t, err
	}
	t.meant = &judge{}
	if err := t.meant.read(r); err != nil {
		return nil, err
	}
	if t.models.vectors, err = linear.ReadDense(r, len(c.nodes), e.Dimensions()); err != nil {
		return nil, err
	}
	c.meanings, err = c.readMeanings(r, e)
	return t, err
}

func (j *judge) read(r io.Reader) error {
	if err := binary.Read(r, binary.LittleEndian, j); err != nil {
		return fmt.Errorf("weights: %w", err)
	}
	for _, x := range append(append(j.Fusion.Weights[:], j.Fusion.Doubts[:]...), j.Thresholds.Sure, j.Thresholds.Unsure) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return errors.New("weights: not finite")
		}
	}
	return nil
}

// fingerprint hashes all that training depends on.
func (c *corpus) fingerprint(tree *knowledge.Tree, o Options) (made fingerprint) {
	h := sha256.New()
	doc := tree.Document()
	say := func(parts ...any) {
		for _, p := range parts {
			_, _ = fmt.Fprintf(h, "%q\x00", fmt.Sprint(p)) // a hash never fails to write
		}
	}
	say(doc.Locale, o.Tolerance, o.OutOfScope, len(c.nodes), len(doc.Dictionary), len(doc.Synonyms), len(o.Tests))
	if o.Embedder != nil {
		say(o.Embedder.ID(), o.Embedder.Dimensions())
	}
	if len(o.Without) > 0 {
		say("without", o.Without)
	}
	for _, text := range background(doc.Locale) {
		say(text)
	}
	for _, word := range doc.Dictionary {
		say(word)
	}
	for _, group := range doc.Synonyms {
		say(len(group))
		for _, word := range group {
			say(word)
		}
	}
	for _, n := range c.nodes {
		say(n.ID, len(n.Questions()), len(n.Negative))
		for _, q := range append(n.Questions(), n.Negative...) {
			say(q)
		}
	}
	for _, t := range o.Tests {
		say(t.Utterance, len(t.Nodes))
		for _, id := range t.Nodes {
			say(id)
		}
	}
	h.Sum(made[:0])
	return made
}

// write writes the vectors of the questions, which are dear to make.
func (m *meanings) write(w io.Writer) error {
	if err := binary.Write(w, binary.LittleEndian, m.common); err != nil {
		return err
	}
	for _, v := range m.questions {
		if err := binary.Write(w, binary.LittleEndian, v != nil); err != nil {
			return err
		}
		if err := binary.Write(w, binary.LittleEndian, v); err != nil {
			return err
		}
	}
	return nil
}

func (c *corpus) readMeanings(r io.Reader, e Embedder) (*meanings, error) {
	m := &meanings{embedder: e, common: make([]float32, e.Dimensions()), questions: make([][]float32, len(c.questions))}
	if err := binary.Read(r, binary.LittleEndian, m.common); err != nil {
		return nil, fmt.Errorf("vectors: %w", err)
	}
	buf := make([]byte, 4*e.Dimensions())
	for i := range m.questions {
		if _, err := io.ReadFull(r, buf[:1]); err != nil {
			return nil, fmt.Errorf("vectors: %w", err)
		}
		if buf[0] == 0 {
			continue
		}
		if _, err := io.ReadFull(r, buf); err != nil {
			return nil, fmt.Errorf("vectors: %w", err)
		}
		v := make([]float32, e.Dimensions())
		if err := binary.Read(bytes.NewReader(buf), binary.LittleEndian, v); err != nil {
			return nil, fmt.Errorf("vectors: %w", err)
		}
		if n := dot(v, v); !(n > 0.98 && n < 1.02) {
			return nil, fmt.Errorf("vectors: one of length %v", math.Sqrt(n))
		}
		m.questions[i] = v
	}
	m.gather(c)
	return m, nil
}
