package ledger_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
	"github.com/flagledger/flagledger/projector"
)

var ann = ledger.Actor{Kind: ledger.ActorToken, ID: "ann"}

// open gives a ledger in memory with a project "shop" and a flag "pdf".
func open(t *testing.T, log ledger.Log) *ledger.Ledger {
	t.Helper()
	return openAt(t, log, time.Now)
}

// openAt is open with a clock.
func openAt(t *testing.T, log ledger.Log, now func() time.Time) *ledger.Ledger {
	t.Helper()
	view := projector.New(log, slog.New(slog.DiscardHandler), projector.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- view.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("projector: %v", err)
		}
	})
	l := ledger.New(log, view, now)
	do(t, l, ledger.CreateProject{Project: "shop", Environments: []ledger.Environment{{Key: "prod"}}})
	do(t, l, ledger.CreateFlag{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}})
	return l
}

func do(t *testing.T, l *ledger.Ledger, cmd ledger.Command) ledger.Receipt {
	t.Helper()
	r, err := l.Do(t.Context(), cmd, ledger.Meta{Actor: ann})
	if err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
	return r
}

func at(flag string) ledger.PlaceRef {
	return ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: "shop", Flag: flag}, Environment: "prod"}
}

func end(t *testing.T, log ledger.Log) uint64 {
	t.Helper()
	n, err := log.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRetryIsIdempotent(t *testing.T) {
	log := newMemlog(t)
	l := open(t, log)
	meta := ledger.Meta{CommandID: "c-1", Actor: ann}
	first, err := l.Do(t.Context(), ledger.TurnOn{PlaceRef: at("pdf")}, meta)
	if err != nil {
		t.Fatal(err)
	}
	do(t, l, ledger.TurnOff{PlaceRef: at("pdf")})
	before := end(t, log)
	again, err := l.Do(t.Context(), ledger.TurnOn{PlaceRef: at("pdf")}, meta)
	if err != nil || again != first {
		t.Errorf("retry answered %v, %v; the first answer was %v", again, err, first)
	}
	if after := end(t, log); after != before {
		t.Errorf("the retry wrote %d events", after-before)
	}
}

// An ID that stands for another command must not answer for this one.
func TestReusedCommandID(t *testing.T) {
	log := newMemlog(t)
	l := open(t, log)
	do(t, l, ledger.CreateEnvironment{Project: "shop", Environment: ledger.Environment{Key: "test"}})
	do(t, l, ledger.CreateFlag{FlagRef: ledger.FlagRef{Project: "shop", Flag: "tax"}})
	do(t, l, ledger.TurnOn{PlaceRef: at("tax")})
	do(t, l, ledger.TurnOn{PlaceRef: at("pdf")})
	meta := ledger.Meta{CommandID: "off", Actor: ann}
	if _, err := l.Do(t.Context(), ledger.TurnOff{PlaceRef: at("pdf")}, meta); err != nil {
		t.Fatal(err)
	}
	elsewhere := at("pdf")
	elsewhere.Environment = "test"
	before := end(t, log)
	for name, cmd := range map[string]ledger.Command{
		"another flag":        ledger.TurnOff{PlaceRef: at("tax")},
		"another environment": ledger.TurnOff{PlaceRef: elsewhere},
		"another kind":        ledger.CreateProject{Project: "pdf"},
		"an access key":       ledger.CreateAccessKey{ID: "k"},
	} {
		if r, err := l.Do(t.Context(), cmd, meta); !errors.Is(err, ledger.ErrReused) {
			t.Errorf("%s: %v, %v; want ErrReused", name, r, err)
		}
	}
	if after := end(t, log); after != before {
		t.Errorf("%d events were written", after-before)
	}
}

// lossyLog stores a batch and then says that it does not know.
type lossyLog struct {
	ledger.Log
	mu   sync.Mutex
	lose bool
}

func (l *lossyLog) Append(ctx context.Context, b ledger.Batch) (uint64, error) {
	last, err := l.Log.Append(ctx, b)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lose && err == nil {
		return 0, fmt.Errorf("the answer got lost: %w", ledger.ErrUnavailable)
	}
	return last, err
}

func TestRetryAfterLostAnswer(t *testing.T) {
	log := &lossyLog{Log: newMemlog(t)}
	l := open(t, log)
	before := end(t, log)
	log.lose = true
	meta := ledger.Meta{CommandID: "c-2", Actor: ann}
	if _, err := l.Do(t.Context(), ledger.TurnOn{PlaceRef: at("pdf")}, meta); !errors.Is(err, ledger.ErrUnavailable) {
		t.Fatalf("err = %v", err)
	}
	r, err := l.Do(t.Context(), ledger.TurnOn{PlaceRef: at("pdf")}, meta)
	if err != nil || r.First != before+1 || r.Last != before+1 {
		t.Errorf("retry answered %v, %v", r, err)
	}
	if n := end(t, log); n != before+1 {
		t.Errorf("%d events were written, want 1", n-before)
	}
}

func TestConcurrentCommandsOnOneFlag(t *testing.T) {
	log := newMemlog(t)
	l := open(t, log)
	before := end(t, log)
	const writers = 8
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			cmd := ledger.ChangeFlagDetails{
				FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}, Details: ledger.FlagDetails{Owner: fmt.Sprint(i)},
			}
			if _, err := l.Do(t.Context(), cmd, ledger.Meta{Actor: ann}); err != nil {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if n := end(t, log) - before; n != writers {
		t.Errorf("%d events, want %d", n, writers)
	}
}

// TestKillBeatsAdvance races a kill against an advance of the same rollout:
// whoever comes first, the flag is off at the end and the rollout paused.
func TestKillBeatsAdvance(t *testing.T) {
	for i := range 50 {
		log := newMemlog(t)
		l := open(t, log)
		do(t, l, ledger.StartRollout{PlaceRef: at("pdf"), Rollout: "r1"})
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := l.Do(t.Context(), ledger.AdvanceRollout{PlaceRef: at("pdf"), Rollout: "r1"}, ledger.Meta{Actor: ann})
			if err != nil && !errors.Is(err, ledger.ErrRefused) {
				t.Errorf("round %d: advance: %v", i, err)
			}
		})
		wg.Go(func() { do(t, l, ledger.TurnOff{PlaceRef: at("pdf")}) })
		wg.Wait()
		st := replay(t, log)
		here := st.Projects["shop"].Flags["pdf"].In("prod")
		if here.Config.On || here.Rollout.Status != ledger.RolloutOnHold {
			t.Fatalf("round %d: on=%t, rollout %s", i, here.Config.On, here.Rollout.Status)
		}
		if last := here.Rollout.Spans[len(here.Rollout.Spans)-1]; last.Last == 0 {
			t.Fatalf("round %d: the span stayed open: %+v", i, last)
		}
	}
}

