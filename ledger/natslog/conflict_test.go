package natslog_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/ledger/natslog"
)

// refusals lets many writers expect the same of one subject, round after
// round, and returns one error for each code that the losers were given.
func refusals(
	t *testing.T, js jetstream.JetStream, rounds int, enough func(map[jetstream.ErrorCode]error) bool,
) map[jetstream.ErrorCode]error {
	t.Helper()
	codes := map[jetstream.ErrorCode]error{}
	var last uint64
	for round := 0; round < rounds && !enough(codes); round++ {
		const writers = 16
		acks, errs := make([]uint64, writers), make([]error, writers)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				ack, err := js.Publish(t.Context(), "ledger.shop.flag.a", fmt.Append(nil, w),
					jetstream.WithExpectLastSequencePerSubject(last))
				if errs[w] = err; err == nil {
					acks[w] = ack.Sequence
				}
			})
		}
		wg.Wait()
		won := 0
		for w := range writers {
			var api *jetstream.APIError
			if errors.As(errs[w], &api) {
				codes[api.ErrorCode] = errs[w]
			} else if errs[w] != nil {
				t.Fatalf("publish: %v", errs[w])
			} else {
				won, last = won+1, acks[w]
			}
		}
		if won > 1 {
			t.Fatalf("%d writers won round %d", won, round)
		}
	}
	return codes
}

func TestConflictCodes(t *testing.T) {
	t.Run("one server", func(t *testing.T) {
		srv := serve(t, "")
		open(t, srv, natslog.Config{})
		codes := refusals(t, jet(t, srv.Dial(t, natsd.RoleApp)), 3, func(map[jetstream.ErrorCode]error) bool { return false })
		if len(codes) != 1 || !natslog.IsConflict(codes[10071]) {
			t.Fatalf("one server answers %v; want 10071 alone, known as a conflict", codes)
		}
	})
	t.Run("cluster", func(t *testing.T) {
		_, js := startCluster(t).open(t, natslog.Config{MaxBytes: 64 << 20})
		codes := refusals(t, js, 300, func(seen map[jetstream.ErrorCode]error) bool {
			return seen[10071] != nil && seen[10164] != nil
		})
		if len(codes) != 2 || !natslog.IsConflict(codes[10071]) || !natslog.IsConflict(codes[10164]) {
			t.Fatalf("a cluster answers %v; want 10071 and 10164, both known as conflicts", codes)
		}
	})
}
