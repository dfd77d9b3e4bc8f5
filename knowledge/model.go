package knowledge

import (
	"context"
	"errors"
	"fmt"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// ErrNoModel means that no model is kept for a release. Test for it with
// errors.Is.
var ErrNoModel = errors.New("knowledge: release has no model")

// MaxModel is how many bytes a model may have. That of a shop with 100,000
// questions has about 115 MiB.
const MaxModel = 256 << 20

// Models keeps what training learned from the live release of each shop: a
// process that loads the release then need not train. It is a convenience and
// no record: a model that is missing or damaged is made again from the release.
type Models interface {
	// SetModel keeps model for the release of that number in place of any other
	// model of the shop: whole, or not at all. The number must be that of the
	// live release, else ErrNoRelease; the model what CheckModel lets pass.
	SetModel(ctx context.Context, id shop.ID, number uint64, model []byte) error

	// Model returns the model that was last set for the release of that number,
	// or ErrNoModel. Where what is kept is not what was set, it fails with an
	// error that is neither that nor ErrUnavailable.
	Model(ctx context.Context, id shop.ID, number uint64) ([]byte, error)
}

// CheckModel reports why a model cannot be kept: it is empty, or longer than
// MaxModel.
func CheckModel(model []byte) error {
	switch {
	case len(model) == 0:
		return errors.New("knowledge: model is empty")
	case len(model) > MaxModel:
		return fmt.Errorf("knowledge: model has %d bytes, more than %d", len(model), MaxModel)
	}
	return nil
}
