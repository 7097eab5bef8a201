package workflow_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

// turns is a lease that is held between pairs of moments, counted from the
// call of Hold.
type turns []time.Duration

func (l turns) Hold(ctx context.Context, work func(context.Context) error) error {
	start := time.Now()
	for pair := range slices.Chunk(l, 2) {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pair[0] - time.Since(start)):
		}
		held, lose := context.WithDeadline(ctx, start.Add(pair[1]))
		err := work(held)
		lose()
		if err != nil {
			return err
		}
	}
	<-ctx.Done()
	return nil
}

// TestRunnerStandsBy: a runner ticks only while it holds the lease, and at once
// when it gets it, once for all that was missed.
func TestRunnerStandsBy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clocked{t: t}
		e, err := workflow.New(c, &traffic{}, &book{}, workflow.Config{})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		r, err := workflow.NewRunner(e, slog.New(slog.NewTextHandler(&out, nil)), workflow.RunnerConfig{
			Schedule: cron.Every(time.Minute), Now: time.Now, Lease: turns(seconds(10, 100, 500, 600)),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
		defer cancel()
		start := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := r.Run(ctx); err != nil {
				t.Errorf("Run: %v", err)
			}
		})
		var leading []bool
		for _, at := range seconds(5, 50, 200, 550, 700) {
			time.Sleep(at - time.Since(start))
			leading = append(leading, r.Leading())
		}
		wg.Wait()
		if want := seconds(0, 60, 490, 550); !slices.Equal(c.asked, want) { // counted from the first
			t.Errorf("ticked at %v, want %v", c.asked, want)
		}
		if want := []bool{false, true, false, true, false}; !slices.Equal(leading, want) {
			t.Errorf("led %v, want %v", leading, want)
		}
		if got := strings.Count(out.String(), `msg="workflow leads"`); got != 2 {
			t.Errorf("%d times it said that it leads, want 2", got)
		}
		if got := strings.Count(out.String(), `msg="workflow leads no more"`); got != 2 {
			t.Errorf("%d times it said that it leads no more, want 2", got)
		}
	})
}

// TestRunnerEndsWithItsLease: what Hold returns is what Run returns.
func TestRunnerEndsWithItsLease(t *testing.T) {
	e, err := workflow.New(&clocked{t: t}, &traffic{}, &book{}, workflow.Config{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := workflow.NewRunner(e, slog.New(slog.DiscardHandler), workflow.RunnerConfig{
		Schedule: never{}, Now: time.Now, Lease: turns(seconds(0, 60)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Run(t.Context()); err == nil || r.Leading() {
		t.Errorf("Run = %v, leading %v; the schedule has an end", err, r.Leading())
	}
}

// TestPausedLeader: the leader is paused after it has decided, longer than its
// lease lasts. Another has taken over and decided when it wakes and sends what
// it had decided. The ledger has what the new leader decided, once.
func TestPausedLeader(t *testing.T) {
	empty := func(*testing.T, *book) *traffic { return &traffic{} }
	for _, tt := range []struct {
		name     string
		plan     ledger.Plan
		old, new func(*testing.T, *book) *traffic
		sent     workflow.Kind // by the old leader
		want     string        // decisions recorded, by number and kind
	}{
		{"both roll back", pdfPlan(), failing, failing, workflow.KindRollBack, "1.rollback"},
		{"both advance", climb(0, 24*time.Hour), empty, empty, workflow.KindAdvance, "1.advance 2.hold"},
		{"a hold after a roll-back", pdfPlan(), empty, failing, workflow.KindHold, "1.rollback"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBook(t, at(began))
				b.start(t, tt.plan)
				old, lead := tt.old(t, b), tt.new(t, b)
				start := time.Now()
				now := func() time.Time { return began.Add(11*time.Minute + time.Since(start)) }
				var sent []string
				paused := commands(func(_ context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error) {
					time.Sleep(20*time.Second - time.Since(start))
					sent = append(sent, meta.CommandID)
					return b.Do(context.Background(), cmd, meta)
				})
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				var wg sync.WaitGroup
				for _, one := range []struct {
					engine *workflow.Engine
					lease  turns
				}{
					{newEngine(t, b, old, paused), turns(seconds(0, 5))},
					{newEngine(t, b, lead, b), turns(seconds(6, 30))},
				} {
					r, err := workflow.NewRunner(one.engine, slog.New(slog.DiscardHandler), workflow.RunnerConfig{Now: now, Lease: one.lease})
					if err != nil {
						t.Fatal(err)
					}
					wg.Go(func() {
						if err := r.Run(ctx); err != nil {
							t.Error(err)
						}
					})
				}
				wg.Wait()
				if len(sent) != 1 || !strings.HasSuffix(sent[0], string(tt.sent)) {
					t.Errorf("the old leader sent %q, want one %s", sent, tt.sent)
				}
				var got []string
				for _, rec := range b.events(t) {
					_, decision, _ := strings.Cut(strings.TrimPrefix(rec.Command, "wf."), ".")
					got = append(got, decision)
				}
				if strings.Join(got, " ") != tt.want {
					t.Errorf("recorded %q, want %q", got, tt.want)
				}
			})
		})
	}
}
