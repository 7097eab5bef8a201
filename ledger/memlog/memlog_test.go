package memlog_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/logtest"
	"github.com/flagledger/flagledger/ledger/memlog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, cfg memlog.Config) *memlog.Log {
	t.Helper()
	log, err := memlog.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestConformance(t *testing.T) {
	logtest.Run(t, func(t *testing.T) ledger.Log { return open(t, memlog.Config{}) })
	logtest.RunFull(t, func(t *testing.T, maxBytes int64) ledger.Log {
		return open(t, memlog.Config{MaxBytes: maxBytes})
	})
}

// In the bubble time moves only when all goroutines wait: a follower that
// polled would see it move.
func TestFollowerIsWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := open(t, memlog.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		start, got := time.Now(), make(chan ledger.Stored)
		go func() {
			defer close(got)
			_ = log.Follow(ctx, 1, func() {}, func(s ledger.Stored) error { got <- s; return nil })
		}()
		synctest.Wait()
		if _, err := log.Append(ctx, ledger.Batch{ID: "1", Entries: []ledger.Entry{{Subject: "ledger.p.flag.a"}}}); err != nil {
			t.Fatal(err)
		}
		if s := <-got; s.Seq != 1 || !s.At.Equal(start) || !time.Now().Equal(start) {
			t.Fatalf("got %+v after %s; want entry 1 at once", s, time.Since(start))
		}
		cancel()
		<-got
	})
}

func TestConfig(t *testing.T) {
	if _, err := memlog.New(memlog.Config{MaxBytes: -1}); err == nil {
		t.Fatal("a negative MaxBytes was accepted")
	}
}
