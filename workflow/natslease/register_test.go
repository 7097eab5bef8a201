package natslease

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
)

// TestSwap: of many who write over the same revision one succeeds, and the
// others are told; over nothing, over a claim, and over a delete marker.
func TestSwap(t *testing.T) {
	js, err := jetstream.New(natsdtest.Start(t, natsd.Config{}).Dial(t, natsd.RoleApp))
	if err != nil {
		t.Fatal(err)
	}
	b := &bucket{js: js, cfg: Config{}.withDefaults()}
	kv, err := b.open(t.Context()) // makes it
	if err != nil {
		t.Fatal(err)
	}
	for round := range 6 {
		before, err := b.read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var won atomic.Uint64
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				revision, err := b.swap(t.Context(), claim{Holder: "x"}, before.revision)
				switch {
				case err == nil && !won.CompareAndSwap(0, revision):
					t.Errorf("round %d: two succeeded", round)
				case err != nil && !errors.Is(err, errMoved):
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		wg.Wait()
		if after, err := b.read(t.Context()); err != nil || after.revision != won.Load() || after.Holder != "x" {
			t.Errorf("round %d: %+v, %v; want revision %d", round, after, err, won.Load())
		}
		if round%2 == 1 {
			if err := kv.Delete(t.Context(), b.cfg.Key); err != nil {
				t.Fatal(err)
			}
		}
	}
}
