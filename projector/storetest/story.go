package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
	"github.com/flagledger/flagledger/projector"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// Story is a ledger in memory in which every kind of thing has happened.
type Story struct {
	tb     testing.TB
	Log    *memlog.Log
	ledger *ledger.Ledger
	now    time.Time
	made   int
}

// NewStory returns a ledger with a project, and a projector on it until the test
// ends.
func NewStory(tb testing.TB) *Story {
	tb.Helper()
	s := &Story{tb: tb, now: time.Date(2027, 1, 31, 9, 0, 0, 123456789, time.UTC)}
	var err error
	if s.Log, err = memlog.New(memlog.Config{}); err != nil {
		tb.Fatal(err)
	}
	view := projector.New(s.Log, quiet(), projector.Config{})
	s.ledger = ledger.New(s.Log, view, func() time.Time { s.now = s.now.Add(time.Second); return s.now })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- view.Run(ctx) }()
	tb.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			tb.Error(err)
		}
	})
	s.Do(ledger.CreateProject{Project: "shop", Name: "Shop", Environments: []ledger.Environment{{Key: "prod", Name: "Production", Production: true}, {Key: "dev"}}})
	return s
}

// Do carries out a command that must succeed.
func (s *Story) Do(cmd ledger.Command) ledger.Receipt {
	s.tb.Helper()
	r, err := s.ledger.Do(context.Background(), cmd, ledger.Meta{
		Actor: ledger.Actor{Kind: ledger.ActorToken, ID: "k1", Name: "Ann"}, Reason: "because\x00of\t\xff\\that\n",
	})
	if err != nil {
		s.tb.Fatalf("%T: %v", cmd, err)
	}
	return r
}

// Raw appends bytes that no command would.
func (s *Story) Raw(flag, data string) uint64 {
	s.tb.Helper()
	end, err := s.Log.End(context.Background())
	if err != nil {
		s.tb.Fatal(err)
	}
	subject := ledger.Subject{Project: "shop", Kind: ledger.KindFlag, Key: flag}.String()
	seq, err := s.Log.Append(context.Background(), ledger.Batch{
		ID: fmt.Sprint("raw-", end), Entries: []ledger.Entry{{Subject: subject, Data: []byte(data)}},
	})
	if err != nil {
		s.tb.Fatal(err)
	}
	return seq
}

func flagRef(key string) ledger.FlagRef { return ledger.FlagRef{Project: "shop", Flag: key} }

func placeRef(key, env string) ledger.PlaceRef {
	return ledger.PlaceRef{FlagRef: flagRef(key), Environment: env}
}

// Everything does one of each.
func (s *Story) Everything() {
	s.tb.Helper()
	remove := s.now.AddDate(0, 1, 0)
	for _, cmd := range []ledger.Command{
		ledger.CreateFlag{FlagRef: flagRef("pdf"), Details: ledger.FlagDetails{Owner: "billing", Tags: []string{"a", "b.c"}, RemoveBy: &remove}},
		ledger.CreateFlag{FlagRef: flagRef("chat")},
		ledger.CreateEnvironment{Project: "shop", Environment: ledger.Environment{Key: "qa"}},
		ledger.SaveSegment{Project: "shop", Key: "beta", Name: "Beta", Segment: evaluator.Segment{Included: []evaluator.SegmentList{{Values: []string{"u1", "ü\x00"}}}}},
		ledger.ReplaceConfig{PlaceRef: placeRef("chat", "prod"), Config: evaluator.Config{
			Default: evaluator.Serve{Variant: "off"},
			Rules: []evaluator.Rule{{ID: "r", Serve: evaluator.Serve{Variant: "on"}, Clauses: []evaluator.Clause{
				{Op: evaluator.OpInSegment, Values: []json.RawMessage{[]byte(`"beta"`)}},
			}}},
		}},
		ledger.TurnOn{PlaceRef: placeRef("chat", "prod")},
		ledger.StartRollout{PlaceRef: placeRef("pdf", "prod"), Rollout: "r1"},
		ledger.PauseRollout{PlaceRef: placeRef("pdf", "prod")},
		ledger.ResumeRollout{PlaceRef: placeRef("pdf", "prod")},
		ledger.AbortRollout{PlaceRef: placeRef("pdf", "prod")},
		ledger.StartRollout{PlaceRef: placeRef("pdf", "prod"), Rollout: "r2"},
		ledger.TurnOff{PlaceRef: placeRef("pdf", "prod")},
		ledger.ArchiveFlag{FlagRef: flagRef("chat")},
		ledger.ArchiveSegment{Project: "shop", Key: "beta"},
		ledger.CreateAccessKey{ID: "k2", Key: ledger.AccessKey{Kind: ledger.AccessAdmin, Name: "Ben", Role: ledger.RoleViewer, Hash: strings.Repeat("ab", 32)}},
		ledger.RevokeAccessKey{ID: "k2"},
	} {
		s.Do(cmd)
	}
}

// More makes three flags that were not there before.
func (s *Story) More() {
	s.tb.Helper()
	for range 3 {
		s.made++
		s.Do(ledger.CreateFlag{FlagRef: flagRef(fmt.Sprint("more-", s.made))})
	}
}
