package duckstore_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/duckstore"
)

// TestCancelledWrite cuts writes off at every stage: each is there as a whole
// or not at all, and the next one works, although the writer's connection may
// have gone with it.
func TestCancelledWrite(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "analytics.duckdb"))
	begin := time.Now()
	if _, err := s.Write(t.Context(), []analytics.Batch{delivery(500)}, analytics.Position{Epoch: 1}); err != nil {
		t.Fatal(err)
	}
	whole := time.Since(begin)
	const writes = 40
	var stored, cut int
	for i := range writes {
		ctx, cancel := context.WithCancel(t.Context())
		timer := time.AfterFunc(whole*time.Duration(i)/(writes/4), cancel) // the last ones have time enough
		_, err := s.Write(ctx, []analytics.Batch{delivery(i)}, analytics.Position{Epoch: 1, Seq: uint64(i)})
		timer.Stop()
		cancel()
		if err == nil {
			stored++
		} else {
			cut++
		}
		position, err := s.Position(t.Context())
		if err != nil {
			t.Fatalf("after write %d: %v", i, err)
		}
		if _, err := s.Write(t.Context(), []analytics.Batch{delivery(1000 + i)}, position); err != nil {
			t.Fatalf("the write after write %d: %v", i, err)
		}
	}
	per := len(delivery(0).Events)
	n, err := duckstore.CountEvents(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if low, high := int64(per*(1+writes+stored)), int64(per*(1+2*writes)); n < low || n > high || n%int64(per) != 0 {
		t.Errorf("%d event rows; want between %d and %d, whole batches of %d", n, low, high, per)
	}
	if cut == 0 || stored == 0 {
		t.Errorf("%d writes were cut off and %d stored: the cuts did not fall in between", cut, stored)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
