package redisstore

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

//go:embed lua/model.lua
var modelLua string

var modelScript = redis.NewScript(modelLua)

const (
	// A model is cut into chunks, since the server does nothing else while it
	// answers with one value or moves it to another node.
	chunkSize = 1 << 20

	// chunkLife is how long chunks that no label names are kept: those of a
	// model that is being written, and of one that was replaced and may be read.
	chunkLife = 2 * time.Minute

	// switches is how often a writer tries to put its model in place of one
	// that others keep replacing.
	switches = 10
)

// label says what the model of a shop is made of. It is stored as JSON.
type label struct {
	Release uint64 `json:"release"`
	ID      string `json:"id"` // of the chunks
	Size    int    `json:"size"`
	Sum     string `json:"sha256"` // in hex
}

// chunks returns the keys of the model's chunks.
func (l *label) chunks(id shop.ID) []string {
	keys := make([]string, 0, (l.Size+chunkSize-1)/chunkSize)
	for i := range cap(keys) {
		keys = append(keys, key(id, fmt.Sprintf("model:%s:%d", l.ID, i)))
	}
	return keys
}

// SetModel implements [knowledge.Models]. The chunks are stored first, under
// keys of their own that expire; a script then makes them the model.
func (s *Store) SetModel(ctx context.Context, id shop.ID, number uint64, model []byte) error {
	if err := knowledge.CheckModel(model); err != nil {
		return fmt.Errorf("redisstore: set model: %w", err)
	}
	live, err := s.Newest(ctx, id)
	if err != nil {
		return err
	}
	if number == 0 || number != live {
		return notLive(id, number)
	}
	sum := sha256.Sum256(model)
	l := label{Release: number, ID: rand.Text(), Size: len(model), Sum: hex.EncodeToString(sum[:])}
	keys := l.chunks(id)
	for i, k := range keys {
		chunk := model[i*chunkSize : min((i+1)*chunkSize, len(model))]
		if err := s.rdb.Set(ctx, k, chunk, chunkLife).Err(); err != nil {
			return wrap("set model", err)
		}
	}
	return s.switchModel(ctx, id, l, keys)
}

// switchModel makes stored chunks the model of the shop.
func (s *Store) switchModel(ctx context.Context, id shop.ID, l label, chunks []string) error {
	text, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("redisstore: encode the label of a model: %w", err)
	}
	for range switches {
		old, err := s.rdb.Get(ctx, labelKey(id)).Result()
		if err != nil && !errors.Is(err, redis.Nil) {
			return wrap("set model", err)
		}
		keys := append([]string{liveKey(id), labelKey(id)}, chunks...)
		// The chunks of a damaged label are lost from sight, and stay.
		if before, err := readLabel(old); err == nil {
			keys = append(keys, before.chunks(id)...)
		}
		done, err := modelScript.Run(ctx, s.rdb, keys, decimal(l.Release), old, text, len(chunks), chunkLife.Milliseconds()).Int()
		switch {
		case err != nil:
			return wrap("set model", err)
		case done == 1:
			return nil
		case done == 0:
			return notLive(id, l.Release)
		case done == -2:
			return fmt.Errorf("redisstore: set model: %w: writing took longer than %v", knowledge.ErrUnavailable, chunkLife)
		}
	}
	return fmt.Errorf("redisstore: set model: %w: others replaced it %d times", knowledge.ErrUnavailable, switches)
}

func notLive(id shop.ID, number uint64) error {
	return fmt.Errorf("redisstore: set model: release %d of shop %s is not live: %w", number, id, knowledge.ErrNoRelease)
}

// Model implements [knowledge.Models].
func (s *Store) Model(ctx context.Context, id shop.ID, number uint64) ([]byte, error) {
	text, err := s.rdb.Get(ctx, labelKey(id)).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, wrap("read model", err)
	}
	l, damage := readLabel(text)
	switch {
	case text == "" || damage == nil && l.Release != number:
		return nil, fmt.Errorf("redisstore: release %d of shop %s: %w", number, id, knowledge.ErrNoModel)
	case damage != nil:
		return nil, fmt.Errorf("redisstore: label of the model of shop %s: %w: %w", id, errData, damage)
	}
	model := make([]byte, 0, l.Size)
	for _, k := range l.chunks(id) {
		chunk, err := s.rdb.Get(ctx, k).Bytes()
		if err != nil && !errors.Is(err, redis.Nil) {
			return nil, wrap("read model", err)
		}
		if len(model)+len(chunk) > l.Size {
			break
		}
		model = append(model, chunk...)
	}
	if sum := sha256.Sum256(model); len(model) != l.Size || hex.EncodeToString(sum[:]) != l.Sum {
		return nil, fmt.Errorf("redisstore: model of release %d of shop %s: %w", number, id, errData)
	}
	return model, nil
}

// readLabel reads a label, and bounds what it asks for.
func readLabel(text string) (label, error) {
	var l label
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		return label{}, err
	}
	if l.Size <= 0 || l.Size > knowledge.MaxModel {
		return label{}, fmt.Errorf("a model of %d bytes", l.Size)
	}
	return l, nil
}

func labelKey(id shop.ID) string { return key(id, "model") }
