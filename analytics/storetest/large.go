package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// The size of the store that Large asks. Each unit has as many exposures and
// events as any other, over two weeks; a hash tells which of five names an event
// has.
const (
	LargeUnits     = 1_000_000
	LargeExposures = 10_000_000
	LargeEvents    = 100_000_000
	// LargeWrites is the number of the last write of the data; those of the
	// benchmark follow.
	LargeWrites = 1000
)

// LargeFrom is when the data of Large begin.
func LargeFrom() time.Time { return time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) }

const largeDays = 14

// largeResults is an experiment with five metrics, as a product manager has it
// on the screen: totals, with the adjustment by the time before for one.
func largeResults() analytics.ResultQuery {
	q := analytics.ResultQuery{
		Project: "p", Environment: "e", Flag: "f", By: "userId", Variants: []string{"off", "on"},
		Strata: []analytics.Stratum{{FirstVersion: 1, LastVersion: 1, Start: LargeFrom()}},
		Until:  LargeFrom().AddDate(0, 0, largeDays),
	}
	of := func(n int, quantity analytics.Quantity) analytics.Measure {
		return analytics.Measure{Event: fmt.Sprint("m", n), Of: quantity}
	}
	count, values := of(3, analytics.OfCount), of(4, analytics.OfValues)
	q.Metrics = []analytics.MetricSpec{
		{Name: "conversion", Numerator: of(0, analytics.OfAny)},
		{Name: "count", Numerator: of(1, analytics.OfCount)},
		{Name: "sum", Numerator: of(2, analytics.OfSum), Before: 7 * 24 * time.Hour},
		{Name: "error rate", Numerator: of(3, analytics.OfFailed), Denominator: &count},
		{Name: "mean", Numerator: of(4, analytics.OfSum), Denominator: &values},
	}
	return q
}

func largeGate() analytics.GateQuery {
	return analytics.GateQuery{
		Rollout: analytics.Rollout{
			Project: "p", Environment: "e", Flag: "f", By: "userId", Treatment: "on", Control: "off", Strata: largeResults().Strata,
		},
		Bad: analytics.Bad{Event: "m0", Failed: true}, Until: LargeFrom().AddDate(0, 0, largeDays),
	}
}

// Large asks a store of that size, which is filled beforehand: the first time,
// again, after a minute in which 10,000 events of 2,000 units have come, and after
// a restart. open closes the store that it gave before.
func Large(b *testing.B, open func(b *testing.B) Store) {
	s := open(b)
	p, err := s.Position(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	rng, minute := rand.New(rand.NewPCG(3, p.Seq)), int(p.Seq) // of an earlier run
	q, g := largeResults(), largeGate()
	q.Until = q.Until.Add(time.Duration(minute) * time.Minute)
	g.Until = q.Until
	ask := func(b *testing.B) {
		r, err := s.Results(context.Background(), q)
		if err != nil || len(r.Increments) != 2 || r.Increments[0].Units+r.Increments[1].Units != LargeUnits {
			b.Fatalf("%+v: %v", r, err)
		}
	}
	look := func(b *testing.B) {
		r, err := s.Gate(context.Background(), g)
		if err != nil || r.Treatment.Active == 0 {
			b.Fatalf("%+v: %v", r.Treatment, err)
		}
	}
	grow := func(b *testing.B) {
		minute++
		q.Until = q.Until.Add(time.Minute)
		g.Until = q.Until
		largeMinute(b, s, rng, minute, q.Until)
	}
	for _, question := range []struct {
		name string
		ask  func(*testing.B)
	}{{"Results", ask}, {"Gate", look}} {
		b.Run(question.name+"/first", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				forget(b, s)
				b.StartTimer()
				question.ask(b)
			}
		})
		b.Run(question.name+"/again", func(b *testing.B) {
			question.ask(b)
			for b.Loop() {
				question.ask(b)
			}
		})
		b.Run(question.name+"/restart", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s = open(b)
				b.StartTimer()
				question.ask(b)
			}
		})
		b.Run(question.name+"/minute", func(b *testing.B) {
			question.ask(b)
			for b.Loop() {
				b.StopTimer()
				grow(b)
				b.StartTimer()
				question.ask(b)
			}
		})
	}
}

func forget(b *testing.B, s Store) {
	if err := s.Forget(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// largeMinute writes what happens in the minute before until.
func largeMinute(b *testing.B, s Store, rng *rand.Rand, minute int, until time.Time) {
	batch := analytics.Batch{ID: fmt.Sprint("minute-", rng.Uint64()), Project: "p", Environment: "e", ReceivedAt: until}
	units := make([]string, 2000)
	for i := range units {
		units[i] = fmt.Sprint("u", rng.IntN(LargeUnits))
	}
	for n := range 10_000 {
		value := float64(n % 1000)
		batch.Events = append(batch.Events, analytics.Event{
			Name: fmt.Sprint("m", n%5), Failed: n%97 == 0, Value: &value, Units: map[string]string{"userId": units[rng.IntN(len(units))]},
			At: until.Add(-time.Duration(1 + rng.Int64N(int64(time.Minute)-1))),
		})
	}
	if _, err := s.Write(context.Background(), []analytics.Batch{batch}, analytics.Position{Seq: uint64(minute)}); err != nil {
		b.Fatal(err)
	}
}
