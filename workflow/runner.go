package workflow

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/flagledger/flagledger/ledger"
)

// RunnerConfig tunes a Runner.
type RunnerConfig struct {
	// Schedule says when ticks are due; nil means every second. How often a
	// rollout is looked at is its plan's business: a tick only finds out
	// which are due.
	Schedule cron.Schedule
	// Now is the clock. It must be given, and agree with the timers of
	// package time.
	Now func() time.Time
	// Lease decides which of several runners works; nil means that this one
	// always does.
	Lease Lease
}

// Runner ticks an Engine on a schedule; each tick begins with the scheduled
// changes that are due.
type Runner struct {
	engine *Engine
	logger *slog.Logger
	cfg    RunnerConfig

	leading atomic.Bool
}

// NewRunner returns a runner of engine. It returns an error if a part is
// missing.
func NewRunner(engine *Engine, logger *slog.Logger, cfg RunnerConfig) (*Runner, error) {
	if engine == nil || logger == nil || cfg.Now == nil {
		return nil, errors.New("workflow runner: engine, logger and clock must all be given")
	}
	if cfg.Schedule == nil {
		cfg.Schedule = cron.Every(time.Second)
	}
	return &Runner{engine: engine, logger: logger, cfg: cfg}, nil
}

// Run ticks until ctx is done, and returns nil then. It ticks once at its
// start, to catch up on what was due while nothing ran, and then as scheduled.
// Ticks never overlap: those that become due during a tick, or while the
// machine sleeps, are made up for by one, at once. With a Lease it ticks only
// while that is held, and its start is the moment at which it gets the lease.
// It returns early only when the schedule has no further tick.
func (r *Runner) Run(ctx context.Context) error {
	if r.cfg.Lease == nil {
		return r.work(ctx)
	}
	return r.cfg.Lease.Hold(ctx, r.lead)
}

// work ticks, at once and then as scheduled, until ctx is done.
func (r *Runner) work(ctx context.Context) error {
	r.leading.Store(true)
	defer r.leading.Store(false)
	timer := time.NewTimer(0)
	defer timer.Stop()
	defer r.engine.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		if ctx.Err() != nil {
			return nil // select chose the timer: a process that was paused finds both due
		}
		began := r.cfg.Now()
		r.tick(ctx, began)
		next := r.cfg.Schedule.Next(began)
		if next.IsZero() {
			return errors.New("workflow runner: the schedule has no further tick")
		}
		timer.Reset(next.Sub(r.cfg.Now())) // at once, if it is overdue
	}
}

// tick ticks once and logs what came of it.
func (r *Runner) tick(ctx context.Context, now time.Time) {
	executions, err := r.engine.Execute(ctx, now)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		r.logger.ErrorContext(ctx, "scheduled changes not executed", slog.Any("err", err))
	}
	for _, x := range executions {
		r.logExecution(ctx, x)
	}
	outcomes, err := r.engine.Tick(ctx, now)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		r.logger.ErrorContext(ctx, "tick failed", slog.Any("err", err))
	}
	for _, o := range outcomes {
		r.log(ctx, o)
	}
}

func (r *Runner) log(ctx context.Context, o Outcome) {
	attrs := []slog.Attr{
		slog.String("project", o.Active.Project), slog.String("environment", o.Active.Environment),
		slog.String("flag", o.Active.Flag), slog.String("rollout", o.Active.Rollout.ID),
		slog.Int("stage", o.Active.Rollout.Stage),
	}
	if o.Err != nil {
		r.logger.LogAttrs(ctx, slog.LevelError, "rollout not decided", append(attrs, slog.Any("err", o.Err))...)
		return
	}
	attrs = append(attrs, slog.String("decision", string(KindOf(o.Decision))), slog.Uint64("seq", o.Receipt.Last))
	level := slog.LevelInfo
	switch d := o.Decision.(type) {
	case Advance:
		attrs = append(attrs, slog.String("reason", d.Reason))
	case RollBack:
		level = slog.LevelWarn
		attrs = append(attrs, slog.String("reason", d.Reason))
	case StepBack:
		level = slog.LevelWarn
		attrs = append(attrs, slog.String("reason", d.Reason))
	case Pause:
		level = slog.LevelWarn
		attrs = append(attrs, slog.String("reason", d.Reason))
	case Hold:
		if d.Alert {
			level = slog.LevelWarn
		}
		attrs = append(attrs, slog.String("hold", string(d.Hold)), slog.Bool("alert", d.Alert), slog.String("reason", d.Reason))
	case Wait:
		level = slog.LevelDebug
		attrs = append(attrs, slog.String("hold", string(d.Hold)), slog.String("reason", d.Reason))
	}
	if o.Overtaken {
		r.logger.LogAttrs(ctx, slog.LevelInfo, "rollout changed by somebody else meanwhile", attrs...)
		return
	}
	r.logger.LogAttrs(ctx, level, "rollout decided", attrs...)
}

func (r *Runner) logExecution(ctx context.Context, x Execution) {
	attrs := []slog.Attr{
		slog.String("project", x.Due.Project), slog.String("environment", x.Due.Environment),
		slog.String("flag", x.Due.Flag), slog.String("schedule", x.Due.Change.ID),
		slog.Time("due", x.Due.Change.At), slog.String("change", string(x.Due.Change.Change.Kind)),
	}
	refusal, refused := x.Event.(ledger.FlagScheduledChangeRefused)
	switch {
	case x.Err != nil:
		r.logger.LogAttrs(ctx, slog.LevelError, "scheduled change not executed", append(attrs, slog.Any("err", x.Err))...)
	case x.Waits, x.Receipt.Last == 0:
		r.logger.LogAttrs(ctx, slog.LevelDebug, "scheduled change waits or was ended by somebody else", attrs...)
	case refused:
		r.logger.LogAttrs(ctx, slog.LevelWarn, "scheduled change refused", append(attrs, slog.Uint64("seq", x.Receipt.Last),
			slog.String("refusal", string(refusal.Refusal)), slog.String("reason", refusal.Message))...)
	default:
		r.logger.LogAttrs(ctx, slog.LevelInfo, "scheduled change ended", append(attrs, slog.Uint64("seq", x.Receipt.Last))...)
	}
}
