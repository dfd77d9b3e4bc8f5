package uselite_test

import (
	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/embed/uselite"
)

var _ intent.Embedder = (*uselite.Encoder)(nil)
