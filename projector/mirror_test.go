package projector_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
)

// sink is a Sink in memory that can be told to fail.
type sink struct {
	mu       sync.Mutex
	rulesets map[string]evaluator.Ruleset
	digests  map[string]string
	replaced int
	failing  bool
	wrote    chan struct{}
	asked    chan struct{} // receives for each Revision
}

func newSink() *sink {
	return &sink{rulesets: map[string]evaluator.Ruleset{}, digests: map[string]string{}, wrote: make(chan struct{}, 100), asked: make(chan struct{}, 100)}
}

func (s *sink) Revision(_ context.Context, _, env string) (uint64, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked <- struct{}{}
	return s.rulesets[env].Revision, s.digests[env], nil
}

func (s *sink) Replace(_ context.Context, rs evaluator.Ruleset, digest string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replaced++
	return s.put(rs, digest)
}

func (s *sink) Publish(_ context.Context, p evaluator.Patch, digest string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	rs, err := s.rulesets[p.Environment].Apply(p)
	if err != nil {
		return err
	}
	return s.put(rs, digest)
}

func (s *sink) put(rs evaluator.Ruleset, digest string) error {
	defer func() { s.wrote <- struct{}{} }()
	if s.failing {
		return errors.New("the sink is down")
	}
	s.rulesets[rs.Environment], s.digests[rs.Environment] = rs, digest
	return nil
}

// mirror runs a Mirror into s until stop is called.
func mirror(t *testing.T, from *projector.Projector, s *sink) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- projector.NewMirror(from, s, quiet).Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Mirror.Run: %v", err)
		}
	}
}

// reaches waits until the sink holds what the projector serves.
func (s *sink) reaches(t *testing.T, p *projector.Projector, env string) {
	t.Helper()
	want := bytesOf(t, p, env)
	for range 100 {
		s.mu.Lock()
		got, err := json.Marshal(s.rulesets[env])
		s.mu.Unlock()
		if err == nil && string(got) == want {
			return
		}
		select {
		case <-s.wrote:
		case <-time.After(5 * time.Second):
			t.Fatalf("the sink stays at %s, want %s", got, want)
		}
	}
	t.Fatal("the sink never got there")
}

func TestMirror(t *testing.T) {
	s := open(t)
	out := newSink()
	stop := mirror(t, s.view, out)
	s.do(ledger.CreateFlag{FlagRef: ref("pdf")})
	s.do(ledger.TurnOn{PlaceRef: place("pdf", "prod")})
	out.reaches(t, s.view, "prod")
	out.reaches(t, s.view, "test")
	stop()
	replaced := out.replaced
	for len(out.asked) > 0 {
		<-out.asked
	}

	stop = mirror(t, s.view, out) // as after a restart: nothing to replace
	<-out.asked
	<-out.asked
	for i := range 3 {
		s.do(ledger.CreateFlag{FlagRef: ref(fmt.Sprint("more-", i))})
	}
	out.reaches(t, s.view, "prod")
	out.reaches(t, s.view, "test")
	stop()
	if out.replaced != replaced {
		t.Errorf("%d rulesets were replaced although the sink was up to date", out.replaced-replaced)
	}
}

func TestMirrorRecovers(t *testing.T) {
	s := open(t)
	out := newSink()
	out.failing = true
	stop := mirror(t, s.view, out)
	defer stop()
	s.do(ledger.CreateFlag{FlagRef: ref("pdf")})
	<-out.wrote // refused
	out.mu.Lock()
	out.failing = false
	out.mu.Unlock()
	s.do(ledger.TurnOn{PlaceRef: place("pdf", "prod")})
	out.reaches(t, s.view, "prod")
}

// Nothing changes any more after the sink was down: the last change gets there
// all the same.
func TestMirrorTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		out := newSink()
		out.failing = true
		stop := mirror(t, s.view, out)
		defer stop()
		s.do(ledger.CreateFlag{FlagRef: ref("pdf")})
		synctest.Wait() // refused
		out.mu.Lock()
		out.failing = false
		out.mu.Unlock()
		time.Sleep(time.Minute)
		synctest.Wait()
		got, err := json.Marshal(out.rulesets["prod"])
		if want := bytesOf(t, s.view, "prod"); err != nil || string(got) != want {
			t.Errorf("a minute later the sink holds %s, %v; want %s", got, err, want)
		}
	})
}

// TestMirrorNoticesALostLedger starts over with an empty ledger beside a sink
// that has seen more.
func TestMirrorNoticesALostLedger(t *testing.T) {
	s := open(t)
	out := newSink()
	out.rulesets["prod"] = evaluator.Ruleset{Project: "shop", Environment: "prod", Revision: 1000}
	err := projector.NewMirror(s.view, out, quiet).Run(t.Context())
	if !errors.Is(err, ledger.ErrHole) {
		t.Errorf("Run gave %v", err)
	}
	if out.rulesets["prod"].Revision != 1000 {
		t.Error("the sink forgot what it had seen")
	}
}
