package client

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// streamEvent is one event of a text/event-stream.
type streamEvent struct {
	kind string // "message" if the stream names none
	id   string // the last id the stream has named, of this event or an earlier
	data []byte // lines joined by \n; valid until the next call
}

// keptBytes is how much room is kept from one event to the next.
const keptBytes = 64 << 10

// eventReader reads a text/event-stream as the HTML standard defines it: lines
// end in LF, CR or CRLF; comments are skipped; data of several lines is joined;
// an event that the end of the stream cuts off is not one.
type eventReader struct {
	in    *bufio.Reader
	limit int // bytes of one event
	// retry is the reconnection time the stream asks for; 0 if it does not.
	retry time.Duration

	line   []byte
	data   []byte
	kind   string
	id     string
	any    bool // a data field was seen
	first  bool // a byte order mark may follow
	skipLF bool // the line before ended in CR
}

func newEventReader(in io.Reader, limit int) *eventReader {
	return &eventReader{in: bufio.NewReaderSize(in, 16<<10), limit: limit, first: true}
}

// next returns the next event. The error is that of the reader below, or tells
// that an event is larger than the limit.
func (r *eventReader) next() (streamEvent, error) {
	if cap(r.data) > keptBytes {
		r.data, r.line = nil, nil // a whole ruleset is rare, and long gone
	}
	r.data, r.kind, r.any = r.data[:0], "", false
	for {
		line, err := r.readLine()
		if err != nil {
			return streamEvent{}, err
		}
		if len(line) > 0 {
			if err := r.field(line); err != nil {
				return streamEvent{}, err
			}
			continue
		}
		if !r.any {
			r.kind = ""
			continue
		}
		kind := r.kind
		if kind == "" {
			kind = "message"
		}
		return streamEvent{kind: kind, id: r.id, data: r.data[:len(r.data)-1]}, nil
	}
}

// field takes one line that is not empty.
func (r *eventReader) field(line []byte) error {
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(name) {
	case "data":
		if len(r.data)+len(value) >= r.limit {
			return tooLarge(r.limit)
		}
		r.any = true
		r.data = append(append(r.data, value...), '\n')
	case "event":
		r.kind = string(value)
	case "id":
		if bytes.IndexByte(value, 0) < 0 {
			r.id = string(value)
		}
	case "retry":
		digits := strings.Trim(string(value), "0123456789") == ""
		if millis, err := strconv.Atoi(string(value)); err == nil && digits {
			r.retry = time.Duration(min(millis, 3_600_000)) * time.Millisecond
		}
	}
	return nil // a comment (empty name) or a field of the future
}

// readLine returns a line without its end. It must not wait for the byte that
// follows a CR, which may be a long time away, so a LF there is skipped when
// the next line is read.
func (r *eventReader) readLine() ([]byte, error) {
	r.line = r.line[:0]
	for {
		if _, err := r.in.Peek(1); err != nil {
			return nil, err
		}
		chunk, err := r.in.Peek(r.in.Buffered())
		if err != nil {
			return nil, err
		}
		if r.skipLF {
			r.skipLF = false
			if chunk[0] == '\n' {
				_, _ = r.in.Discard(1) // it is buffered
				continue
			}
		}
		end := bytes.IndexAny(chunk, "\r\n")
		if end >= 0 {
			r.skipLF = chunk[end] == '\r'
			r.line = append(r.line, chunk[:end]...)
			_, _ = r.in.Discard(end + 1)
			return r.withoutMark(), nil
		}
		if len(r.line)+len(chunk) > r.limit {
			return nil, tooLarge(r.limit)
		}
		r.line = append(r.line, chunk...)
		_, _ = r.in.Discard(len(chunk))
	}
}

// withoutMark drops the byte order mark that may begin the stream.
func (r *eventReader) withoutMark() []byte {
	if !r.first {
		return r.line
	}
	r.first = false
	return bytes.TrimPrefix(r.line, []byte("\ufeff"))
}

func tooLarge(limit int) error {
	return fmt.Errorf("an event of the stream is larger than %d bytes", limit)
}
