package transparency

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
)

var quiet = slog.New(slog.DiscardHandler)

// history appends n events of some flags, chained as the ledger chains them.
func history(t testing.TB, log ledger.Log, st *ledger.State, rng *rand.Rand, n int) {
	t.Helper()
	for range n {
		s := ledger.Subject{Project: "shop", Kind: ledger.KindFlag, Key: fmt.Sprint("flag-", rng.IntN(12))}
		data, err := ledger.Encode(ledger.Recorded{
			ID: uuid.NewString(), At: time.Unix(1_800_000_000+int64(st.Seq), 0).UTC(), Part: 1, Parts: 1,
			Actor: ledger.Actor{Kind: ledger.ActorToken, ID: "ann"}, Reason: `so "prev":"x" it is`, Command: uuid.NewString(),
			Prev: st.SubjectHash(s), Event: ledger.FlagTurnedOn{Environment: "prod"},
		})
		if err != nil {
			t.Fatal(err)
		}
		b := ledger.Batch{ID: uuid.NewString(), Entries: []ledger.Entry{{Subject: s.String(), Data: data}}}
		seq, err := log.Append(context.Background(), b)
		if err == nil {
			err = st.Apply(ledger.Decode(ledger.Stored{Seq: seq, Subject: s.String(), Data: data}))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func newLog(t testing.TB) *memlog.Log {
	t.Helper()
	log, err := memlog.New(memlog.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func newKeeper(t testing.TB, log ledger.Log, dir string) *Keeper {
	t.Helper()
	k, err := NewKeeper(log, Config{Dir: dir}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.Close() })
	return k
}

// catchUp brings the tree to the log's end and signs, as Run does by and by.
func catchUp(t testing.TB, k *Keeper) {
	t.Helper()
	err := k.log.Read(t.Context(), k.tree.Size()+1, ledger.AllSubjects, func(s ledger.Stored) error {
		return k.tree.Append(s.Hash())
	})
	if err == nil {
		err = k.signNow()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// world is a ledger of 240 events with nine checkpoints.
type world struct {
	log    *memlog.Log
	keeper *Keeper
	kept   Checkpoint // the auditor's, of 100 events
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{log: newLog(t)}
	w.keeper = newKeeper(t, w.log, t.TempDir())
	st, rng := ledger.NewState(), rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 30, 67, 40, 5, 55, 39, 1} {
		history(t, w.log, st, rng, n)
		catchUp(t, w.keeper)
		if st.Seq == 100 {
			w.kept = w.checkpoint(t)
		}
	}
	return w
}

func (w *world) checkpoint(t testing.TB) Checkpoint {
	t.Helper()
	text, err := w.keeper.Checkpoint(0)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(text, w.keeper.Public())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) export(t testing.TB) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := w.keeper.Export(t.Context(), &file, 1); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func (w *world) verify(t testing.TB, file []byte) *Report {
	t.Helper()
	r, err := Verify(bytes.NewReader(file), Trust{Key: w.keeper.Public(), Kept: []Checkpoint{w.kept}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
