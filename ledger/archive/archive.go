package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/flagledger/flagledger/ledger"
)

// segmentSize is when a new file is begun, in bytes.
const segmentSize = 64 << 20

// saveEvery is after how many events the index is written: so many records are
// read at a start after a kill.
const saveEvery = 50_000

// ErrDamaged says that a record of the archive is not what was written.
var ErrDamaged = errors.New("the archive is damaged")

// Archive is the copy. Its methods may be called concurrently.
type Archive struct {
	dir string

	mu       sync.RWMutex
	segments []segment
	index    index
	last     ledger.Hash // of the newest event
	saved    uint64      // events in the index file
}

// segment is one file.
type segment struct {
	first uint64
	file  *os.File
	size  int64
}

// suffix ends the names of segments.
const suffix = ".events"

func (a *Archive) path(first uint64) string {
	return filepath.Join(a.dir, fmt.Sprintf("%020d%s", first, suffix))
}

// Open opens the archive in a folder, or makes an empty one. It reads the index
// and what has been written since, and cuts off a torn record at the end.
func Open(dir string) (*Archive, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder of the archive: %w", err)
	}
	a := &Archive{dir: dir, index: newIndex()}
	if err := a.open(); err != nil {
		return nil, errors.Join(err, a.closeFiles())
	}
	return a, nil
}

func (a *Archive) open() error {
	names, err := filepath.Glob(filepath.Join(a.dir, "*"+suffix))
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, name := range names {
		first, err := strconv.ParseUint(strings.TrimSuffix(filepath.Base(name), suffix), 10, 64)
		if err != nil {
			return fmt.Errorf("%s is no file of an archive", name)
		}
		f, err := os.OpenFile(name, os.O_RDWR, 0o600)
		if err != nil {
			return err
		}
		info, err := f.Stat()
		if err != nil {
			return errors.Join(err, f.Close())
		}
		a.segments = append(a.segments, segment{first, f, info.Size()})
	}
	a.loadIndex()
	if err := a.scan(); err != nil {
		return err
	}
	if n := a.index.len(); n > 0 {
		s, err := a.event(n)
		if err != nil {
			return err
		}
		a.last = s.Hash()
	}
	return nil
}

// scan reads what the index does not have.
func (a *Archive) scan() error {
	for i := range a.segments {
		seg := &a.segments[i]
		next := a.index.len() + 1
		last := i == len(a.segments)-1
		if !last && a.segments[i+1].first <= next {
			continue // all of it is in the index
		}
		if seg.first > next {
			return fmt.Errorf("%s begins with event %d, not %d: %w", a.path(seg.first), seg.first, next, ErrDamaged)
		}
		from := int64(0)
		if next > seg.first {
			from = a.index.end(next-1, a.segments)
		}
		end, err := a.scanSegment(seg, from)
		if err == nil && end == seg.size {
			continue
		}
		if !last {
			return fmt.Errorf("%s at byte %d: %w: %w", a.path(seg.first), end, ErrDamaged, err)
		}
		if err := seg.file.Truncate(end); err != nil {
			return fmt.Errorf("cut off a torn record: %w", err)
		}
		seg.size = end
	}
	return nil
}

// scanSegment adds the records from an offset on to the index and returns where
// the last whole one ends.
func (a *Archive) scanSegment(seg *segment, from int64) (int64, error) {
	in := ledger.NewEventFileReader(io.NewSectionReader(seg.file, from, seg.size-from), from)
	for {
		at := in.Offset()
		rec, err := in.Next()
		if errors.Is(err, io.EOF) {
			return at, nil
		}
		if err != nil {
			return at, err
		}
		s, stated, err := rec.Event()
		if err == nil && (s.Hash() != stated || s.Seq != a.index.len()+1) {
			err = fmt.Errorf("record of event %d: %w", s.Seq, ErrDamaged)
		}
		if err != nil {
			return at, err
		}
		a.index.add(s.Subject, uint32(at), uint32(in.Offset()-at))
	}
}

