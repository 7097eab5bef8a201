package logtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

func concurrentTests() map[string]func(*testing.T, ledger.Log) {
	return map[string]func(*testing.T, ledger.Log){
		"Concurrent/OneSubject": concurrentOneSubject,
		"Concurrent/Guard":      concurrentGuard,
		"Concurrent/Batches":    concurrentBatches,
	}
}

// increment appends under an expectation, as often as it takes: it looks what
// filter stands at, expects that, and writes the number that it expected.
func increment(t *testing.T, log ledger.Log, v *view, id, filter string, subjects ...string) {
	ctx := within(t)
	for ctx.Err() == nil {
		seen := v.newest(filter)
		b := expecting(batch(id, subjects...), filter, seen)
		for i := range b.Entries {
			b.Entries[i].Data = fmt.Appendf(nil, "%s %s %d", id, filter, seen)
		}
		_, err := log.Append(ctx, b)
		if err == nil {
			return
		}
		if !errors.Is(err, ledger.ErrConflict) {
			t.Errorf("%s: %v; only conflicts are to be met here", id, err)
			return
		}
		end, err := log.End(ctx)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			return
		}
		v.wait(ctx, end)
		time.Sleep(rand.N(50 * time.Millisecond)) // as ledger.Ledger does, so that all get their turn
	}
	t.Errorf("%s: did not get through", id)
}

// wantChain checks that each entry follows directly on what its writer
// expected, and that no writer's entry is missing or there twice.
func wantChain(t *testing.T, log ledger.Log, total int) {
	t.Helper()
	entries := readAll(t, log, 1, ledger.AllSubjects)
	if len(entries) != total {
		t.Fatalf("%d entries; want %d", len(entries), total)
	}
	seen := map[string]bool{}
	for i, s := range entries {
		var id, filter string
		var expected uint64
		if _, err := fmt.Sscan(string(s.Data), &id, &filter, &expected); err != nil {
			t.Fatalf("entry %d holds %q: %v", s.Seq, s.Data, err)
		}
		if s.Seq != uint64(i)+1 || seen[id+s.Subject] {
			t.Fatalf("entry %d has sequence %d, writer %s", i+1, s.Seq, id)
		}
		seen[id+s.Subject] = true
		for _, between := range entries[expected:i] {
			same := strings.HasPrefix(string(between.Data), id+" ") // an earlier entry of the same batch
			if !same && strings.HasPrefix(between.Subject, strings.TrimSuffix(filter, ">")) {
				t.Fatalf("entry %d of %s expected %s at %d, but %d of %s came between",
					s.Seq, id, filter, expected, between.Seq, between.Subject)
			}
		}
	}
}

func concurrentOneSubject(t *testing.T, log ledger.Log) {
	writers, each := 50, 10
	if testing.Short() {
		writers = 10
	}
	v := watch(t, log)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				increment(t, log, v, fmt.Sprintf("w%d-%d", w, i), flagA, flagA)
			}
		})
	}
	wg.Wait()
	wantChain(t, log, writers*each)
}

// One writer guards a whole project while others write single flags of it: it
// must never get between, and they must not starve it.
func concurrentGuard(t *testing.T, log ledger.Log) {
	const flags, each = 6, 40
	v := watch(t, log)
	var wg sync.WaitGroup
	for f := range flags {
		wg.Go(func() {
			subject := fmt.Sprintf("%s%d", flagA, f)
			for i := range each {
				increment(t, log, v, fmt.Sprintf("f%d-%d", f, i), subject, subject)
			}
		})
	}
	for g := range 2 {
		wg.Go(func() {
			for i := range each / 4 {
				increment(t, log, v, fmt.Sprintf("g%d-%d", g, i), ledger.ProjectFilter(project), "ledger.shop.project.shop")
			}
		})
	}
	wg.Wait()
	wantChain(t, log, flags*each+2*(each/4))
}

// Batches of several writers never mix.
func concurrentBatches(t *testing.T, log ledger.Log) {
	const writers, each = 4, 5
	v := watch(t, log)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				increment(t, log, v, fmt.Sprintf("b%d-%d", w, i), flagA, flagA, flagB, flagC)
			}
		})
	}
	wg.Wait()
	wantChain(t, log, writers*each*3)
	entries := readAll(t, log, 1, ledger.AllSubjects)
	for i := 0; i < len(entries); i += 3 {
		a, b, c := entries[i], entries[i+1], entries[i+2]
		if a.Subject != flagA || b.Subject != flagB || c.Subject != flagC || string(a.Data) != string(c.Data) {
			t.Fatalf("batch at %d is torn: %v", a.Seq, texts(entries[i:i+3]))
		}
	}
}
