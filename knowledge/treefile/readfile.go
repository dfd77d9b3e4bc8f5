package treefile

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// ReadFile returns what the file at path holds. It reads no more than
// knowledge.MaxDocumentSize bytes. A file that is missing, too large, a
// directory or not readable gives a [*knowledge.InvalidError] with the one
// problem, unreadable or too-large.
func ReadFile(path string) ([]byte, error) {
	data, err := readFile(path)
	if err == nil {
		return data, nil
	}
	ps := problems{file: path}
	switch pathErr, ok := errors.AsType[*fs.PathError](err); {
	case errors.Is(err, errTooLarge):
		ps.add(0, 0, "", "too-large", "the file has more than %d bytes", knowledge.MaxDocumentSize)
	case ok:
		ps.add(0, 0, "", "unreadable", "%v", pathErr.Err)
	default:
		ps.add(0, 0, "", "unreadable", "%v", err)
	}
	return nil, &knowledge.InvalidError{Problems: ps.list}
}

var errTooLarge = errors.New("treefile: file is too large")

func readFile(path string) (data []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > knowledge.MaxDocumentSize {
		return nil, errTooLarge
	}
	// A pipe or a file that grows has no size to go by.
	data, err = io.ReadAll(io.LimitReader(f, knowledge.MaxDocumentSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > knowledge.MaxDocumentSize {
		return nil, errTooLarge
	}
	return data, nil
}
