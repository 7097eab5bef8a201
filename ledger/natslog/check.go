package natslog

import (
	"errors"
	"fmt"
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

// maxID bounds a batch's ID, in bytes, because it travels in a header.
const maxID = 128

// check refuses what the server would refuse late or, worse, not answer: a
// subject outside the stream is a request that nobody takes.
func check(b ledger.Batch) error {
	switch n := len(b.Entries); {
	case b.ID == "":
		return errors.New("append: the batch has no ID")
	case len(b.ID) > maxID || strings.ContainsAny(b.ID, "\r\n"):
		return fmt.Errorf("append %.40q: the ID has %d bytes or a line break; the limit is %d", b.ID, len(b.ID), maxID)
	case n == 0:
		return fmt.Errorf("append %s: the batch is empty", b.ID)
	case n > ledger.MaxBatch:
		return fmt.Errorf("append %s: %d entries; the limit is %d", b.ID, n, ledger.MaxBatch)
	}
	for _, e := range b.Entries {
		if err := checkSubject(e.Subject); err != nil {
			return fmt.Errorf("append %s: %w", b.ID, err)
		}
		if len(e.Data) > MaxEntry {
			return fmt.Errorf("append %s: the entry for %s has %d bytes; the limit is %d",
				b.ID, e.Subject, len(e.Data), MaxEntry)
		}
	}
	for _, e := range b.Expect {
		if err := checkFilter(e.Filter); err != nil {
			return fmt.Errorf("append %s: %w", b.ID, err)
		}
	}
	return nil
}

// maxSubject keeps the headers, which name subjects, far below the kilobyte
// that a message has for them.
const maxSubject = 400

func checkSubject(subject string) error {
	if _, err := ledger.ParseSubject(subject); err != nil {
		return err
	}
	if !wellFormed(subject) {
		return fmt.Errorf("subject %q is too long, has an empty part or a character that no subject may have", subject)
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

func wellFormed(s string) bool {
	return len(s) <= maxSubject && !strings.ContainsAny(s, " \t\r\n*>") && !strings.HasPrefix(s, ".") &&
		!strings.HasSuffix(s, ".") && !strings.Contains(s, "..")
}
