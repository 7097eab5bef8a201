package projector_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
	"github.com/flagledger/flagledger/projector"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = slog.New(slog.DiscardHandler)

// follow runs a projector of log until the test ends.
func follow(t *testing.T, log ledger.Log) *projector.Projector {
	t.Helper()
	p := projector.New(log, quiet, projector.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	select {
	case <-p.Ready():
	case <-time.After(10 * time.Second):
		t.Fatal("not ready")
	}
	return p
}

func newLog(t *testing.T) *memlog.Log {
	t.Helper()
	log, err := memlog.New(memlog.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return log
}

type shop struct {
	*testing.T
	log  *memlog.Log
	view *projector.Projector
	l    *ledger.Ledger
}

// open gives a ledger with a project "shop" and environments prod and test.
func open(t *testing.T) *shop {
	t.Helper()
	log := newLog(t)
	view := follow(t, log)
	s := &shop{T: t, log: log, view: view, l: ledger.New(log, view, time.Now)}
	s.do(ledger.CreateProject{Project: "shop", Environments: []ledger.Environment{{Key: "prod"}, {Key: "test"}}})
	return s
}

func (s *shop) do(cmd ledger.Command) ledger.Receipt {
	s.Helper()
	r, err := s.l.Do(s.Context(), cmd, ledger.Meta{Actor: ledger.Actor{Kind: ledger.ActorToken, ID: "ann"}})
	if err != nil {
		s.Fatalf("%T: %v", cmd, err)
	}
	return r
}

func (s *shop) try(cmd ledger.Command) {
	s.Helper()
	_, err := s.l.Do(s.Context(), cmd, ledger.Meta{Actor: ledger.Actor{Kind: ledger.ActorToken, ID: "ann"}})
	var refused *ledger.CommandError
	if err != nil && !errors.As(err, &refused) {
		s.Fatalf("%T: %v", cmd, err)
	}
}

func ref(flag string) ledger.FlagRef { return ledger.FlagRef{Project: "shop", Flag: flag} }

func place(flag, env string) ledger.PlaceRef {
	return ledger.PlaceRef{FlagRef: ref(flag), Environment: env}
}

func bytesOf(t *testing.T, p *projector.Projector, env string) string {
	t.Helper()
	b, err := p.Snapshot("shop", env).JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestRebuildIsIdentical runs random commands and compares, after each, the
// ruleset that running on gave with the one of a projector started from
// nothing, and the patches that a subscriber would have applied with both.
func TestRebuildIsIdentical(t *testing.T) {
	s := open(t)
	rng := rand.New(rand.NewPCG(1, 2))
	subscriber := map[string]evaluator.Ruleset{}
	for _, env := range []string{"prod", "test"} {
		subscriber[env] = s.view.Snapshot("shop", env).Ruleset
	}
	for step := range 200 {
		s.try(randomCommand(rng, step))
		for env, rs := range subscriber {
			if rng.IntN(3) > 0 { // a slow subscriber skips revisions
				continue
			}
			next, err := rs.Apply(s.view.Snapshot("shop", env).Since(rs.Revision))
			if err != nil {
				t.Fatalf("step %d: %v", step, err)
			}
			subscriber[env] = next
			got, err := json.Marshal(next)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(bytesOf(t, s.view, env), string(got)); diff != "" {
				t.Fatalf("step %d: patches led elsewhere (-ruleset +patched):\n%s", step, diff)
			}
		}
		if step%20 == 0 {
			again := follow(t, s.log)
			for env := range subscriber {
				if a, b := bytesOf(t, s.view, env), bytesOf(t, again, env); a != b {
					t.Fatalf("step %d: rebuild of %s differs:\n%s", step, env, cmp.Diff(a, b))
				}
			}
		}
	}
	if rev := s.view.Snapshot("shop", "prod").Ruleset.Revision; rev < 50 {
		t.Errorf("only revision %d: the commands did next to nothing", rev)
	}
}

func randomCommand(rng *rand.Rand, step int) ledger.Command {
	flag := fmt.Sprint("flag-", rng.IntN(6))
	env := []string{"prod", "test"}[rng.IntN(2)]
	split := evaluator.Serve{Split: &evaluator.Split{Weights: []evaluator.Weight{
		{Variant: "on", Weight: 1000 * rng.IntN(101)}, {Variant: "off"},
	}}}
	split.Split.Weights[1].Weight = evaluator.TotalWeight - split.Split.Weights[0].Weight
	seg := evaluator.Segment{Included: []evaluator.SegmentList{{Values: []string{fmt.Sprint("u", step)}}}}
	commands := []ledger.Command{
		ledger.CreateFlag{FlagRef: ref(flag)},
		ledger.TurnOn{PlaceRef: place(flag, env)},
		ledger.TurnOff{PlaceRef: place(flag, env)},
		ledger.ReplaceConfig{PlaceRef: place(flag, env), Config: evaluator.Config{Default: split}},
		ledger.ReplaceConfig{PlaceRef: place(flag, env), Config: evaluator.Config{
			Default: split,
			Rules: []evaluator.Rule{{ID: "r", Serve: evaluator.Serve{Variant: "on"}, Clauses: []evaluator.Clause{
				{Op: evaluator.OpInSegment, Values: []json.RawMessage{[]byte(`"beta"`)}},
			}}},
		}},
		ledger.StartRollout{PlaceRef: place(flag, env), Rollout: fmt.Sprint("r", step)},
		ledger.AdvanceRollout{PlaceRef: place(flag, env), From: rng.IntN(3)},
		ledger.PauseRollout{PlaceRef: place(flag, env)},
		ledger.ResumeRollout{PlaceRef: place(flag, env)},
		ledger.AbortRollout{PlaceRef: place(flag, env)},
		ledger.ArchiveFlag{FlagRef: ref(flag)},
		ledger.RestoreFlag{FlagRef: ref(flag)},
		ledger.SaveSegment{Project: "shop", Key: "beta", Segment: seg},
		ledger.ArchiveSegment{Project: "shop", Key: "beta"},
		ledger.ChangeFlagDetails{FlagRef: ref(flag), Details: ledger.FlagDetails{Owner: fmt.Sprint(step)}},
	}
	return commands[rng.IntN(len(commands))]
}

// A server died while it stored a command of two events: the first one is at
// the end of the ledger, the second nowhere.
func TestHalfACommandAtTheEnd(t *testing.T) {
	s := open(t)
	cut := ledger.Subject{Project: "shop", Kind: ledger.KindFlag, Key: "cut"}
	data, err := ledger.Encode(ledger.Recorded{
		Part: 1, Parts: 2, Command: "cut", Event: ledger.FlagCreated{Type: evaluator.TypeBoolean},
	})
	if err != nil {
		t.Fatal(err)
	}
	last, err := s.log.Append(t.Context(), ledger.Batch{ID: "cut", Entries: []ledger.Entry{{Subject: cut.String(), Data: data}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	again := follow(t, s.log)
	if err := again.Read(ctx, last, func(*ledger.State) error { return nil }); err != nil {
		t.Fatalf("Read up to the end of the ledger: %v", err)
	}
	l := ledger.New(s.log, again, time.Now)
	r, err := l.Do(ctx, ledger.CreateFlag{FlagRef: ref("cut")}, ledger.Meta{CommandID: "cut"})
	if err != nil || r.Last != last {
		t.Errorf("the retry answered %v, %v; want the receipt up to %d", r, err, last)
	}
}

func TestRevisionMovesOnlyWithTheRuleset(t *testing.T) {
	s := open(t)
	s.do(ledger.CreateFlag{FlagRef: ref("pdf")})
	prod, test := s.view.Snapshot("shop", "prod"), s.view.Snapshot("shop", "test")
	s.do(ledger.ChangeFlagDetails{FlagRef: ref("pdf"), Details: ledger.FlagDetails{Owner: "billing"}})
	s.do(ledger.SavePlan{Project: "shop", Key: "p", Plan: ledger.Plan{Stages: []ledger.Stage{{Percentage: 5000}}}})
	if s.view.Snapshot("shop", "prod") != prod {
		t.Error("details or a plan moved the revision")
	}
	r := s.do(ledger.TurnOn{PlaceRef: place("pdf", "prod")})
	if got := s.view.Snapshot("shop", "prod").Ruleset.Revision; got != r.Last {
		t.Errorf("prod is at revision %d, the change was event %d", got, r.Last)
	}
	if s.view.Snapshot("shop", "test") != test {
		t.Error("a change in prod moved test")
	}
}

func TestSubscribe(t *testing.T) {
	s := open(t)
	s.do(ledger.CreateFlag{FlagRef: ref("pdf")})
	prod, test := s.view.Subscribe("shop", "prod"), s.view.Subscribe("shop", "test")
	all := s.view.Subscribe("", "")
	defer prod.Close()
	defer test.Close()
	defer all.Close()
	for range 3 { // nobody reads the signal: the fold goes on
		s.do(ledger.TurnOn{PlaceRef: place("pdf", "prod")})
		s.do(ledger.TurnOff{PlaceRef: place("pdf", "prod")})
	}
	for name, sub := range map[string]*projector.Subscription{"prod": prod, "all": all} {
		select {
		case <-sub.Changed():
		case <-time.After(5 * time.Second):
			t.Errorf("%s was not told", name)
		}
	}
	select {
	case <-test.Changed():
		t.Error("test was told of a change in prod")
	default:
	}
	prod.Close()
	s.do(ledger.TurnOn{PlaceRef: place("pdf", "prod")})
	<-all.Changed()
	select {
	case <-prod.Changed():
		t.Error("a closed subscription was told")
	default:
	}
}

// TestCommandIsAtomic reads while a command of two events is written again and
// again: either both are visible or none.
func TestCommandIsAtomic(t *testing.T) {
	s := open(t)
	s.do(ledger.CreateFlag{FlagRef: ref("pdf")})
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 100 {
			s.try(ledger.StartRollout{PlaceRef: place("pdf", "prod"), Rollout: fmt.Sprint("r", i)}) // on + started
			s.try(ledger.AbortRollout{PlaceRef: place("pdf", "prod")})
			s.try(ledger.TurnOff{PlaceRef: place("pdf", "prod")})
		}
		close(stop)
	}()
	for reads := 0; ; reads++ {
		select {
		case <-stop:
			<-done
			if reads == 0 {
				t.Error("nothing was read")
			}
			return
		default:
		}
		err := s.view.Read(t.Context(), 0, func(st *ledger.State) error {
			here := st.Projects["shop"].Flags["pdf"].In("prod")
			if here.Config.On && (here.Rollout == nil || here.Rollout.Percentage() == 0 && here.Rollout.Active()) {
				return fmt.Errorf("on, but the rollout is %+v", here.Rollout)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadWaits(t *testing.T) {
	s := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	end, err := s.log.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = s.view.Read(ctx, end+1, func(*ledger.State) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("reading the future gave %v", err)
	}
	got := make(chan error, 1)
	go func() {
		got <- s.view.Read(t.Context(), end+1, func(st *ledger.State) error {
			if st.Projects["shop"].Flags["late"] == nil {
				return errors.New("the flag is missing")
			}
			return nil
		})
	}()
	s.do(ledger.CreateFlag{FlagRef: ref("late")})
	if err := <-got; err != nil {
		t.Error(err)
	}
}

// holed drops one entry on the way to the projector.
type holed struct{ ledger.Log }

func (h holed) Follow(ctx context.Context, from uint64, caughtUp func(), fn func(ledger.Stored) error) error {
	return h.Log.Follow(ctx, from, caughtUp, func(s ledger.Stored) error {
		if s.Seq == 3 {
			return nil
		}
		return fn(s)
	})
}

func TestHoleStopsEverything(t *testing.T) {
	s := open(t)
	p := projector.New(holed{s.log}, quiet, projector.Config{})
	if err := p.Run(t.Context()); !errors.Is(err, ledger.ErrHole) {
		t.Errorf("Run gave %v", err)
	}
	select {
	case <-p.Ready():
		t.Error("a projector of a damaged ledger says it is ready")
	default:
	}
}

func TestLag(t *testing.T) {
	s := open(t)
	lag, err := s.view.Lag(t.Context())
	if err != nil || lag.Behind != 0 || lag.Folded == 0 || lag.Delay < 0 {
		t.Errorf("lag = %+v, %v", lag, err)
	}
	behind := projector.New(s.log, quiet, projector.Config{})
	if lag, err = behind.Lag(t.Context()); err != nil || lag.Behind == 0 {
		t.Errorf("a projector that never ran is %d behind, %v", lag.Behind, err)
	}
}
