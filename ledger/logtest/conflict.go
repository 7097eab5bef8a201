package logtest

import (
	"errors"
	"testing"

	"github.com/flagledger/flagledger/ledger"
)

func conflictTests() map[string]func(*testing.T, ledger.Log) {
	return map[string]func(*testing.T, ledger.Log){
		"Conflict/Subject":   conflictSubject,
		"Conflict/Filter":    conflictFilter,
		"Conflict/Foreign":   conflictForeign,
		"Conflict/Several":   conflictSeveral,
		"Conflict/Atomic":    conflictAtomic,
		"Conflict/SameTwice": conflictSameTwice,
	}
}

// step is one append and what must come of it.
type step struct {
	name   string
	batch  ledger.Batch
	stored bool
}

// play appends the steps one after the other, giving each an ID of its own,
// and checks after each that all or nothing was stored.
func play(t *testing.T, log ledger.Log, steps []step) {
	t.Helper()
	end, err := log.End(within(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		s.batch.ID = s.name
		last, err := log.Append(within(t), s.batch)
		if s.stored {
			end += uint64(len(s.batch.Entries))
			if err != nil || last != end {
				t.Fatalf("%s: %d, %v; want it stored up to %d", s.name, last, err, end)
			}
		} else {
			wantConflict(t, s, err)
		}
		wantEnd(t, log, end)
	}
}

func wantConflict(t *testing.T, s step, err error) {
	t.Helper()
	var conflict *ledger.ConflictError
	if !errors.Is(err, ledger.ErrConflict) || !errors.As(err, &conflict) {
		t.Fatalf("%s: %v; want a conflict", s.name, err)
	}
	known := conflict.Filter == ""
	for _, e := range s.batch.Expect {
		known = known || e.Filter == conflict.Filter
	}
	if !known {
		t.Fatalf("%s: the conflict is on %q, which nobody expected anything of", s.name, conflict.Filter)
	}
}

func conflictSubject(t *testing.T, log ledger.Log) {
	one := func(subject string, seq uint64) ledger.Batch { return expecting(batch("", subject), subject, seq) }
	play(t, log, []step{
		{"too high on an empty log", one(flagA, 1), false},
		{"zero for a new subject", one(flagA, 0), true}, // 1
		{"zero for an old subject", one(flagA, 0), false},
		{"right", one(flagA, 1), true}, // 2
		{"stale", one(flagA, 1), false},
		{"too high", one(flagA, 3), false},
		{"another new subject", one(flagB, 0), true}, // 3
		{"not moved by the other", one(flagA, 2), true},
		{"the log's end is not the subject's", one(flagB, 4), false},
	})
}

func conflictFilter(t *testing.T, log ledger.Log) {
	whole := func(subject, filter string, seq uint64) ledger.Batch {
		return expecting(batch("", subject), filter, seq)
	}
	shop := ledger.ProjectFilter(project)
	play(t, log, []step{
		{"project too high", whole(flagA, shop, 1), false},
		{"project is new", whole(flagA, shop, 0), true}, // 1
		{"project is not new", whole(flagB, shop, 0), false},
		{"project right", whole(flagB, shop, 1), true}, // 2
		{"other project is new", whole(other, ledger.ProjectFilter("zoo"), 0), true},
		{"not moved by the other project", whole(flagC, shop, 2), true}, // 4
		{"project stale", whole(flagC, shop, 2), false},
		{"all right", whole(flagA, ledger.AllSubjects, 4), true}, // 5
		{"all stale", whole(flagA, ledger.AllSubjects, 4), false},
		{"all too high", whole(flagA, ledger.AllSubjects, 6), false},
		{"kind", whole(flagA, "ledger.shop.flag.>", 5), true}, // 6
		{"kind that is new", whole("ledger.shop.plan.p", "ledger.shop.plan.>", 0), true},
		{"kind stale", whole(flagA, "ledger.shop.flag.>", 5), false},
	})
}

// An expectation may concern what the batch does not write.
func conflictForeign(t *testing.T, log ledger.Log) {
	play(t, log, []step{
		{"a", batch("", flagA), true},
		{"b", batch("", flagB), true},
		{"a stands", expecting(batch("", flagB), flagA, 1), true}, // 3
		{"a does not", expecting(batch("", flagB), flagA, 2), false},
		{"c is missing", expecting(batch("", flagA, flagB), flagC, 0), true}, // 5
		{"c is not there", expecting(batch("", flagA, flagB), flagC, 1), false},
		{"other project stands", expecting(batch("", flagA), ledger.ProjectFilter("zoo"), 0), true},
		{"other project does not", expecting(batch("", flagA), ledger.ProjectFilter("zoo"), 3), false},
	})
}

// There may be more expectations than entries, and they may overlap.
func conflictSeveral(t *testing.T, log ledger.Log) {
	all := func(b ledger.Batch, a, bb, shop uint64) ledger.Batch {
		return expecting(expecting(expecting(b, flagA, a), flagB, bb), ledger.ProjectFilter(project), shop)
	}
	play(t, log, []step{
		{"all new", all(batch("", flagA), 0, 0, 0), true},
		{"first stale", all(batch("", flagA), 0, 0, 1), false},
		{"second too high", all(batch("", flagA), 1, 1, 1), false},
		{"third stale", all(batch("", flagA), 1, 0, 0), false},
		{"all right", all(batch("", flagA, flagB), 1, 0, 1), true},       // 2 and 3
		{"all right again", all(batch("", flagC, flagB), 2, 3, 3), true}, // 4 and 5
		{"the same twice", expecting(expecting(batch("", flagA), flagA, 2), flagA, 2), true},
		{"the same twice, differing", expecting(expecting(batch("", flagA), flagA, 6), flagA, 2), false},
	})
}

func conflictAtomic(t *testing.T, log ledger.Log) {
	three := func(a, b, c uint64) ledger.Batch {
		return expecting(expecting(expecting(batch("", flagA, flagB, flagC), flagA, a), flagB, b), flagC, c)
	}
	play(t, log, []step{
		{"all new", three(0, 0, 0), true},
		{"first stale", three(0, 2, 3), false},
		{"middle stale", three(1, 0, 3), false},
		{"last stale", three(1, 2, 0), false},
		{"last too high", three(1, 2, 9), false},
		{"right", three(1, 2, 3), true},
	})
	if got := readAll(t, log, 1, flagA); len(got) != 2 {
		t.Fatalf("%s has %v; want two entries", flagA, texts(got))
	}
}

func conflictSameTwice(t *testing.T, log ledger.Log) {
	play(t, log, []step{
		{"new", expecting(batch("", flagA, flagA, flagB, flagA), flagA, 0), true},
		{"stale", expecting(batch("", flagB, flagA, flagA), flagA, 1), false},
		{"right", expecting(batch("", flagB, flagA, flagA), flagA, 4), true},
	})
}
