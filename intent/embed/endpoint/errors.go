package endpoint

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Why there are no vectors. Every error of Open and Embed is one of these, or
// the error of the caller's context. Test for them with errors.Is.
var (
	// ErrAway means that no answer came in time, that the endpoint has no room
	// or an accident (429, 5xx), or that it had one just now and is not asked.
	ErrAway = errors.New("endpoint: it cannot be used now")
	// ErrAnswer means that the endpoint refused or that its answer is wrong.
	// The same question would get the same again.
	ErrAnswer = errors.New("endpoint: its answer cannot be used")
	// ErrChanged means that another model answers than the one that the
	// Embedder was opened for.
	ErrChanged = errors.New("endpoint: its model is not what it was")
)

// A statusError is an answer other than 200.
type statusError struct {
	code  int
	word  string        // what the endpoint calls it, or ""
	after time.Duration // to wait before the next attempt, as it asks; 0: it does not
}

func (e *statusError) Error() string {
	text := fmt.Sprintf("%d %s", e.code, http.StatusText(e.code))
	switch {
	case e.word != "":
		text += " (" + e.word + ")"
	case e.code >= 300 && e.code < 400:
		text += " (redirects are not followed)"
	}
	return text
}

// passing reports whether the same request may be answered a little later.
func (e *statusError) passing() bool {
	return e.code == http.StatusTooManyRequests || e.code == http.StatusRequestTimeout || e.code >= 500
}

// wrong returns an error about what the endpoint answered. The arguments must
// not be taken from the answer: it may hold anything, customers' texts and the
// key among it.
func wrong(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrAnswer}, args...)...)
}

// classify makes what an attempt came to one of the errors above.
func classify(err error) error {
	status, refused := errors.AsType[*statusError](err)
	switch {
	case err == nil, errors.Is(err, ErrAnswer):
		return err
	case refused && !status.passing():
		return fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	// Not wrapped: it may be a deadline of ours, which callers would take for theirs.
	return fmt.Errorf("%w: %s", ErrAway, err.Error())
}

// refusesText reports whether the endpoint can be used, only not for this
// text: too long for the model, or not allowed. Whoever writes such texts must
// not be able to open the breaker for everybody.
func refusesText(err error) bool {
	status, ok := errors.AsType[*statusError](err)
	if !ok {
		return false
	}
	switch status.code {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return true
	}
	return false
}
