package logtest

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/ledger"
)

func appendTests() map[string]func(*testing.T, ledger.Log) {
	return map[string]func(*testing.T, ledger.Log){
		"Append/Order":        appendOrder,
		"Append/Ownership":    appendOwnership,
		"Append/Refused":      appendRefused,
		"Append/LargestBatch": appendLargestBatch,
		"Append/LargeEntry":   appendLargeEntry,
		"Append/EmptyData":    appendEmptyData,
	}
}

func appendOrder(t *testing.T, log ledger.Log) {
	before := time.Now().Add(-time.Minute)
	wantEnd(t, log, 0)
	if got := readAll(t, log, 1, ledger.AllSubjects); len(got) != 0 {
		t.Fatalf("an empty log gave %v", texts(got))
	}
	for i, b := range []struct {
		batch ledger.Batch
		last  uint64
	}{
		{batch("one", flagA), 1},
		{batch("two", flagB), 2},
		{batch("three", flagA, flagB, other, flagA), 6},
		{batch("four", flagC), 7},
	} {
		if last := mustAppend(t, log, b.batch); last != b.last {
			t.Fatalf("append %d returned %d; want %d", i, last, b.last)
		}
		wantEnd(t, log, b.last)
	}
	got := readAll(t, log, 1, ledger.AllSubjects)
	want := []string{
		"1 " + flagA + " one/0", "2 " + flagB + " two/0", "3 " + flagA + " three/0", "4 " + flagB + " three/1",
		"5 " + other + " three/2", "6 " + flagA + " three/3", "7 " + flagC + " four/0",
	}
	if diff := cmp.Diff(want, texts(got)); diff != "" {
		t.Fatalf("read back (-want +got):\n%s", diff)
	}
	for _, s := range got {
		if s.At.Before(before) || s.At.After(time.Now().Add(time.Minute)) {
			t.Errorf("entry %d is stamped %s, before is %s", s.Seq, s.At, before)
		}
		before = s.At
	}
}

func appendOwnership(t *testing.T, log ledger.Log) {
	data := []byte("original")
	b := ledger.Batch{ID: "x", Entries: []ledger.Entry{{Subject: flagA, Data: data}, {Subject: flagB, Data: data}}}
	mustAppend(t, log, b)
	copy(data, "CHANGED!")
	for round := range 2 { // the second sees whether the first got the log's own bytes
		for _, s := range readAll(t, log, 1, ledger.AllSubjects) {
			if string(s.Data) != "original" {
				t.Fatalf("round %d: entry %d is %q; want original", round, s.Seq, s.Data)
			}
			copy(s.Data, "SCRATCH!")
		}
	}
}

func appendRefused(t *testing.T, log ledger.Log) {
	tooMany := batch("too many")
	for i := range ledger.MaxBatch + 1 {
		tooMany.Entries = append(tooMany.Entries, ledger.Entry{Subject: flagA, Data: strconv.AppendInt(nil, int64(i), 10)})
	}
	big := func(n int) ledger.Batch {
		b := batch("big", flagA, flagB, flagC)
		b.Entries[n].Data = make([]byte, 256<<10)
		return b
	}
	cases := map[string]ledger.Batch{
		"no entries": {ID: "empty"}, "no ID": batch("", flagA), "too many entries": tooMany,
		"entry too large": {ID: "big", Entries: big(0).Entries[:1]}, "first too large": big(0), "last too large": big(2),
		"expectation without filter": expecting(batch("e", flagA), "", 0),
		"expectation with a star":    expecting(batch("e", flagA), "ledger.*.flag.a", 0),
		"foreign expectation":        expecting(batch("e", flagA), "orders.>", 0),
	}
	for _, subject := range []string{
		"", "a", "orders.shop.flag.a", "ledger", "ledger.>", "ledger.shop.flag.*", "ledger.shop.flag.a b",
		"ledger.shop.flag.a.b", "$JS.API.STREAM.PURGE.LEDGER", "ledger.shop..a", "ledger.shop.flag.a\r\nPUB x",
	} {
		cases["subject "+strconv.Quote(subject)] = batch("s", subject)
		cases["second subject "+strconv.Quote(subject)] = batch("s", flagA, subject)
	}
	for name, b := range cases {
		_, err := log.Append(within(t), b)
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
		for _, outcome := range []error{
			ledger.ErrConflict, ledger.ErrDuplicate, ledger.ErrFull, ledger.ErrHole, ledger.ErrUnavailable,
		} {
			if errors.Is(err, outcome) {
				t.Errorf("%s: %v; that invites a retry", name, err)
			}
		}
	}
	wantEnd(t, log, 0)
	mustAppend(t, log, batch("s", flagA)) // an ID of a refused batch is not used up
}

func appendLargestBatch(t *testing.T, log ledger.Log) {
	b := batch("large")
	for i := range ledger.MaxBatch {
		b.Entries = append(b.Entries, ledger.Entry{
			Subject: flagA + strconv.Itoa(i%7), Data: []byte(strings.Repeat(strconv.Itoa(i), 20)),
		})
	}
	if last := mustAppend(t, log, b); last != ledger.MaxBatch {
		t.Fatalf("last = %d; want %d", last, ledger.MaxBatch)
	}
	got := readAll(t, log, 1, ledger.AllSubjects)
	for i, e := range b.Entries {
		if got[i].Subject != e.Subject || !bytes.Equal(got[i].Data, e.Data) {
			t.Fatalf("entry %d = %s %s; want %s %s", i, got[i].Subject, got[i].Data, e.Subject, e.Data)
		}
	}
}

func appendLargeEntry(t *testing.T, log ledger.Log) {
	data := bytes.Repeat([]byte{0, 0xff, '\r', '\n'}, 250<<8) // 250 KiB, not text
	mustAppend(t, log, ledger.Batch{ID: "l", Entries: []ledger.Entry{{Subject: flagA, Data: data}}})
	mustAppend(t, log, ledger.Batch{ID: "m", Entries: []ledger.Entry{{Subject: flagA, Data: data}, {Subject: flagB, Data: data}}})
	for _, s := range readAll(t, log, 1, ledger.AllSubjects) {
		if !bytes.Equal(s.Data, data) {
			t.Fatalf("entry %d came back different (%d bytes)", s.Seq, len(s.Data))
		}
	}
}

func appendEmptyData(t *testing.T, log ledger.Log) {
	mustAppend(t, log, ledger.Batch{ID: "e", Entries: []ledger.Entry{{Subject: flagA}}})
	if got := readAll(t, log, 1, flagA); len(got) != 1 || len(got[0].Data) != 0 {
		t.Fatalf("got %v; want one entry without data", texts(got))
	}
}
