package logtest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/ledger"
)

func readTests() map[string]func(*testing.T, ledger.Log) {
	return map[string]func(*testing.T, ledger.Log){
		"Read/Filter":    readFilter,
		"Read/BadFilter": readBadFilter,
		"Read/Bounded":   readBounded,
		"Read/Error":     readError,
		"Read/Cancel":    readCancel,
		"Read/Many":      readMany,
	}
}

// errStop is an error that only the tests know.
var errStop = errors.New("stop")

func readFilter(t *testing.T, log ledger.Log) {
	mustAppend(t, log, batch("x", flagA, flagB, other, flagA, flagC, other, flagA))
	twin := "ledger.shop.flag.aa" // has flagA as its beginning
	mustAppend(t, log, batch("y", twin))
	for name, c := range map[string]struct {
		from   uint64
		filter string
		want   []uint64
	}{
		"one subject":          {1, flagA, []uint64{1, 4, 7}},
		"from zero":            {0, flagA, []uint64{1, 4, 7}},
		"resumed at an entry":  {4, flagA, []uint64{4, 7}},
		"resumed in between":   {5, flagA, []uint64{7}},
		"resumed past the end": {8, flagA, nil},
		"far past the end":     {1000, ledger.AllSubjects, nil},
		"project":              {2, ledger.ProjectFilter(project), []uint64{2, 4, 5, 7, 8}},
		"other project":        {1, ledger.ProjectFilter("zoo"), []uint64{3, 6}},
		"no such subject":      {1, "ledger.shop.flag.none", nil},
		"no such project":      {1, ledger.ProjectFilter("none"), nil},
		"all":                  {6, ledger.AllSubjects, []uint64{6, 7, 8}},
	} {
		var got []uint64
		for _, s := range readAll(t, log, c.from, c.filter) {
			got = append(got, s.Seq)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func readBadFilter(t *testing.T, log ledger.Log) {
	mustAppend(t, log, batch("x", flagA))
	for _, filter := range []string{"", ">", "orders.>", "ledger", "ledger.*.flag.a", "ledger.>.a", "ledger. .>"} {
		err := log.Read(within(t), 1, filter, func(ledger.Stored) error { return nil })
		if err == nil {
			t.Errorf("filter %q was accepted", filter)
		}
	}
}

// What is appended while Read runs is not part of it, so Read ends.
func readBounded(t *testing.T, log ledger.Log) {
	mustAppend(t, log, batch("x", flagA, flagA, flagA))
	n := 0
	err := log.Read(within(t), 1, flagA, func(s ledger.Stored) error {
		n++
		mustAppend(t, log, batch(fmt.Sprint("during ", n), flagA))
		return nil
	})
	if err != nil || n != 3 {
		t.Fatalf("read %d entries, %v; want the three that were there", n, err)
	}
	wantEnd(t, log, 6)
}

func readError(t *testing.T, log ledger.Log) {
	mustAppend(t, log, batch("x", flagA, flagA, flagA))
	n := 0
	err := log.Read(within(t), 1, flagA, func(s ledger.Stored) error {
		n++
		if s.Seq == 2 {
			return errStop
		}
		return nil
	})
	if !errors.Is(err, errStop) || n != 2 {
		t.Fatalf("read ended with %v after %d; want errStop after 2", err, n)
	}
}

func readCancel(t *testing.T, log ledger.Log) {
	mustAppend(t, log, batch("x", flagA, flagA, flagA))
	ctx, cancel := context.WithCancel(within(t))
	defer cancel()
	n := 0
	err := log.Read(ctx, 1, flagA, func(ledger.Stored) error { n++; cancel(); return nil })
	if !errors.Is(err, context.Canceled) || n != 1 {
		t.Fatalf("read ended with %v after %d; want context.Canceled after 1", err, n)
	}
	if _, err := log.Append(ctx, batch("y", flagA)); err == nil {
		t.Fatal("append with an ended context returned nil")
	}
}

// More than any buffer or page holds.
func readMany(t *testing.T, log ledger.Log) {
	const batches = 8
	for i := range batches {
		b := batch(fmt.Sprint("b", i))
		for j := range ledger.MaxBatch {
			b.Entries = append(b.Entries, ledger.Entry{Subject: flagA, Data: fmt.Append(nil, i*ledger.MaxBatch+j+1)})
		}
		mustAppend(t, log, b)
	}
	var next uint64 = 1
	err := log.Read(within(t), 1, ledger.AllSubjects, func(s ledger.Stored) error {
		if s.Seq != next || string(s.Data) != fmt.Sprint(next) {
			return fmt.Errorf("got %d %s; want %d", s.Seq, s.Data, next)
		}
		next++
		return nil
	})
	if err != nil || next != batches*ledger.MaxBatch+1 {
		t.Fatalf("read up to %d, %v", next-1, err)
	}
}
