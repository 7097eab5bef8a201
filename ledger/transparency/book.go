package transparency

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"sync"

	"github.com/flagledger/flagledger/ledger"
)

// checkpointRecord is the kind of a checkpoint's record in event files.
const checkpointRecord = "checkpoint"

// book keeps every checkpoint that was signed, in an event file.
type book struct {
	mu      sync.RWMutex
	file    *os.File
	end     int64
	entries []bookEntry // sizes rise
}

type bookEntry struct {
	size   uint64
	offset int64
}

// openBook reads what was signed. What a killed process left of its last record
// is cut off: nobody has been given it.
func openBook(path string) (*book, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the checkpoints: %w", err)
	}
	b := &book{file: f}
	in := ledger.NewEventFileReader(f, 0)
	for {
		at := in.Offset()
		rec, err := in.Next()
		if errors.Is(err, io.EOF) || errors.Is(err, ledger.ErrCutOff) {
			b.end = at
			return b, f.Truncate(at)
		}
		var c Checkpoint
		if err == nil {
			c, err = Peek(rec.Body)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
		}
		b.entries = append(b.entries, bookEntry{c.Size, at})
	}
}

// add keeps a checkpoint and returns when it is on disk.
func (b *book) add(size uint64, signed []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	rec := ledger.AppendRecord(nil, checkpointIn(size, signed))
	if _, err := b.file.WriteAt(rec, b.end); err != nil {
		return fmt.Errorf("keep a checkpoint: %w", err)
	}
	if err := b.file.Sync(); err != nil {
		return fmt.Errorf("keep a checkpoint: %w", err)
	}
	b.entries = append(b.entries, bookEntry{size, b.end})
	b.end += int64(len(rec))
	return nil
}

func checkpointIn(size uint64, signed []byte) ledger.EventFileRecord {
	return ledger.EventFileRecord{Kind: checkpointRecord, Words: []string{strconv.FormatUint(size, 10)}, Body: signed}
}

// newest returns the newest checkpoint, nil for none.
func (b *book) newest() ([]byte, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if len(b.entries) == 0 {
		return nil, nil
	}
	return b.read(b.entries[len(b.entries)-1])
}

// from returns the first checkpoint of size events or more, nil for none.
func (b *book) from(size uint64) ([]byte, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	i, _ := slices.BinarySearchFunc(b.entries, size, func(e bookEntry, size uint64) int {
		if e.size < size {
			return -1
		}
		return 1
	})
	if i == len(b.entries) {
		return nil, nil
	}
	return b.read(b.entries[i])
}

func (b *book) read(e bookEntry) ([]byte, error) {
	rec, err := ledger.NewEventFileReader(io.NewSectionReader(b.file, e.offset, b.end-e.offset), e.offset).Next()
	if err != nil {
		return nil, fmt.Errorf("read a checkpoint: %w", err)
	}
	return rec.Body, nil
}

func (b *book) close() error { return b.file.Close() }