// Close writes the index and closes the files.
func (a *Archive) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return errors.Join(a.saveIndex(), a.closeFiles())
}

func (a *Archive) closeFiles() error {
	var err error
	for _, seg := range a.segments {
		err = errors.Join(err, seg.file.Close())
	}
	return err
}

// Append adds the next events and returns when they are on disk.
func (a *Archive) Append(events ...ledger.Stored) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(events) > 0 {
		n, err := a.append(events)
		if err != nil {
			return fmt.Errorf("append to the archive: %w", err)
		}
		events = events[n:]
	}
	if a.index.len()-a.saved >= saveEvery {
		return a.saveIndex()
	}
	return nil
}

// append writes as many events as go into the current segment.
func (a *Archive) append(events []ledger.Stored) (int, error) {
	seg, err := a.current()
	if err != nil {
		return 0, err
	}
	var buf []byte
	type place struct{ at, size uint32 }
	var places []place
	next := a.index.len() + 1
	for _, e := range events {
		if e.Seq != next+uint64(len(places)) {
			return 0, fmt.Errorf("event %d does not follow on %d: %w", e.Seq, next+uint64(len(places))-1, ledger.ErrHole)
		}
		if seg.size+int64(len(buf)) >= segmentSize {
			break
		}
		at := len(buf)
		buf = ledger.AppendEvent(buf, e)
		places = append(places, place{uint32(seg.size) + uint32(at), uint32(len(buf) - at)})
	}
	if _, err := seg.file.WriteAt(buf, seg.size); err != nil {
		return 0, err
	}
	if err := seg.file.Sync(); err != nil {
		return 0, err
	}
	seg.size += int64(len(buf))
	for i, p := range places {
		a.index.add(events[i].Subject, p.at, p.size)
	}
	a.last = events[len(places)-1].Hash()
	return len(places), nil
}

// current is the segment to write to, a new one when the last is full.
func (a *Archive) current() (*segment, error) {
	if n := len(a.segments); n > 0 && a.segments[n-1].size < segmentSize {
		return &a.segments[n-1], nil
	}
	first := a.index.len() + 1
	f, err := os.OpenFile(a.path(first), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = syncDir(a.dir)
	}
	if err != nil {
		return nil, err
	}
	a.segments = append(a.segments, segment{first: first, file: f})
	return &a.segments[len(a.segments)-1], nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Newest returns the sequence and the hash of the newest event, zero for none.
func (a *Archive) Newest() (uint64, ledger.Hash) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.index.len(), a.last
}

// End implements projector.History.
func (a *Archive) End(context.Context) (uint64, error) {
	seq, _ := a.Newest()
	return seq, nil
}

// Event reads one event. A record that is not what was written is ErrDamaged.
func (a *Archive) Event(seq uint64) (ledger.Stored, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if seq == 0 || seq > a.index.len() {
		return ledger.Stored{}, fmt.Errorf("the archive has 1 to %d, not event %d", a.index.len(), seq)
	}
	return a.event(seq)
}

func (a *Archive) event(seq uint64) (ledger.Stored, error) {
	i := segmentOf(a.segments, seq)
	at, size := a.index.place(seq)
	buf := make([]byte, size)
	_, err := a.segments[i].file.ReadAt(buf, int64(at))
	var rec ledger.EventFileRecord
	if err == nil {
		rec, err = ledger.ParseRecord(buf)
	}
	var s ledger.Stored
	var stated ledger.Hash
	if err == nil {
		s, stated, err = rec.Event()
	}
	if err != nil || s.Seq != seq || s.Hash() != stated {
		return s, fmt.Errorf("event %d in %s: %w: %w", seq, a.path(a.segments[i].first), ErrDamaged, err)
	}
	return s, nil
}

func segmentOf(segments []segment, seq uint64) int {
	i, found := slices.BinarySearchFunc(segments, seq, func(s segment, seq uint64) int {
		switch {
		case s.first < seq:
			return -1
		case s.first > seq:
			return 1
		}
		return 0
	})
	if found {
		return i
	}
	return i - 1
}
