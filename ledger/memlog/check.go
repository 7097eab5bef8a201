package memlog

import (
	"errors"
	"fmt"
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

// maxEntry is the largest Data of an entry in bytes: what the durable log can
// hold, so that a program tried out in memory does not fail on disk.
const maxEntry = 255 << 10

// check refuses what the durable log would refuse too.
func check(b ledger.Batch) error {
	switch n := len(b.Entries); {
	case b.ID == "":
		return errors.New("append: the batch has no ID")
	case n == 0:
		return fmt.Errorf("append %s: the batch is empty", b.ID)
	case n > ledger.MaxBatch:
		return fmt.Errorf("append %s: %d entries; the limit is %d", b.ID, n, ledger.MaxBatch)
	}
	for _, e := range b.Entries {
		if err := checkSubject(e.Subject); err != nil {
			return fmt.Errorf("append %s: %w", b.ID, err)
		}
		if len(e.Data) > maxEntry {
			return fmt.Errorf("append %s: the entry for %s has %d bytes; the limit is %d",
				b.ID, e.Subject, len(e.Data), maxEntry)
		}
	}
	for _, e := range b.Expect {
		if err := checkFilter(e.Filter); err != nil {
			return fmt.Errorf("append %s: %w", b.ID, err)
		}
	}
	return nil
}

func checkSubject(subject string) error {
	if _, err := ledger.ParseSubject(subject); err != nil {
		return err
	}
	if !wellFormed(subject) {
		return fmt.Errorf("subject %q has an empty part or a character that no subject may have", subject)
	}
	return nil
}

func checkFilter(filter string) error {
	stem := strings.TrimSuffix(filter, ".>")
	if filter == ledger.AllSubjects || strings.HasPrefix(stem, "ledger.") && wellFormed(stem) {
		return nil
	}
	return fmt.Errorf("filter %q is neither a subject of the ledger nor one ending in .>", filter)
}

// wellFormed tells whether s consists of parts that are not empty and have
// neither spaces nor wildcards.
func wellFormed(s string) bool {
	return !strings.ContainsAny(s, " \t\r\n*>") && !strings.HasPrefix(s, ".") &&
		!strings.HasSuffix(s, ".") && !strings.Contains(s, "..")
}

// matches tells whether subject is filter or, when that ends in ">", below it.
func matches(filter, subject string) bool {
	prefix, wild := strings.CutSuffix(filter, ">")
	if !wild {
		return filter == subject
	}
	return len(subject) > len(prefix) && strings.HasPrefix(subject, prefix)
}

func size(b ledger.Batch) int64 {
	var n int64
	for _, e := range b.Entries {
		n += int64(len(e.Subject) + len(e.Data))
	}
	return n
}
