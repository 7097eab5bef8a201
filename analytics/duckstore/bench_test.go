package duckstore_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/duckstore"
	"github.com/flagledger/flagledger/analytics/stats"
)

// traffic makes batches of a day: units exposed over four hours, one in twenty
// to the treatment, with events over the day of which 1% fail.
type traffic struct {
	rng   *rand.Rand
	units int
	day   time.Duration
}

func (tr traffic) batch(id string, exposures, events int) analytics.Batch {
	b := analytics.Batch{ID: id, Project: "p", Environment: "e", ReceivedAt: epoch()}
	for range exposures {
		u := tr.rng.IntN(tr.units)
		variant := "off"
		if u%20 == 0 {
			variant = "on"
		}
		b.Exposures = append(b.Exposures, analytics.Exposure{
			Flag: "f", Variant: variant, By: "accountId", Unit: fmt.Sprintf("account-%08d", u), Version: 1,
			At: epoch().Add(time.Duration(tr.rng.Int64N(int64(tr.day / 6)))),
		})
	}
	for range events {
		value := tr.rng.ExpFloat64() * 100
		b.Events = append(b.Events, analytics.Event{
			Name: "m", Failed: tr.rng.IntN(100) == 0, Value: &value,
			At:    epoch().Add(time.Duration(tr.rng.Int64N(int64(tr.day)))),
			Units: map[string]string{"accountId": fmt.Sprintf("account-%08d", tr.rng.IntN(tr.units))},
		})
	}
	return b
}

func benchRollout() analytics.Rollout {
	return analytics.Rollout{
		Project: "p", Environment: "e", Flag: "f", By: "accountId", Treatment: "on", Control: "off",
		Strata: []analytics.Stratum{{FirstVersion: 1, LastVersion: 1, Start: epoch()}},
	}
}

// BenchmarkWrite writes one batch of 10,000 events of one unit each, and, as
// the floor, an empty one.
func BenchmarkWrite(b *testing.B) {
	for _, items := range []int{0, 10_000} {
		b.Run(fmt.Sprint("events=", items), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "analytics.duckdb"))
			defer func() { _ = s.Close() }()
			tr := traffic{rng: rand.New(rand.NewPCG(1, 1)), units: 100_000, day: 24 * time.Hour}
			batch := tr.batch("", 0, items)
			n := 0
			for b.Loop() {
				n++
				batch.ID = fmt.Sprint("b", n)
				if _, err := s.Write(context.Background(), []analytics.Batch{batch}, analytics.Position{Seq: uint64(n)}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(items)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkQueries asks of 1,000,000 events and 200,000 exposures of 150,000
// units over a day. Scan is the floor: a count of the events.
func BenchmarkQueries(b *testing.B) {
	ctx := context.Background()
	s := open(b, filepath.Join(b.TempDir(), "analytics.duckdb"))
	defer func() { _ = s.Close() }()
	fill(b, s)
	until := epoch().Add(24 * time.Hour)
	q := analytics.GateQuery{Rollout: benchRollout(), Bad: analytics.Bad{Event: "m", Failed: true}, Until: until}
	above := 400.0
	slow := q
	slow.Bad = analytics.Bad{Event: "m", Above: &above}
	var series analytics.GateSeries
	b.Run("Scan", func(b *testing.B) {
		for b.Loop() {
			if _, err := duckstore.CountEvents(ctx, s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Gate", func(b *testing.B) {
		var err error
		for b.Loop() {
			if series, err = s.Gate(ctx, q); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(series.Units)), "rows")
	})
	b.Run("GateAbove", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Gate(ctx, slow); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Exposed", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Exposed(ctx, analytics.ExposedQuery{Rollout: q.Rollout, Until: until}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Control", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Control(ctx, analytics.ControlQuery{Rollout: q.Rollout, Event: "m", Quantile: .95, Until: until}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Evaluate", func(b *testing.B) {
		for b.Loop() {
			if _, err := stats.Evaluate(series.Series, stats.Params{Tau: 2}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func fill(b *testing.B, s *duckstore.Store) {
	b.Helper()
	tr := traffic{rng: rand.New(rand.NewPCG(1, 2)), units: 150_000, day: 24 * time.Hour}
	for n := range 100 {
		batch := tr.batch(fmt.Sprint("b", n), 2_000, 10_000)
		if _, err := s.Write(context.Background(), []analytics.Batch{batch}, analytics.Position{Seq: uint64(n + 1)}); err != nil {
			b.Fatal(err)
		}
	}
}
