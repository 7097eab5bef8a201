package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/robfig/cron/v3"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/internal/lifecycle"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/natslog"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/workflow"
	"github.com/flagledger/flagledger/workflow/natslease"
)

// What makes this binary a workflow runner, and how it treats its first
// decision.
const (
	varRunner   = "FLAGLEDGER_TEST_RUNNER"      // address of the NATS server
	varPassword = "FLAGLEDGER_TEST_RUNNER_PASS" // of its user "app"
	varFate     = "FLAGLEDGER_TEST_RUNNER_FATE"
)

// fate is what becomes of a runner's first append.
type fate string

const (
	fateNone   fate = ""       // nothing
	fateBefore fate = "before" // it waits for its end before it is sent
	fateDuring fate = "during" // it is told, and sent at once
	fateAfter  fate = "after"  // it is stored, but the answer is never seen
	fatePaused fate = "paused" // it leaves time to be paused before it is sent
)

// What a runner prints, beside its log.
const (
	saysReady    = "says ready"
	saysReached  = "says reached" // the point at which its fate is due
	saysAppended = "says appended "
	saysRefused  = "says refused"
)

// leaseTime is the runners' lease: short, to be waited for, but longer than a
// busy machine keeps a process waiting.
const leaseTime = 1500 * time.Millisecond

// runRunner works as a runner until its standard input ends.
func runRunner(addr string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	conn, err := nats.Connect("nats://"+addr, nats.UserInfo("app", os.Getenv(varPassword)))
	if err != nil {
		return err
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(os.Stdout, nil))
	log, err := natslog.New(js, logger, natslog.Config{})
	if err != nil {
		return err
	}
	view := projector.New(log, logger, projector.Config{})
	fated := &fatedLog{Log: log, fate: fate(os.Getenv(varFate))}
	engine, err := workflow.New(activeRollouts{view}, badRelease{}, ledger.New(fated, view, time.Now), workflow.Config{})
	if err != nil {
		return err
	}
	lease, err := natslease.New(js, logger, natslease.Config{Duration: leaseTime})
	if err != nil {
		return err
	}
	runner, err := workflow.NewRunner(engine, logger, workflow.RunnerConfig{
		Schedule: cron.Every(time.Second), Now: time.Now, Lease: lease,
	})
	if err != nil {
		return err
	}
	group, err := lifecycle.New(
		lifecycle.Part{Name: "projector", Run: view.Run, Ready: view.Ready()},
		lifecycle.Part{Name: "ready", Run: func(ctx context.Context) error { say(saysReady); <-ctx.Done(); return nil }},
		lifecycle.Part{Name: "workflow", Run: runner.Run},
	)
	if err != nil {
		return err
	}
	return group.Run(ctx)
}

func say(line string) { _, _ = fmt.Fprintln(os.Stdout, line) } // one write each: not torn by a kill

// fatedLog is a log whose first append meets its fate.
type fatedLog struct {
	ledger.Log

	fate fate
	met  bool
}

func (l *fatedLog) Append(ctx context.Context, b ledger.Batch) (uint64, error) {
	now := l.fate
	if l.met {
		now = fateNone
	}
	l.met = true
	switch now {
	case fateBefore:
		say(saysReached)
		select {}
	case fateDuring:
		say(saysReached)
	case fatePaused:
		say(saysReached)
		time.Sleep(time.Second)          // of running time: the parent stops this process meanwhile
		ctx = context.WithoutCancel(ctx) // the worst case: nothing but the ledger stops it
	case fateAfter, fateNone:
	}
	seq, err := l.Log.Append(ctx, b)
	if now == fateAfter && err == nil {
		say(saysReached)
		select {}
	}
	switch {
	case err == nil:
		say(saysAppended + fmt.Sprint(seq))
	case errors.Is(err, ledger.ErrConflict), errors.Is(err, ledger.ErrDuplicate):
		say(saysRefused)
	}
	return seq, err
}

// activeRollouts lists the rollouts of the projector's state.
type activeRollouts struct{ view *projector.Projector }

// Due implements workflow.Source: no change is scheduled.
func (activeRollouts) Due(context.Context, time.Time) ([]workflow.Due, error) { return nil, nil }

func (r activeRollouts) Active(ctx context.Context) ([]workflow.Active, error) {
	var out []workflow.Active
	err := r.view.Read(ctx, 0, func(st *ledger.State) error {
		for _, f := range st.Projects["shop"].Flags {
			for env, here := range f.Environments {
				if here.Rollout.Active() {
					out = append(out, workflow.Active{Project: "shop", Flag: f.Key, Environment: env, Rollout: *here.Rollout})
				}
			}
		}
		return nil
	})
	return out, err
}

// badRelease is an analytics store in which ten times as many treated units
// fail as others, from the beginning.
type badRelease struct{}

const (
	armUnits     = 6000
	treatmentBad = 600
	controlBad   = 60
)

func (badRelease) Exposed(_ context.Context, q analytics.ExposedQuery) (analytics.Exposed, error) {
	arm := analytics.ExposedArm{Units: armUnits, Newest: q.Until}
	return analytics.Exposed{
		Rows:      []analytics.ExposedRow{{Cohort: analytics.Fresh, Treatment: armUnits, Control: armUnits}},
		Treatment: arm, Control: arm,
	}, nil
}

func (badRelease) Gate(_ context.Context, q analytics.GateQuery) (analytics.GateSeries, error) {
	at := q.Strata[0].Start
	row := stats.Row{Cohort: analytics.Fresh, At: at, NT: armUnits, XT: treatmentBad, NC: armUnits, XC: controlBad}
	count := func(bad int64) analytics.ArmCounts {
		return analytics.ArmCounts{Active: armUnits, BadUnits: bad, Events: armUnits, Bad: bad, Newest: at}
	}
	return analytics.GateSeries{
		Series: stats.Series{
			Start: at, StageStart: at, Until: q.Until, BadUnits: treatmentBad,
			Units: []stats.Row{row}, Requests: []stats.Row{row},
		},
		Treatment: count(treatmentBad), StageTreatment: count(treatmentBad),
		Control: count(controlBad), StageControl: count(controlBad),
	}, nil
}

func (badRelease) Control(context.Context, analytics.ControlQuery) (analytics.ControlValues, error) {
	return analytics.ControlValues{}, errors.New("the plan has no quantile")
}

func (badRelease) Results(context.Context, analytics.ResultQuery) (analytics.Results, error) {
	return analytics.Results{}, errors.New("the plan has no gate on values")
}

// leads tells whether a line of a runner's log says that it leads.
func leads(line string) bool { return strings.Contains(line, `msg="workflow leads"`) }
