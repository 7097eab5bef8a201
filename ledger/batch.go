package ledger

import (
	"errors"
	"fmt"
	"strings"
)

// Batch is what one command appends.
type Batch struct {
	// ID deduplicates: a second batch of the same ID is not stored.
	ID      string
	Entries []Entry
	// Expect must all hold at the moment of the append.
	Expect []Expect
}

// Entry is one event on its way into the log.
type Entry struct {
	Subject string
	Data    []byte
}

// Expect demands that Seq is the newest sequence among the subjects that match
// Filter, 0 for none. Filter is a subject in wire form or ends in ">".
type Expect struct {
	Filter string
	Seq    uint64
}

// Limits of a Batch, set by what a message of the durable log can hold.
const (
	MaxBatch   = 1000      // entries (JetStream's limit)
	MaxEntry   = 255 << 10 // bytes of an entry's Data
	MaxBatchID = 128       // bytes, as it travels in a header
	maxSubject = 400       // bytes, because headers name subjects
)

// Check reports why no log may take the batch, or nil. Every Log calls it, so
// that a program tried out in memory does not fail on disk.
func (b Batch) Check() error {
	switch n := len(b.Entries); {
	case b.ID == "":
		return errors.New("append: the batch has no ID")
	case len(b.ID) > MaxBatchID || strings.ContainsAny(b.ID, "\r\n"):
		return fmt.Errorf("append %.40q: the ID has %d bytes or a line break; the limit is %d", b.ID, len(b.ID), MaxBatchID)
	case n == 0:
		return fmt.Errorf("append %s: the batch is empty", b.ID)
	case n > MaxBatch:
		return fmt.Errorf("append %s: %d entries; the limit is %d", b.ID, n, MaxBatch)
	}
	for _, e := range b.Entries {
		if _, err := ParseSubject(e.Subject); err != nil {
			return fmt.Errorf("append %s: %w", b.ID, err)
		}
		if !wellFormed(e.Subject) {
			return fmt.Errorf("append %s: subject %q is too long, has an empty part or a character that no subject may have",
				b.ID, e.Subject)
		}
		if len(e.Data) > MaxEntry {
			return fmt.Errorf("append %s: the entry for %s has %d bytes; the limit is %d", b.ID, e.Subject, len(e.Data), MaxEntry)
		}
	}
	for _, e := range b.Expect {
		if err := CheckFilter(e.Filter); err != nil {
			return fmt.Errorf("append %s: %w", b.ID, err)
		}
	}
	return nil
}

// CheckFilter reports why filter selects nothing in the ledger, or nil: it is
// a subject in wire form, or the beginning of one with ".>" at its end.
func CheckFilter(filter string) error {
	stem := strings.TrimSuffix(filter, ".>")
	if filter == AllSubjects || strings.HasPrefix(stem, "ledger.") && wellFormed(stem) {
		return nil
	}
	return fmt.Errorf("filter %q is neither a subject of the ledger nor one ending in .>", filter)
}

// wellFormed tells whether s consists of parts that are not empty and have
// neither spaces nor wildcards.
func wellFormed(s string) bool {
	return len(s) <= maxSubject && !strings.ContainsAny(s, " \t\r\n*>") && !strings.HasPrefix(s, ".") &&
		!strings.HasSuffix(s, ".") && !strings.Contains(s, "..")
}
