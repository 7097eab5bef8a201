package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// file appends lines of JSON to a file for each day, in UTC, by the time of
// writing. A line that a crash has cut is taken off; its item comes again. So an
// item may be there twice, under one id.
type file struct {
	folder, name string
	now          func() time.Time
}

func newFile(c Config) (sink, error) {
	if err := os.MkdirAll(c.URL, 0o700); err != nil {
		return nil, fmt.Errorf("url: %w", err)
	}
	return &file{folder: c.URL, name: c.Name, now: time.Now}, nil
}

func (f *file) limits(string) limits { return limits{items: 10_000, bytes: 8 << 20} }

func (f *file) encode(i item) ([]parcel, error) {
	body, err := record(i)
	return []parcel{{body: body, item: i}}, err
}

func (f *file) send(_ context.Context, _ string, bodies [][]byte) outcome {
	path := filepath.Join(f.folder, fmt.Sprintf("%s-%s.ndjson", f.name, f.now().UTC().Format(time.DateOnly)))
	to, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return away(err)
	}
	err = mend(to)
	if err == nil {
		_, err = to.Write(append(bytes.Join(bodies, []byte{'\n'}), '\n'))
	}
	if err == nil {
		err = to.Sync()
	}
	if err := errors.Join(err, to.Close()); err != nil {
		return away(err)
	}
	return outcome{verdict: taken}
}

// mend goes to the end of the last whole line and cuts off the rest.
func mend(f *os.File) error {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	const step = 64 << 10
	for at := end; at > 0; {
		from := max(0, at-step)
		piece := make([]byte, at-from)
		if _, err := f.ReadAt(piece, from); err != nil {
			return err
		}
		if i := bytes.LastIndexByte(piece, '\n'); i >= 0 {
			end = from + int64(i) + 1
			break
		}
		if at = from; at == 0 {
			end = 0
		}
	}
	if err := f.Truncate(end); err != nil {
		return err
	}
	_, err = f.Seek(end, io.SeekStart)
	return err
}