// TestPrerequisiteRace lets two flags become each other's prerequisite at the
// same time: the project-wide guard lets one of them in.
func TestPrerequisiteRace(t *testing.T) {
	for range 20 {
		log := newMemlog(t)
		l := open(t, log)
		do(t, l, ledger.CreateFlag{FlagRef: ledger.FlagRef{Project: "shop", Flag: "font"}})
		errs := make(chan error, 2)
		for _, pair := range [][2]string{{"pdf", "font"}, {"font", "pdf"}} {
			go func() {
				_, err := l.Do(t.Context(), ledger.ReplaceConfig{PlaceRef: at(pair[0]), Config: evaluator.Config{
					Prerequisites: []evaluator.Prerequisite{{Flag: pair[1], Variants: []string{"on"}}},
					Default:       evaluator.Serve{Variant: "on"},
				}}, ledger.Meta{Actor: ann})
				errs <- err
			}()
		}
		a, b := <-errs, <-errs
		if (a == nil) == (b == nil) {
			t.Fatalf("errors %v and %v; exactly one must be refused", a, b)
		}
	}
}

// replay folds a log from the first event.
func replay(t *testing.T, log ledger.Log) *ledger.State {
	t.Helper()
	st := ledger.NewState()
	err := log.Read(t.Context(), 1, ledger.AllSubjects, func(s ledger.Stored) error { return st.Apply(ledger.Decode(s)) })
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func TestFreeze(t *testing.T) {
	log := newMemlog(t)
	l := open(t, log)
	do(t, l, ledger.CreateFlag{FlagRef: ledger.FlagRef{Project: "shop", Flag: "other"}})
	do(t, l, ledger.TurnOn{PlaceRef: at("pdf")})
	strange := ledger.Entry{Subject: "ledger.shop.flag.pdf", Data: []byte(`{"type":"flag.turned_inside_out","v":1,"data":{}}`)}
	if _, err := log.Append(t.Context(), ledger.Batch{ID: "x", Entries: []ledger.Entry{strange}}); err != nil {
		t.Fatal(err)
	}
	_, err := l.Do(t.Context(), ledger.TurnOff{PlaceRef: at("other")}, ledger.Meta{Actor: ann})
	if err != nil {
		t.Errorf("another flag is held up: %v", err)
	}
	do(t, l, ledger.TurnOn{PlaceRef: at("other")})
	_, err = l.Do(t.Context(), ledger.TurnOff{PlaceRef: at("pdf")}, ledger.Meta{Actor: ann})
	if !errors.Is(err, ledger.ErrRefused) || !strings.Contains(err.Error(), "frozen") {
		t.Errorf("a command on the frozen flag gave %v", err)
	}
	st := replay(t, log)
	if !st.Projects["shop"].Flags["pdf"].In("prod").Config.On {
		t.Error("the frozen flag lost its last good state")
	}
	if len(st.Frozen()) != 1 {
		t.Errorf("frozen: %v", st.Frozen())
	}
}

func TestApplyRefusesAHole(t *testing.T) {
	st := ledger.NewState()
	err := st.Apply(ledger.Recorded{Seq: 2, Event: ledger.ProjectCreated{}})
	if !errors.Is(err, ledger.ErrHole) || st.Seq != 0 {
		t.Errorf("err = %v, seq = %d", err, st.Seq)
	}
}

func TestCommandIDMustBeAKey(t *testing.T) {
	log := newMemlog(t)
	l := open(t, log)
	before := end(t, log)
	_, err := l.Do(t.Context(), ledger.TurnOn{PlaceRef: at("pdf")}, ledger.Meta{CommandID: "a b\r\n", Actor: ann})
	if !errors.Is(err, ledger.ErrInvalid) || end(t, log) != before {
		t.Errorf("err = %v", err)
	}
}

func TestPercentage(t *testing.T) {
	for in, want := range map[string]ledger.Percentage{
		"0": 0, "5": 5000, "12.5": 12_500, "0.001": 1, "100": ledger.All, "99.999": 99_999, "12.5000": 12_500, " 25% ": 25_000,
	} {
		if got, err := ledger.ParsePercentage(in); err != nil || got != want {
			t.Errorf("ParsePercentage(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "-1", "100.001", "101", "0.0001", "1e1", ".5", "five", "1.2.3", "+5"} {
		if got, err := ledger.ParsePercentage(in); err == nil {
			t.Errorf("ParsePercentage(%q) = %d, want an error", in, got)
		}
	}
	for p := range ledger.All + 1 {
		b, err := json.Marshal(p)
		var back ledger.Percentage
		if err != nil || json.Unmarshal(b, &back) != nil || back != p {
			t.Fatalf("%d became %s and %d", p, b, back)
		}
	}
}

func TestCheckKey(t *testing.T) {
	for _, ok := range []string{"a", "new-pdf-engine", "Team.flag_2", "0", strings.Repeat("k", ledger.MaxKeyLength)} {
		if err := ledger.CheckKey(ok); err != nil {
			t.Errorf("CheckKey(%q) = %v", ok, err)
		}
	}
	for _, bad := range []string{
		"", ".a", "-a", "_a", "a b", "a*", "a>", "a~b", "ä", "🙂", "a\x00", "$JS", strings.Repeat("k", ledger.MaxKeyLength+1),
	} {
		if err := ledger.CheckKey(bad); err == nil {
			t.Errorf("CheckKey(%q) accepts it", bad)
		}
	}
}

func TestSubjectRoundTrip(t *testing.T) {
	s := ledger.Subject{Project: "my.shop", Kind: ledger.KindFlag, Key: "a.b_c-d"}
	back, err := ledger.ParseSubject(s.String())
	if err != nil || back != s {
		t.Errorf("%s came back as %v, %v", s, back, err)
	}
	if strings.Count(s.String(), ".") != 3 {
		t.Errorf("%s has more than four tokens", s)
	}
}

func newMemlog(t *testing.T) *memlog.Log {
	t.Helper()
	log, err := memlog.New(memlog.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return log
}
