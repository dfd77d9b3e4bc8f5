package web

import (
	"fmt"
	"net/http"
	"time"

	"github.com/honeyguide-chat/honeyguide/api/rpc"
)

// patientWriter gives every write its own time. A limit for the whole response
// would end streams, and none at all would keep those for ever whose client
// has stopped reading.
type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	late    bool // a write took all its time: the client does not read
}

func newPatientWriter(w http.ResponseWriter, timeout time.Duration) *patientWriter {
	return &patientWriter{ResponseWriter: w, control: http.NewResponseController(w), timeout: timeout}
}

// Write implements http.ResponseWriter. It returns rpc.ErrSlowReader where the
// client has not read for too long; the connection is lost then, or over HTTP/2
// the stream, since a part of a message may have been written.
func (w *patientWriter) Write(p []byte) (int, error) {
	n, err := w.write(p)
	if err != nil && w.late {
		err = fmt.Errorf("%w: %w", rpc.ErrSlowReader, err)
	}
	return n, err
}

func (w *patientWriter) write(p []byte) (int, error) {
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

// Unwrap lets http.ResponseController reach the connection.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
