package lifecycle_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/internal/lifecycle"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errBroken = errors.New("broken")

// journal records what happened in which order.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) add(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
}

func (j *journal) expect(t *testing.T, want ...string) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	if diff := cmp.Diff(want, j.lines); diff != "" {
		t.Errorf("order of events (-want +got):\n%s", diff)
	}
}

// part is ready bootTime after its start and ended stopTime after its stop.
func (j *journal) part(name string, bootTime, stopTime time.Duration) lifecycle.Part {
	ready := make(chan struct{})
	return lifecycle.Part{Name: name, Ready: ready, Run: func(ctx context.Context) error {
		j.add(name + " starts")
		time.Sleep(bootTime)
		j.add(name + " ready")
		close(ready)
		<-ctx.Done()
		j.add(name + " stops")
		time.Sleep(stopTime)
		j.add(name + " ended")
		return ctx.Err()
	}}
}

func newGroup(t *testing.T, parts ...lifecycle.Part) *lifecycle.Group {
	t.Helper()
	g, err := lifecycle.New(parts...)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// runUntil runs g and ends its context after d.
func runUntil(t *testing.T, g *lifecycle.Group, d time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	return g.Run(ctx)
}

func TestStartsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		g := newGroup(t, j.part("log", 3*time.Second, 0), j.part("api", time.Second, 0))
		if err := runUntil(t, g, time.Minute); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		j.expect(t, "log starts", "log ready", "api starts", "api ready",
			"api stops", "api ended", "log stops", "log ended")
	})
}

func TestStopsInReverse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		g := newGroup(t, j.part("log", 0, time.Second), j.part("api", 0, 5*time.Second))
		begin := time.Now()
		if err := runUntil(t, g, time.Minute); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		j.expect(t, "log starts", "log ready", "api starts", "api ready",
			"api stops", "api ended", "log stops", "log ended")
		if took, want := time.Since(begin), time.Minute+6*time.Second; took != want {
			t.Errorf("Run took %s, want %s: one part at a time", took, want)
		}
	})
}

func TestPartWithoutReadyDoesNotHoldUpTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		log := j.part("log", 5*time.Second, 0)
		log.Ready = nil
		g := newGroup(t, log, j.part("api", 0, 0))
		if err := runUntil(t, g, 30*time.Second); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		if slices.Index(j.lines, "api ready") > slices.Index(j.lines, "log ready") {
			t.Errorf("api waited for log: %q", j.lines)
		}
	})
}

func TestStopWhileStarting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		g := newGroup(t, j.part("log", 5*time.Second, 0), j.part("api", 0, 0))
		if err := runUntil(t, g, time.Second); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		j.expect(t, "log starts", "log ready", "log stops", "log ended")
	})
}

func TestEndedContextStartsNothing(t *testing.T) {
	var j journal
	g := newGroup(t, j.part("log", 0, 0))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.Run(ctx); err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
	j.expect(t)
}

func TestFailureStopsAll(t *testing.T) {
	tests := map[string]struct {
		after time.Duration
		ready bool
	}{
		"while starting": {after: 0},
		"once up":        {after: time.Hour, ready: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var j journal
				ready := make(chan struct{})
				if tc.ready {
					close(ready)
				}
				broken := lifecycle.Part{Name: "projector", Ready: ready, Run: func(context.Context) error {
					time.Sleep(tc.after)
					return errBroken
				}}
				err := newGroup(t, j.part("log", 0, 0), broken).Run(t.Context())
				if !errors.Is(err, errBroken) {
					t.Errorf("Run = %v, want %v", err, errBroken)
				}
				if got, want := err.Error(), "projector: broken"; got != want {
					t.Errorf("Run = %q, want %q", got, want)
				}
				j.expect(t, "log starts", "log ready", "log stops", "log ended")
			})
		})
	}
}

func TestEarlyEndIsAFailure(t *testing.T) {
	tests := map[string]struct {
		returns, want error
	}{
		"nil":      {returns: nil, want: lifecycle.ErrEnded},
		"canceled": {returns: context.Canceled, want: context.Canceled},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGroup(t, lifecycle.Part{Name: "relay", Run: func(context.Context) error { return tc.returns }})
				if err := g.Run(t.Context()); !errors.Is(err, tc.want) {
					t.Errorf("Run = %v, want %v", err, tc.want)
				}
			})
		})
	}
}

func TestFirstFailureComesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onStop := lifecycle.Part{Name: "http", Run: func(ctx context.Context) error {
			<-ctx.Done()
			return errors.New("drain: cut off")
		}}
		broken := lifecycle.Part{Name: "log", Run: func(context.Context) error {
			time.Sleep(time.Second)
			return errBroken
		}}
		err := newGroup(t, broken, onStop).Run(t.Context())
		if err == nil || err.Error() != "log: broken\nhttp: drain: cut off" {
			t.Errorf("Run = %q, want log's failure, then http's", err)
		}
	})
}

func TestStuckPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		release := make(chan struct{})
		stuck := lifecycle.Part{Name: "api", Grace: 2 * time.Second, Run: func(context.Context) error {
			<-release
			return nil
		}}
		err := runUntil(t, newGroup(t, j.part("log", 0, 0), stuck), time.Second)
		var stuckErr *lifecycle.StuckError
		if !errors.As(err, &stuckErr) || stuckErr.Part != "api" || stuckErr.Grace != 2*time.Second {
			t.Errorf("Run = %v, want a StuckError for api after 2s", err)
		}
		j.expect(t, "log starts", "log ready", "log stops", "log ended")
		close(release)
	})
}

func TestPartsSeeTheValuesOfTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		got := make(chan any, 1)
		g := newGroup(t, lifecycle.Part{Name: "a", Run: func(ctx context.Context) error {
			got <- ctx.Value(key{})
			return errBroken
		}})
		if err := g.Run(context.WithValue(t.Context(), key{}, "v")); !errors.Is(err, errBroken) {
			t.Errorf("Run = %v, want %v", err, errBroken)
		}
		if v := <-got; v != "v" {
			t.Errorf("value = %v, want v", v)
		}
	})
}

func TestNewRefuses(t *testing.T) {
	run := func(context.Context) error { return nil }
	tests := map[string]struct {
		parts []lifecycle.Part
		want  string
	}{
		"no name":        {[]lifecycle.Part{{Run: run}}, "part 0 has no name"},
		"no run":         {[]lifecycle.Part{{Name: "a"}}, "part a has no Run"},
		"same name":      {[]lifecycle.Part{{Name: "a", Run: run}, {Name: "a", Run: run}}, "part a is given twice"},
		"negative grace": {[]lifecycle.Part{{Name: "a", Run: run, Grace: -1}}, "part a: grace -1ns is negative"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := lifecycle.New(tc.parts...); err == nil || err.Error() != tc.want {
				t.Errorf("New = %v, want %q", err, tc.want)
			}
		})
	}
}
