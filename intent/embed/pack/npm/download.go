package npm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// download is of one file, over several attempts.
type download struct {
	client   *Client
	url      string
	part     string // file of what has come so far
	size     int64  // of all of it
	progress func(done, total int64)
}

// permanentError is one that another attempt does not help against.
type permanentError struct{ err error }

func (e *permanentError) Error() string { return e.err.Error() }
func (e *permanentError) Unwrap() error { return e.err }

func permanent(err error) error { return &permanentError{err} }

// run tries until the part is as long as the whole.
func (d *download) run(ctx context.Context) error {
	wait := d.client.cfg.Backoff
	for attempt := 1; ; attempt++ {
		err := d.attempt(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if _, ok := errors.AsType[*permanentError](err); ok || attempt == d.client.cfg.Attempts {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(wait):
		}
		wait *= 2
	}
}

// offset returns how much there is already.
func (d *download) offset() int64 {
	info, err := os.Stat(d.part)
	if err != nil || info.Size() > d.size {
		return 0
	}
	return info.Size()
}

// attempt fetches what is missing.
func (d *download) attempt(ctx context.Context) error {
	offset := d.offset()
	if offset == d.size {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stall := time.AfterFunc(d.client.cfg.Stall, func() {
		cancel(fmt.Errorf("nothing came for %v", d.client.cfg.Stall))
	})
	defer stall.Stop()
	response, err := d.request(ctx, offset)
	if err != nil {
		return causeOf(ctx, err)
	}
	defer response.Body.Close()
	if offset, err = d.begin(response, offset); err != nil {
		return err
	}
	err = d.copy(response.Body, offset, func() { stall.Reset(d.client.cfg.Stall) })
	return causeOf(ctx, err)
}

// causeOf returns why ctx ended, if it did and that is why err is there.
func causeOf(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

func (d *download) request(ctx context.Context, offset int64) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url, nil)
	if err != nil {
		return nil, permanent(err)
	}
	request.Header.Set("User-Agent", "honeyguide")
	request.Header.Set("Accept-Encoding", "identity") // the bytes that the checksum is of
	if offset > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
	}
	return d.client.http.Do(request)
}

// begin looks at the head of an answer and returns where its body begins.
func (d *download) begin(response *http.Response, offset int64) (int64, error) {
	switch code := response.StatusCode; {
	case code == http.StatusOK:
		offset = 0
	case code == http.StatusPartialContent && offset > 0:
		want := fmt.Sprintf("bytes %d-%d/%d", offset, d.size-1, d.size)
		if got := response.Header.Get("Content-Range"); got != want {
			return 0, errors.Join(fmt.Errorf("the registry sent %q, want %q", got, want), os.Remove(d.part))
		}
	case code == http.StatusRequestedRangeNotSatisfiable:
		return 0, errors.Join(errors.New("the registry does not go on where the download ended"), os.Remove(d.part))
	case code == http.StatusTooManyRequests || code == http.StatusRequestTimeout || code >= 500:
		return 0, fmt.Errorf("the registry answered %s", response.Status)
	default:
		return 0, permanent(fmt.Errorf("the registry answered %s", response.Status))
	}
	if n := response.ContentLength; n >= 0 && offset+n != d.size {
		return 0, permanent(fmt.Errorf("the registry has %d bytes, want %d", offset+n, d.size))
	}
	return offset, nil
}

// copy writes a body behind the first offset bytes of the part. alive is called
// whenever something has come.
func (d *download) copy(body io.Reader, offset int64, alive func()) (err error) {
	f, err := os.OpenFile(d.part, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return permanent(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := errors.Join(f.Truncate(offset), seek(f, offset)); err != nil {
		return permanent(err)
	}
	buf := make([]byte, 64<<10)
	for {
		n, readErr := body.Read(buf)
		if offset+int64(n) > d.size {
			return permanent(fmt.Errorf("the registry sent more than the %d bytes there should be", d.size))
		}
		if _, err := f.Write(buf[:n]); err != nil {
			return permanent(err)
		}
		offset += int64(n)
		if n > 0 {
			alive()
			d.progress(offset, d.size)
		}
		switch {
		case errors.Is(readErr, io.EOF) && offset < d.size:
			return fmt.Errorf("the registry sent %d of %d bytes", offset, d.size)
		case errors.Is(readErr, io.EOF):
			return nil
		case readErr != nil:
			return readErr
		}
	}
}

func seek(f *os.File, offset int64) error {
	_, err := f.Seek(offset, io.SeekStart)
	return err
}
