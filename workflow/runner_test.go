package workflow_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/flagledger/flagledger/workflow"
)

// clocked is a source that notes when it was asked, and may take its time.
type clocked struct {
	mu     sync.Mutex
	asked  []time.Duration // since the first
	inside int
	first  time.Time
	takes  func(n int) time.Duration
	t      *testing.T
}

func (c *clocked) Active(context.Context) ([]workflow.Active, error) {
	c.mu.Lock()
	if c.first.IsZero() {
		c.first = time.Now()
	}
	c.asked = append(c.asked, time.Since(c.first))
	c.inside++
	if c.inside > 1 {
		c.t.Error("two ticks at once")
	}
	n := len(c.asked)
	c.mu.Unlock()
	if c.takes != nil {
		time.Sleep(c.takes(n))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inside--
	return nil, errors.New("no rollouts today")
}

func (*clocked) Due(context.Context, time.Time) ([]workflow.Due, error) { return nil, nil }

func runFor(t *testing.T, d time.Duration, c *clocked, schedule cron.Schedule) {
	t.Helper()
	c.t = t
	e, err := workflow.New(c, &traffic{}, &book{}, workflow.Config{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := workflow.NewRunner(e, slog.New(slog.DiscardHandler), workflow.RunnerConfig{Schedule: schedule, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := r.Run(ctx); err != nil {
		t.Errorf("Run: %v", err)
	}
}

func seconds(ns ...int) []time.Duration {
	out := make([]time.Duration, len(ns))
	for i, n := range ns {
		out[i] = time.Duration(n) * time.Second
	}
	return out
}

func TestRunnerTicksEverySecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clocked{}
		runFor(t, 3500*time.Millisecond, c, nil)
		if want := seconds(0, 1, 2, 3); !slices.Equal(c.asked, want) {
			t.Errorf("ticked at %v, want %v", c.asked, want)
		}
	})
}

// TestRunnerCatchesUpOnce: the second tick takes three and a half minutes;
// the three that became due meanwhile are not made up for one by one.
func TestRunnerCatchesUpOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clocked{takes: func(n int) time.Duration {
			if n == 2 {
				return 210 * time.Second
			}
			return 0
		}}
		runFor(t, 7*time.Minute-time.Second, c, cron.Every(time.Minute))
		// The tick at 1:00 ends at 4:30, with one at once for those missed.
		if want := seconds(0, 60, 270, 330, 390); !slices.Equal(c.asked, want) {
			t.Errorf("ticked at %v, want %v", c.asked, want)
		}
	})
}

// never is a schedule that has come to its end.
type never struct{}

func (never) Next(time.Time) time.Time { return time.Time{} }

func TestRunnerEnds(t *testing.T) {
	e, err := workflow.New(&book{}, &traffic{}, &book{}, workflow.Config{})
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.DiscardHandler)
	if _, err := workflow.NewRunner(e, logger, workflow.RunnerConfig{}); err == nil {
		t.Error("a runner without a clock")
	}
	if _, err := workflow.NewRunner(nil, logger, workflow.RunnerConfig{Now: time.Now}); err == nil {
		t.Error("a runner without an engine")
	}
	c := &clocked{t: t}
	if e, err = workflow.New(c, &traffic{}, &book{}, workflow.Config{}); err != nil {
		t.Fatal(err)
	}
	r, err := workflow.NewRunner(e, logger, workflow.RunnerConfig{Schedule: never{}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Run(t.Context()); err == nil || len(c.asked) != 1 {
		t.Errorf("ran on for %d ticks, %v", len(c.asked), err)
	}
}
