package ledger

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// EventFileRecord is one record of an event file, which carries the ledger
// outside of its log: the second copy in the data folder, and what auditors are
// given. Each record is a line of words with spaces between them, a body of as
// many bytes as the last word says, and a line feed:
//
//	event 17 vK6tUB1PRn9uBrpYHcbwoNsBFqFpyKBN4hTrNLvTXhM= ledger.default.flag.new-pdf-engine 412
//	{"type":"flag.turned_on","v":1, ...}
//
// An event's words are its sequence, its Hash and its subject; its body is its
// data as it is stored. Records of other kinds have words of their own. So a
// file can be written and read as a stream, looked at as text, and cut anywhere
// between two records.
type EventFileRecord struct {
	// Kind is the first word, such as EventRecord.
	Kind string
	// Words are those between the kind and the length.
	Words []string
	Body  []byte // owned by the receiver
}

// EventRecord is the kind of a record that holds an event.
const EventRecord = "event"

// Limits of a record, in bytes.
const (
	maxRecordLine = 1 << 10
	maxRecordBody = 1 << 20
)

// ErrCutOff says that the file ends within a record. What comes before it is whole.
var ErrCutOff = errors.New("the file ends within a record")

// AppendRecord appends r, as it stands in an event file, to dst.
func AppendRecord(dst []byte, r EventFileRecord) []byte {
	dst = append(dst, r.Kind...)
	for _, w := range r.Words {
		dst = append(append(dst, ' '), w...)
	}
	dst = strconv.AppendInt(append(dst, ' '), int64(len(r.Body)), 10)
	dst = append(append(dst, '\n'), r.Body...)
	return append(dst, '\n')
}

// AppendEvent appends the record of s to dst.
func AppendEvent(dst []byte, s Stored) []byte {
	words := []string{strconv.FormatUint(s.Seq, 10), s.Hash().String(), s.Subject}
	return AppendRecord(dst, EventFileRecord{Kind: EventRecord, Words: words, Body: s.Data})
}

// Event reads the record as an event, and the hash that it states, which need
// not be the event's: compare it with Stored.Hash.
func (r EventFileRecord) Event() (Stored, Hash, error) {
	var stated Hash
	if r.Kind != EventRecord || len(r.Words) != 3 {
		return Stored{}, stated, fmt.Errorf("record %q with %d words is not an event", r.Kind, len(r.Words))
	}
	seq, err := strconv.ParseUint(r.Words[0], 10, 64)
	if err == nil {
		err = stated.UnmarshalText([]byte(r.Words[1]))
	}
	if err != nil {
		return Stored{}, stated, fmt.Errorf("event record: %w", err)
	}
	return Stored{Seq: seq, Subject: r.Words[2], Data: r.Body}, stated, nil
}

// EventFileReader reads the records of an event file. It belongs to one
// goroutine.
type EventFileReader struct {
	in     *bufio.Reader
	offset int64
}

// NewEventFileReader reads records from r, whose first byte is at offset in the
// file, on which it only counts.
func NewEventFileReader(r io.Reader, offset int64) *EventFileReader {
	return &EventFileReader{in: bufio.NewReaderSize(r, 1<<20), offset: offset}
}

// ParseRecord reads one record, of which b is all.
func ParseRecord(b []byte) (EventFileRecord, error) {
	f := &EventFileReader{in: bufio.NewReaderSize(bytes.NewReader(b), max(len(b), maxRecordLine))}
	rec, err := f.Next()
	if err == nil && f.offset != int64(len(b)) {
		err = f.bad("there is more than one record")
	}
	return rec, err
}

// Offset is where the next record begins.
func (f *EventFileReader) Offset() int64 { return f.offset }

// Next returns the next record, io.EOF when there is none, ErrCutOff when the
// file ends within it, and an error that names the place when what is there is
// no record.
func (f *EventFileReader) Next() (EventFileRecord, error) {
	line, err := f.in.ReadSlice('\n')
	switch {
	case errors.Is(err, io.EOF) && len(line) == 0:
		return EventFileRecord{}, io.EOF
	case errors.Is(err, io.EOF) && len(line) <= maxRecordLine:
		return EventFileRecord{}, fmt.Errorf("at byte %d: %w", f.offset, ErrCutOff)
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull):
		return EventFileRecord{}, err
	case err != nil || len(line) > maxRecordLine:
		return EventFileRecord{}, f.bad("a line of more than %d bytes", maxRecordLine)
	}
	words := strings.Split(string(line[:len(line)-1]), " ")
	n, err := strconv.Atoi(words[len(words)-1])
	if err != nil || n < 0 || n > maxRecordBody || len(words) < 2 || strconv.Itoa(n) != words[len(words)-1] {
		return EventFileRecord{}, f.bad("%.60q is not the first line of a record", line)
	}
	body := make([]byte, n+1)
	if _, err := io.ReadFull(f.in, body); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return EventFileRecord{}, fmt.Errorf("at byte %d: %w", f.offset, ErrCutOff)
	} else if err != nil {
		return EventFileRecord{}, err
	}
	if !bytes.HasSuffix(body, []byte("\n")) {
		return EventFileRecord{}, f.bad("the record is longer than the %d bytes that it states", n)
	}
	f.offset += int64(len(line) + len(body))
	return EventFileRecord{Kind: words[0], Words: words[1 : len(words)-1], Body: body[:n:n]}, nil
}

func (f *EventFileReader) bad(format string, args ...any) error {
	return fmt.Errorf("at byte %d: %s", f.offset, fmt.Sprintf(format, args...))
}
