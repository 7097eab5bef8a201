package logtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/ledger"
)

func followTests() map[string]func(*testing.T, ledger.Log) {
	return map[string]func(*testing.T, ledger.Log){
		"Follow/Live":   followLive,
		"Follow/Empty":  followEmpty,
		"Follow/Resume": followResume,
		"Follow/Beyond": followBeyond,
		"Follow/Error":  followError,
		"Follow/Append": followAppend,
		"Follow/Many":   followMany,
	}
}

// follower runs Follow and hands out what happens to it, one line each.
type follower struct {
	events chan string
	cancel context.CancelFunc
	done   chan error
}

func follow(t *testing.T, log ledger.Log, from uint64) *follower {
	t.Helper()
	ctx, cancel := context.WithCancel(within(t))
	f := &follower{events: make(chan string, 1000), cancel: cancel, done: make(chan error, 1)}
	go func() {
		f.done <- log.Follow(ctx, from,
			func() { f.events <- "caught up" },
			func(s ledger.Stored) error { f.events <- fmt.Sprint(s.Seq); return nil })
	}()
	return f
}

func (f *follower) want(t *testing.T, lines ...string) {
	t.Helper()
	ctx := within(t)
	for i, want := range lines {
		select {
		case got := <-f.events:
			if got != want {
				t.Fatalf("event %d is %q; want %q", i, got, want)
			}
		case err := <-f.done:
			t.Fatalf("ended with %v; want %q", err, want)
		case <-ctx.Done():
			t.Fatalf("waited in vain for %q", want)
		}
	}
}

// stop ends the follower and checks that nothing else had happened.
func (f *follower) stop(t *testing.T) {
	t.Helper()
	f.cancel()
	if err := <-f.done; !errors.Is(err, context.Canceled) {
		t.Fatalf("follow ended with %v; want context.Canceled", err)
	}
	select {
	case got := <-f.events:
		t.Fatalf("%q was not expected", got)
	default:
	}
}

func followLive(t *testing.T, log ledger.Log) {
	mustAppend(t, log, batch("x", flagA, other))
	f := follow(t, log, 1)
	f.want(t, "1", "2", "caught up")
	mustAppend(t, log, batch("y", flagB))
	f.want(t, "3")
	mustAppend(t, log, batch("z", flagA, flagB, other))
	f.want(t, "4", "5", "6")
	f.stop(t)
}

func followEmpty(t *testing.T, log ledger.Log) {
	f := follow(t, log, 0)
	f.want(t, "caught up")
	mustAppend(t, log, batch("x", flagA))
	f.want(t, "1")
	f.stop(t)
}

func followResume(t *testing.T, log ledger.Log) {
	mustAppend(t, log, batch("x", flagA, flagA, flagA))
	middle, end := follow(t, log, 2), follow(t, log, 4)
	middle.want(t, "2", "3", "caught up")
	end.want(t, "caught up")
	mustAppend(t, log, batch("y", flagA))
	middle.want(t, "4")
	end.want(t, "4")
	middle.stop(t)
	end.stop(t)
}

// A caller that has seen more than the log holds knows of entries that are
// gone.
func followBeyond(t *testing.T, log ledger.Log) {
	fn := func(ledger.Stored) error { return nil }
	if err := log.Follow(within(t), 2, func() {}, fn); !errors.Is(err, ledger.ErrHole) {
		t.Fatalf("follow an empty log from 2: %v; want ErrHole", err)
	}
	mustAppend(t, log, batch("x", flagA))
	if err := log.Follow(within(t), 3, func() {}, fn); !errors.Is(err, ledger.ErrHole) {
		t.Fatalf("follow a log of one from 3: %v; want ErrHole", err)
	}
}

func followError(t *testing.T, log ledger.Log) {
	mustAppend(t, log, batch("x", flagA, flagA))
	var got []uint64
	err := log.Follow(within(t), 1, func() { t.Error("caught up before the second entry") }, func(s ledger.Stored) error {
		got = append(got, s.Seq)
		if s.Seq == 2 {
			return errStop
		}
		return nil
	})
	if !errors.Is(err, errStop) || len(got) != 2 {
		t.Fatalf("follow ended with %v after %v; want errStop after 1 and 2", err, got)
	}
}

// A follower may write to the log that it follows.
func followAppend(t *testing.T, log ledger.Log) {
	mustAppend(t, log, batch("0", flagA))
	err := log.Follow(within(t), 1, func() {}, func(s ledger.Stored) error {
		if s.Seq == 5 {
			return errStop
		}
		mustAppend(t, log, batch(fmt.Sprint(s.Seq), flagA))
		return nil
	})
	if !errors.Is(err, errStop) {
		t.Fatalf("follow ended with %v; want errStop", err)
	}
	wantEnd(t, log, 5)
}

// Followers that start at different moments see the same history.
func followMany(t *testing.T, log ledger.Log) {
	const followers, appends = 4, 60
	histories := make([][]string, followers)
	var readers, writers sync.WaitGroup
	for i := range followers {
		writers.Go(func() {
			for j := range appends / followers {
				mustAppend(t, log, batch(fmt.Sprintf("%d-%d", i, j), flagA))
			}
		})
		readers.Go(func() {
			_ = log.Follow(within(t), 1, func() {}, func(s ledger.Stored) error {
				histories[i] = append(histories[i], texts([]ledger.Stored{s})...)
				if s.Seq == appends {
					return errStop
				}
				return nil
			})
		})
	}
	writers.Wait()
	readers.Wait()
	want := texts(readAll(t, log, 1, ledger.AllSubjects))
	for i, got := range histories {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("follower %d (-log +follower):\n%s", i, diff)
		}
	}
}
