package experiment_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/experiment"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

var start = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// world is a company whose accounts come back every day, seen through splits
// that change from day to day. It answers as a store would.
type world struct {
	rng      *rand.Rand
	accounts int
	splits   []evaluator.Split // one a day
	// effect is what the treatment adds to an account's value.
	effect float64
	// lost is the share of accounts whose exposures to the treatment never
	// arrive.
	lost float64
}

func weights(off, on int) evaluator.Split {
	return evaluator.Split{By: "accountId", Weights: []evaluator.Weight{
		{Variant: "on", Weight: on * 1000}, {Variant: "off", Weight: off * 1000},
	}}
}

func salted(s evaluator.Split, salt string) evaluator.Split {
	s.Salt = salt
	return s
}

// experiment is the world's experiment after its last day.
func (w *world) experiment() *ledger.Experiment {
	x := &ledger.Experiment{
		ID: "x1", Environment: "prod", By: "accountId", Status: ledger.ExperimentRunning, StartedAt: start,
		Design:  ledger.ExperimentDesign{Control: "off", Goals: []string{"value"}, Tuning: int64(w.accounts)},
		Metrics: map[string]ledger.Metric{"value": {Kind: ledger.MetricSum, Event: "paid"}},
	}
	for day, s := range w.splits {
		a := ledger.Allocation{First: uint64(day + 1), From: start.AddDate(0, 0, day), Split: s}
		if day+1 < len(w.splits) {
			a.Last, a.Until = a.First, start.AddDate(0, 0, day+1)
		}
		x.Allocations = append(x.Allocations, a)
	}
	return x
}

func (w *world) question() experiment.Question {
	return experiment.Question{
		Project: "shop", Flag: &ledger.Flag{Key: "redesign", Salt: "redesign"}, Experiment: w.experiment(),
		Until: start.AddDate(0, 0, len(w.splits)), Step: 24 * time.Hour,
	}
}

// Results implements experiment.Reader.
func (w *world) Results(_ context.Context, q analytics.ResultQuery) (analytics.Results, error) {
	var members []analytics.Members
	sums := map[[4]int64]analytics.MetricSums{}
	for account := range w.accounts {
		habit, cohort, base := w.rng.NormFloat64(), int64(0), int64(1)
		lost := w.rng.Float64() < w.lost
		for day, split := range w.splits {
			variant, comes := w.visit(split, account)
			if comes && !(lost && variant == 1) {
				cell := analytics.Cell{Stratum: day, Cohort: cohort, Variant: variant}
				bucket := q.Bucket(start.AddDate(0, 0, day))
				members = append(members, analytics.Members{Cell: cell, Bucket: bucket, Units: 1})
				value := habit + float64(5*day) + float64(variant)*w.effect + w.rng.NormFloat64()
				key := [4]int64{int64(day), cohort, int64(variant), bucket}
				s := sums[key]
				s.Cell, s.Bucket = cell, bucket
				s.PairedRatioSums = s.Plus(stats.PairedRatioSums{PostNum: value, PostNumSquares: value * value})
				sums[key] = s
				cohort += base * int64(variant+1)
			}
			base *= 3
		}
	}
	var rows []analytics.MetricSums
	for _, s := range sums {
		rows = append(rows, s)
	}
	return analytics.AssembleResults(q, members, rows, nil), nil
}

// visit is what an account is exposed to on a day, if it comes.
func (w *world) visit(split evaluator.Split, account int) (variant int, comes bool) {
	if w.rng.Float64() < .3 {
		return 0, false
	}
	salt := split.Salt
	if salt == "" {
		salt = "redesign"
	}
	if int(evaluator.Bucket(salt, fmt.Sprint("acc-", account))) < split.Weights[0].Weight {
		variant = 1
	}
	return variant, true
}
