package intent

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"golang.org/x/sync/errgroup"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/intent/linear"
	"github.com/honeyguide-chat/honeyguide/intent/typo"
	"github.com/honeyguide-chat/honeyguide/intent/wire"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/index"
)

// generation names how models are trained and stored. It goes up with every
// change of the code that does either in another way, so that no release is
// answered by a model of another kind. A change of the tables that are part of
// the program need not be told: see builtIn.
const generation = 7

// ErrForeign says that a model was saved for another tree, with other options
// or by another version of the program.
var ErrForeign = errors.New("intent: the model was saved for something else")

// ErrDamaged says that a model cannot be read.
var ErrDamaged = errors.New("intent: the model is damaged")

// maxModel bounds what is read of a model, in bytes.
const maxModel = 1 << 30

// head is what a model begins with.
type head struct {
	Magic [4]byte
	Made  fingerprint
	Size  uint32 // of what follows
	Check uint32 // of what follows
}

var magic = [4]byte{'h', 'g', 'm', generation}

var checksum = crc32.MakeTable(crc32.Castagnoli)

// Save writes all that was computed and learned: [Load] with the same tree and
// options gives the same matcher, bit for bit. Equal matchers write equal bytes.
func (m *Matcher) Save(w io.Writer) error {
	sections, err := m.sections()
	if err != nil {
		return fmt.Errorf("intent: saving a model: %w", err)
	}
	var body []byte
	for _, s := range sections {
		body = wire.AppendSection(body, s)
	}
	if len(body) > maxModel {
		return fmt.Errorf("intent: saving a model: %d bytes are more than %d", len(body), maxModel)
	}
	h := head{magic, m.made, uint32(len(body)), crc32.Checksum(body, checksum)}
	if err := binary.Write(w, binary.LittleEndian, h); err != nil {
		return fmt.Errorf("intent: saving a model: %w", err)
	}
	if _, err := w.Write(body); err != nil {
		return fmt.Errorf("intent: saving a model: %w", err)
	}
	return nil
}

// Load builds the matcher that was saved, in a small part of the time that Build
// takes: nothing is computed that can be read, and what differs is told first.
// It fails with [ErrForeign] or [ErrDamaged] where only [Build] helps. The
// caller must Close the matcher.
func Load(ctx context.Context, tree *knowledge.Tree, o Options, r io.Reader) (*Matcher, error) {
	o, err := o.complete(tree)
	if err != nil {
		return nil, err
	}
	var h head
	if err := binary.Read(r, binary.LittleEndian, &h); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if h.Magic != magic {
		return nil, ErrForeign
	}
	c := newCorpus(tree, o.Without)
	m := &Matcher{tree: tree, corpus: c, trained: &trained{}, made: fingerprintOf(tree, c.nodes, o)}
	if h.Made != m.made {
		return nil, ErrForeign
	}
	body, err := readBody(r, h)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := m.restore(body, o.Embedder); err != nil {
		if m.index != nil {
			err = errors.Join(err, m.index.Close())
		}
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := context.Cause(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("intent: load: %w", err), m.Close())
	}
	return m, nil
}

// readBody reads what follows the head. It takes no more memory than there are
// bytes, whatever the head says.
func readBody(r io.Reader, h head) ([]byte, error) {
	if h.Size > maxModel {
		return nil, fmt.Errorf("%d bytes", h.Size)
	}
	var b bytes.Buffer
	if known, ok := r.(interface{ Len() int }); ok { // one piece, and none too large
		b.Grow(min(known.Len(), int(h.Size)) + bytes.MinRead)
	}
	n, err := b.ReadFrom(io.LimitReader(r, int64(h.Size)))
	if err != nil {
		return nil, err
	}
	if n != int64(h.Size) {
		return nil, io.ErrUnexpectedEOF
	}
	if crc32.Checksum(b.Bytes(), checksum) != h.Check {
		return nil, errors.New("checksum")
	}
	return b.Bytes(), nil
}

// The sections of a model, in their order.
const (
	sectionQuestions = iota // corpus.appendTo
	sectionWords            // space of words
	sectionTypos
	sectionIndex
	sectionPieceModel
	sectionWordModel
	sectionJudge
	sectionMeant // empty without an embedder
	sectionsOfModel
)

func (m *Matcher) sections() (out [sectionsOfModel][]byte, err error) {
	t := m.trained
	if out[sectionIndex], err = m.index.Bytes(); err != nil {
		return out, err
	}
	out[sectionQuestions] = m.corpus.appendTo(nil)
	out[sectionWords] = m.corpus.words.AppendTo(nil)
	out[sectionTypos] = m.corpus.typos.AppendTo(nil)
	out[sectionPieceModel] = t.models.pieces.AppendTo(nil)
	out[sectionWordModel] = t.models.words.AppendTo(nil)
	if out[sectionJudge], err = binary.Append(nil, binary.LittleEndian, t.plain); err != nil || t.meant == nil {
		return out, err
	}
	if out[sectionMeant], err = binary.Append(nil, binary.LittleEndian, t.meant); err != nil {
		return out, err
	}
	out[sectionMeant] = m.corpus.meanings.appendTo(t.models.vectors.AppendTo(out[sectionMeant]))
	return out, nil
}

// restore reads what sections returned.
func (m *Matcher) restore(body []byte, e Embedder) error {
	var sections [sectionsOfModel]*wire.Reader
	r := wire.NewReader(body)
	for i := range sections {
		sections[i] = wire.NewReader(r.Section())
	}
	if r.Err() != nil {
		return r.Err()
	}
	c, t := m.corpus, m.trained
	var g errgroup.Group
	g.Go(func() error {
		c.read(sections[sectionQuestions])
		if err := sections[sectionQuestions].Err(); err != nil {
			return fmt.Errorf("questions: %w", err)
		}
		t.models.pieces = linear.ReadModel(sections[sectionPieceModel], c.space.Len(), len(c.nodes))
		return sections[sectionPieceModel].Err()
	})
	g.Go(func() error {
		c.words = lexical.ReadSpace(sections[sectionWords])
		if err := sections[sectionWords].Err(); err != nil {
			return fmt.Errorf("words: %w", err)
		}
		t.models.words = linear.ReadModel(sections[sectionWordModel], c.words.Len(), len(c.nodes))
		return sections[sectionWordModel].Err()
	})
	g.Go(func() (err error) {
		c.typos, err = typo.Restore(sections[sectionTypos].Rest())
		return err
	})
	g.Go(func() (err error) {
		// A copy: what the index keeps must not keep the rest of the model.
		m.index, err = index.Open(bytes.Clone(sections[sectionIndex].Rest()))
		return err
	})
	if err := g.Wait(); err != nil {
		return err
	}
	t.plain.read(sections[sectionJudge])
	if err := sections[sectionJudge].Err(); err != nil || e == nil {
		return err
	}
	s := sections[sectionMeant]
	t.meant = &judge{}
	t.meant.read(s)
	t.models.vectors = linear.ReadDense(s, len(c.nodes), e.Dimensions())
	c.meanings = c.readMeanings(s, e)
	return s.Err()
}
