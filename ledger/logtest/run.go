package logtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Open gives an empty log of the test's own. Whatever must be closed is closed
// by t.Cleanup.
type Open func(t *testing.T) ledger.Log

// Run puts the logs that open gives through the whole suite, RunFull apart.
// The tests run in parallel.
func Run(t *testing.T, open Open) {
	t.Helper()
	for _, group := range []map[string]func(*testing.T, ledger.Log){
		appendTests(), conflictTests(), retryTests(), concurrentTests(), readTests(), followTests(),
	} {
		for name, test := range group {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, open(t))
			})
		}
	}
}

// Names of subjects that the tests use.
const (
	project = "shop"
	flagA   = "ledger.shop.flag.a"
	flagB   = "ledger.shop.flag.b"
	flagC   = "ledger.shop.flag.c"
	other   = "ledger.zoo.flag.a" // of another project
)

// patience bounds every wait; a correct log never comes near it.
const patience = 60 * time.Second

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// batch makes one with an entry for each subject, whose data is id/n.
func batch(id string, subjects ...string) ledger.Batch {
	b := ledger.Batch{ID: id}
	for i, s := range subjects {
		b.Entries = append(b.Entries, ledger.Entry{Subject: s, Data: fmt.Appendf(nil, "%s/%d", id, i)})
	}
	return b
}

func expecting(b ledger.Batch, filter string, seq uint64) ledger.Batch {
	b.Expect = append(b.Expect, ledger.Expect{Filter: filter, Seq: seq})
	return b
}

func mustAppend(t *testing.T, log ledger.Log, b ledger.Batch) uint64 {
	t.Helper()
	last, err := log.Append(within(t), b)
	if err != nil {
		t.Fatalf("append %s: %v", b.ID, err)
	}
	return last
}

func wantEnd(t *testing.T, log ledger.Log, want uint64) {
	t.Helper()
	got, err := log.End(within(t))
	if err != nil || got != want {
		t.Fatalf("End = %d, %v; want %d", got, err, want)
	}
}

func readAll(t *testing.T, log ledger.Log, from uint64, filter string) []ledger.Stored {
	t.Helper()
	var got []ledger.Stored
	err := log.Read(within(t), from, filter, func(s ledger.Stored) error {
		got = append(got, s)
		return nil
	})
	if err != nil {
		t.Fatalf("read %s from %d: %v", filter, from, err)
	}
	return got
}

// texts gives the entries as "seq subject data", which reads well in a diff.
func texts(entries []ledger.Stored) []string {
	var out []string
	for _, s := range entries {
		out = append(out, fmt.Sprintf("%d %s %s", s.Seq, s.Subject, s.Data))
	}
	return out
}
