package web

import (
	"context"
	"net/http"
	"time"
)

// patientWriter gives every write its own time. A limit for the whole response
// would end streams, and none at all would keep those for ever whose client
// has stopped reading.
type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	late    bool // a write took all its time: the client does not read, and gets nothing more
}

func newPatientWriter(w http.ResponseWriter, timeout time.Duration) *patientWriter {
	return &patientWriter{ResponseWriter: w, control: http.NewResponseController(w), timeout: timeout}
}

// Write implements http.ResponseWriter.
func (w *patientWriter) Write(p []byte) (int, error) {
	defer w.limit()()
	return w.ResponseWriter.Write(p)
}

// Flush implements http.Flusher. Where it fails the next write does, too.
func (w *patientWriter) Flush() {
	defer w.limit()()
	_ = w.control.Flush()
}

// limit begins the time of a write and returns what ends it. HTTP/2 would
// otherwise reset the stream when the time is over, though nothing is written.
func (w *patientWriter) limit() (done func()) {
	// A writer that knows no deadlines belongs to a test.
	end := time.Now().Add(w.timeout)
	_ = w.control.SetWriteDeadline(end)
	return func() {
		w.late = w.late || !time.Now().Before(end)
		_ = w.control.SetWriteDeadline(time.Time{})
	}
}

type patientKey struct{}

// inContext returns a copy of ctx that knows the writer.
func (w *patientWriter) inContext(ctx context.Context) context.Context {
	return context.WithValue(ctx, patientKey{}, w)
}

// gaveUp reports whether the writer of a call has given up waiting for its
// client. The connection is lost then, or over HTTP/2 the stream: a part of a
// message may have been written, so that nothing can follow, not even why.
func gaveUp(ctx context.Context) bool {
	w, ok := ctx.Value(patientKey{}).(*patientWriter)
	return ok && w.late
}

// Unwrap lets http.ResponseController reach the connection.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
