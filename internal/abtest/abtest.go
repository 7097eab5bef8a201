// Package abtest makes the record of an A/B test whose truth is known, to see
// what an analysis makes of it.
//
// Write gives a CSV file with a row for each user: the variant, two outcomes
// that are true or not, and an amount with a heavy tail, a log-normal one whose
// standard deviation is five times its mean. The same seed gives the same file.
package abtest

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"time"
)

// Effect is what is true of a column of the file.
type Effect struct {
	Column string
	// Control is the expected value in the control, Lift the relative
	// difference that the treatment makes.
	Control, Lift float64
}

// The variants, of which users get either with the same probability.
const (
	Control   = "classic"
	Treatment = "redesign"
)

// Days is how long the test runs.
const Days = 14

// plans are the users' plans: how many have one, and how it shifts what they do.
func plans() []struct {
	name                string
	share, sent, amount float64
} {
	return []struct {
		name                string
		share, sent, amount float64
	}{{"free", .6, .22, .5}, {"team", .3, .38, 1.2}, {"business", .1, .54, 3.4}}
}

const (
	sentLift   = .06
	returned   = .45
	amountMean = 100.0 // times the plan's
	amountLift = .02
	sigma      = 1.8 // of the logarithm
)

// Truth is what is true of every file.
func Truth() []Effect {
	sent, amount := 0.0, 0.0
	for _, p := range plans() {
		sent += p.share * p.sent
		amount += p.share * p.amount * amountMean
	}
	return []Effect{
		{Column: "sent_invoice", Control: sent, Lift: sentLift},
		{Column: "returned_day_7", Control: returned},
		{Column: "invoiced", Control: amount, Lift: amountLift},
	}
}

// Write makes the file.
func Write(to io.Writer, users int, seed uint64, from time.Time) error {
	rng := rand.New(rand.NewPCG(seed, 0))
	w := csv.NewWriter(to)
	err := w.Write([]string{"user", "variant", "seen_at", "country", "plan", "sent_invoice", "returned_day_7", "invoiced"})
	for i := 0; i < users && err == nil; i++ {
		err = w.Write(user(rng, i, from))
	}
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	return err
}

func user(rng *rand.Rand, i int, from time.Time) []string {
	plan := plans()[0]
	for draw, k := rng.Float64(), 0; draw >= plan.share; {
		draw -= plan.share
		k++
		plan = plans()[min(k, len(plans())-1)]
	}
	variant, sent, mean := Control, plan.sent, plan.amount*amountMean
	if rng.IntN(2) == 1 {
		variant, sent, mean = Treatment, sent*(1+sentLift), mean*(1+amountLift)
	}
	amount := mean * math.Exp(sigma*rng.NormFloat64()-sigma*sigma/2)
	seen := from.Add(time.Duration(rng.Int64N(int64(Days * 24 * time.Hour)))).Truncate(time.Second)
	return []string{
		fmt.Sprintf("u-%06d", i), variant, seen.UTC().Format(time.RFC3339),
		[]string{"DE", "FR", "GB", "NL", "US"}[rng.IntN(5)], plan.name,
		oneIf(rng.Float64() < sent), oneIf(rng.Float64() < returned), strconv.FormatFloat(amount, 'f', 2, 64),
	}
}

func oneIf(is bool) string {
	if is {
		return "1"
	}
	return "0"
}
