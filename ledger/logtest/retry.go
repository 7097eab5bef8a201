package logtest

import (
	"errors"
	"testing"

	"github.com/flagledger/flagledger/ledger"
)

func retryTests() map[string]func(*testing.T, ledger.Log) {
	return map[string]func(*testing.T, ledger.Log){
		"Retry/WithoutExpectation": retryPlain,
		"Retry/WithExpectation":    retryExpecting,
		"Retry/AfterConflict":      retryAfterConflict,
		"Retry/OtherEntries":       retryOtherEntries,
	}
}

// A batch that expects nothing can only be told apart by its ID.
func retryPlain(t *testing.T, log ledger.Log) {
	single, several := batch("single", flagA), batch("several", flagA, flagB, flagC)
	mustAppend(t, log, single)
	mustAppend(t, log, several)
	for range 3 {
		for _, b := range []ledger.Batch{single, several} {
			if _, err := log.Append(within(t), b); !errors.Is(err, ledger.ErrDuplicate) {
				t.Fatalf("retry of %s: %v; want ErrDuplicate", b.ID, err)
			}
		}
	}
	wantEnd(t, log, 4)
}

// The batch itself moved the subject, so its own retry is stale. A log may
// look at either first: the caller, who knows the commands that are stored,
// must treat both answers alike.
func retryExpecting(t *testing.T, log ledger.Log) {
	batches := []ledger.Batch{
		expecting(batch("single", flagA), flagA, 0),
		expecting(expecting(batch("several", flagA, flagB), flagA, 1), flagB, 0),
		expecting(batch("filter", flagC), ledger.ProjectFilter(project), 3),
		expecting(batch("foreign", flagC), flagA, 2),
		expecting(batch("all", flagC), ledger.AllSubjects, 5),
	}
	for _, b := range batches {
		mustAppend(t, log, b)
	}
	for _, b := range batches {
		_, err := log.Append(within(t), b)
		if !errors.Is(err, ledger.ErrDuplicate) && !errors.Is(err, ledger.ErrConflict) {
			t.Fatalf("retry of %s: %v; want ErrDuplicate or ErrConflict", b.ID, err)
		}
	}
	wantEnd(t, log, 6)
}

// A command that lost a race decides again and comes back under its ID.
func retryAfterConflict(t *testing.T, log ledger.Log) {
	mustAppend(t, log, batch("first", flagA))
	for _, b := range []ledger.Batch{batch("single", flagA), batch("several", flagA, flagB)} {
		if _, err := log.Append(within(t), expecting(b, flagA, 0)); !errors.Is(err, ledger.ErrConflict) {
			t.Fatalf("%s: %v; want ErrConflict", b.ID, err)
		}
	}
	mustAppend(t, log, expecting(batch("single", flagA), flagA, 1))
	if last := mustAppend(t, log, expecting(batch("several", flagA, flagB), flagA, 2)); last != 4 {
		t.Fatalf("last = %d; want 4", last)
	}
}

// The ID alone counts: deciding again may have led to other entries.
func retryOtherEntries(t *testing.T, log ledger.Log) {
	mustAppend(t, log, batch("x", flagA))
	mustAppend(t, log, batch("y", flagA, flagB))
	for _, b := range []ledger.Batch{batch("x", flagB, flagC), batch("y", flagC), batch("y", flagC, flagB, flagA)} {
		if _, err := log.Append(within(t), b); !errors.Is(err, ledger.ErrDuplicate) {
			t.Fatalf("%s with other entries: %v; want ErrDuplicate", b.ID, err)
		}
	}
	wantEnd(t, log, 3)
}
