package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/duckstore"
	"github.com/flagledger/flagledger/workflow"
)

// What a fleet has been through, and what a minute brings.
const (
	fleetAccounts  = 2_000
	fleetHistory   = 150 // minutes
	fleetExposures = 2_000
	fleetEvents    = 20_000
	fleetFew       = 50 // flags that the accounts of a closed circle are exposed to
	fleetCircle    = 200
)

// fleet is a store and the rollouts on it.
type fleet struct {
	tb      testing.TB
	book    *fleetBook
	version []uint64
	path    string
	store   *duckstore.Store
	engine  *workflow.Engine
	rng     *rand.Rand
	began   time.Time
	now     time.Time
	writes  uint64
	busy    time.Duration // of all processors, in ticks
}

// BenchmarkThousandRollouts ticks over 1,000 rollouts with 3 gates each, on a
// store of 1,000,000 exposures and 3,000,000 events of 2,000 accounts, each of
// which is exposed to half of the flags. All rollouts are due at each tick. A
// minute's data come between two ticks: of accounts that are exposed to all
// rollouts, of some that are exposed to 50 of them, or of others. First is the
// first tick of a process. FLEET gives another number of rollouts.
func BenchmarkThousandRollouts(b *testing.B) {
	rollouts := 1_000
	if text := os.Getenv("FLEET"); text != "" {
		rollouts, _ = strconv.Atoi(text)
	}
	f := newFleet(b, rollouts)
	b.Run("First", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			f.reopen()
			b.StartTimer()
			f.tick(b)
		}
		f.report(b)
	})
	f.minute(f.everybody)
	f.tick(b)
	f.busy = 0
	for _, of := range []struct {
		name string
		whom func(*analytics.Batch)
	}{{"All", f.everybody}, {"Fifty", f.circle}, {"None", f.strangers}} {
		b.Run(of.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				f.minute(of.whom)
				b.StartTimer()
				f.tick(b)
			}
			f.report(b)
		})
	}
	f.close()
}

func newFleet(b *testing.B, rollouts int) *fleet {
	b.Helper()
	began := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	f := &fleet{tb: b, began: began, now: began, rng: rand.New(rand.NewPCG(3, 4)), path: filepath.Join(b.TempDir(), "analytics.duckdb")}
	f.book = newFleetBook(b, func() time.Time { return f.now })
	for i := range rollouts {
		f.version = append(f.version, f.book.roll(b, fmt.Sprint("flag-", i)))
	}
	f.open()
	first := analytics.Batch{}
	for i := range rollouts {
		for a := i % 2; a < fleetAccounts; a += 2 {
			f.expose(&first, i, fmt.Sprint("account-", a), f.rng.IntN(600))
		}
		if i < fleetFew {
			for a := range fleetCircle {
				f.expose(&first, i, fmt.Sprint("circle-", a), f.rng.IntN(600))
			}
		}
	}
	f.write(first)
	for range fleetHistory {
		f.minute(func(batch *analytics.Batch) { f.happen(batch, "account", fleetAccounts) })
	}
	return f
}

func (f *fleet) open() {
	store, err := duckstore.Open(context.Background(), duckstore.Config{Path: f.path})
	if err != nil {
		f.tb.Fatal(err)
	}
	f.store = store
	if f.engine, err = workflow.New(f.book, store, f.book, workflow.Config{Timeout: 10 * time.Minute}); err != nil {
		f.tb.Fatal(err)
	}
}

func (f *fleet) close() {
	if err := f.store.Close(); err != nil {
		f.tb.Error(err)
	}
}

// reopen begins another life of the process.
func (f *fleet) reopen() {
	f.close()
	f.open()
}

// minute writes what is new, and lets its bucket close.
func (f *fleet) minute(of func(*analytics.Batch)) {
	batch := analytics.Batch{}
	of(&batch)
	f.write(batch)
	f.now = f.now.Add(time.Minute)
}

func (f *fleet) write(b analytics.Batch) {
	f.writes++
	b.ID, b.Project, b.Environment, b.ReceivedAt = fmt.Sprint("b", f.writes), fleetProject, fleetEnvironment, f.now
	if _, err := f.store.Write(context.Background(), []analytics.Batch{b}, analytics.Position{Seq: f.writes}); err != nil {
		f.tb.Fatal(err)
	}
}

// expose adds an exposure of an account, always to the same variant.
func (f *fleet) expose(b *analytics.Batch, flag int, account string, second int) {
	variant := "off"
	if (uint64(flag)*2654435761+analytics.Batch{}.UnitID("", account))>>7%2 == 0 {
		variant = "on"
	}
	b.Exposures = append(b.Exposures, analytics.Exposure{
		Flag: fmt.Sprint("flag-", flag), Variant: variant, By: fleetBy, Unit: account, Version: f.version[flag],
		At: f.now.Add(time.Duration(second)*time.Second + time.Microsecond),
	})
}

// happen adds a minute's events of accounts.
func (f *fleet) happen(b *analytics.Batch, whose string, accounts int) {
	metrics := fleetMetrics()
	for range fleetEvents {
		value := f.rng.ExpFloat64() * 100
		b.Events = append(b.Events, analytics.Event{
			Name: metrics[f.rng.IntN(len(metrics))].Event, Failed: f.rng.IntN(100) == 0, Value: &value,
			At:    f.now.Add(time.Duration(f.rng.Int64N(int64(time.Minute)))),
			Units: map[string]string{fleetBy: fmt.Sprint(whose, "-", f.rng.IntN(accounts))},
		})
	}
}

// everybody is exposed to any flag, seen there before or not.
func (f *fleet) everybody(b *analytics.Batch) {
	for range fleetExposures {
		f.expose(b, f.rng.IntN(len(f.version)), fmt.Sprint("account-", f.rng.IntN(fleetAccounts)), f.rng.IntN(59))
	}
	f.happen(b, "account", fleetAccounts)
}

// circle are the accounts that 50 flags have to themselves.
func (f *fleet) circle(b *analytics.Batch) {
	for range fleetExposures {
		f.expose(b, f.rng.IntN(min(fleetFew, len(f.version))), fmt.Sprint("circle-", f.rng.IntN(fleetCircle)), f.rng.IntN(59))
	}
	f.happen(b, "circle", fleetCircle)
}

// strangers are exposed to nothing.
func (f *fleet) strangers(b *analytics.Batch) { f.happen(b, "stranger", fleetAccounts) }

// tick has all rollouts looked at, once the last minute can be judged.
func (f *fleet) tick(b *testing.B) {
	b.Helper()
	before := processorTime(b)
	outcomes, err := f.engine.Tick(context.Background(), f.now.Add(11*time.Second))
	f.busy += processorTime(b) - before
	if err != nil || len(outcomes) != len(f.version) {
		b.Fatalf("%d of %d rollouts were looked at, %v", len(outcomes), len(f.version), err)
	}
	for _, o := range outcomes {
		if _, waits := o.Decision.(workflow.Wait); o.Err != nil || !waits {
			b.Fatalf("rollout of %s: %T %+v, %v", o.Active.Flag, o.Decision, o.Decision, o.Err)
		}
	}
}

// report gives the time of all processors per tick, which on a machine that is
// busy with other things says more than the time that went by.
func (f *fleet) report(b *testing.B) {
	b.ReportMetric(float64(f.busy.Milliseconds())/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/op")
	b.ReportMetric(0, "ns/op") // not shown
	f.busy = 0
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
