package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

func owned(by string) ledger.ChangeFlagDetails {
	return ledger.ChangeFlagDetails{FlagRef: at("pdf").FlagRef, Details: ledger.FlagDetails{Owner: by}}
}

// seen carries cmd out for somebody who has seen event seq of its subject.
func seen(t *testing.T, l *ledger.Ledger, cmd ledger.Command, seq uint64) (ledger.Receipt, error) {
	t.Helper()
	return l.Do(t.Context(), cmd, ledger.Meta{Actor: ann, IfSeq: seq})
}

func TestChangedMeanwhile(t *testing.T) {
	eu := ledger.SaveSegment{Project: "shop", Key: "eu", Segment: evaluator.Segment{Included: []evaluator.SegmentList{{Values: []string{"a"}}}}}
	log := newMemlog(t)
	l := open(t, log)
	first := do(t, l, owned("ann")).Last
	newest := do(t, l, ledger.TurnOn{PlaceRef: at("pdf")}).Last
	segment := do(t, l, eu).Last
	unknown := ledger.TurnOn{PlaceRef: at("nope")}
	worse := ledger.ReplaceConfig{PlaceRef: at("pdf"), Config: evaluator.Config{Default: evaluator.Serve{Variant: "gone"}}}
	fresh := eu
	fresh.Key = "us"
	for _, tc := range []struct {
		name  string
		cmd   ledger.Command
		seen  uint64
		want  error
		is    uint64 // with ErrChanged
		words string
	}{
		{"an older state", owned("bob"), first, ledger.ErrChanged, newest, fmt.Sprintf("is %d, not %d", newest, first)},
		{"nothing would change", ledger.TurnOn{PlaceRef: at("pdf")}, first, ledger.ErrChanged, newest, `flag "pdf" has changed`},
		{"a state to come", owned("bob"), 1 << 60, ledger.ErrChanged, newest, ""},
		{"an event of something else", owned("bob"), segment, ledger.ErrChanged, newest, ""},
		{"not valid either", worse, first, ledger.ErrChanged, newest, ""},
		{"not valid", worse, newest, ledger.ErrInvalid, 0, ""},
		{"no such flag", unknown, first, ledger.ErrNotFound, 0, ""},
		{"a new segment", fresh, segment, ledger.ErrChanged, 0, `segment "us" does not exist`},
		{"an older segment", eu, first, ledger.ErrChanged, segment, `segment "eu" has changed`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := end(t, log)
			_, err := seen(t, l, tc.cmd, tc.seen)
			command := &ledger.CommandError{}
			if !errors.As(err, &command) || !errors.Is(err, tc.want) || command.Seq != tc.is || !strings.Contains(err.Error(), tc.words) {
				t.Errorf("err = %v, newest %d; want %v, %d, %q", err, command.Seq, tc.want, tc.is, tc.words)
			}
			if n := end(t, log); n != before {
				t.Errorf("%d events were written", n-before)
			}
		})
	}
	if r, err := seen(t, l, owned("bob"), newest); err != nil || r.Last == 0 {
		t.Errorf("who saw the newest state gets %v, %v", r, err)
	}
}

// TestOneOfManyWhoSawTheSame is the lost update: many read the flag, then all
// write what they made of it.
func TestOneOfManyWhoSawTheSame(t *testing.T) {
	log := newMemlog(t)
	l := open(t, log)
	for range 20 {
		at := do(t, l, owned("nobody")).Last
		before := end(t, log)
		const writers = 6
		errs := make([]error, writers)
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() { _, errs[i] = seen(t, l, owned(fmt.Sprint(i)), at) })
		}
		wg.Wait()
		if n := end(t, log) - before; n != 1 {
			t.Fatalf("%d of %d were carried out, want 1: %v", n, writers, errs)
		}
		won := slices.Index(errs, nil)
		for i, err := range errs {
			if i != won && !errors.Is(err, ledger.ErrChanged) {
				t.Errorf("writer %d: %v", i, err)
			}
		}
		if got := replay(t, log).Projects["shop"].Flags["pdf"].Details.Owner; got != fmt.Sprint(won) {
			t.Errorf("the owner is %q, but writer %d was told that it won", got, won)
		}
		do(t, l, owned("again"))
	}
}

// TestRetryOfWhatChangedTheState repeats a command after the answer was lost:
// by then the state is another one, its own.
func TestRetryOfWhatChangedTheState(t *testing.T) {
	l := open(t, newMemlog(t))
	at := do(t, l, owned("ann")).Last
	meta := ledger.Meta{CommandID: "c-9", Actor: ann, IfSeq: at}
	first, err := l.Do(t.Context(), owned("bob"), meta)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := l.Do(t.Context(), owned("bob"), meta); err != nil || again != first {
		t.Errorf("the retry answered %v, %v; the first answer was %v", again, err, first)
	}
}
