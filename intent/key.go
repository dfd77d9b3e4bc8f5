package intent

import (
	"github.com/honeyguide-chat/honeyguide/intent/clauses"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// Key returns all that Match reads of an utterance: its normal form and, where
// it says several things, those of its clauses. Utterances with one key have
// the same Result, whatever the topic and the time, as long as these are equal
// too and the embedder, if there is one, is there or away for both.
func Key(utterance string) string {
	key := textnorm.Normalize(utterance)
	if parts := clauses.Split(utterance); len(parts) > 1 {
		for _, part := range parts {
			key += keySeparator + textnorm.Normalize(part)
		}
	}
	return key
}

// keySeparator occurs in no normal form.
const keySeparator = "\n"
