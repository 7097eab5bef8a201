package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

// sizing is one "experiment size".
type sizing struct {
	rate, mean, deviation, lift string
	share                       string
	alpha, power, perDay        float64
}

func newExperimentSize(a *app) *cobra.Command {
	o := &sizing{}
	cmd := &cobra.Command{
		Use:   "size",
		Short: "Say how many units an experiment needs, and how long it takes",
		Long: `Say how many units an experiment of two variants needs to show a change of the
given size. "flagledger experiment results" may be read at any time, which takes
more units than a single look at the end; both numbers are given.`,
		Example: example(
			`flagledger experiment size --rate 12% --lift 5% --per-day 900`,
			`flagledger experiment size --mean 84 --deviation 130 --lift 3% --share 20%`),
		Args: cobra.NoArgs,
	}
	cmd.RunE = a.action(func(_ context.Context, s *session, _ []string) error { return o.run(s) })
	f := cmd.Flags()
	f.StringVar(&o.rate, "rate", "", "share of control units that convert, such as 12%")
	f.StringVar(&o.mean, "mean", "", "mean of the metric in the control, if it is no share")
	f.StringVar(&o.deviation, "deviation", "", "standard deviation of the metric between units, with --mean")
	f.StringVar(&o.lift, "lift", "", "the smallest relative change worth finding, such as 5%")
	f.StringVar(&o.share, "share", "50%", "share of units that get the variant")
	f.Float64Var(&o.alpha, "alpha", ledger.DefaultAlpha, "probability of a false alarm")
	f.Float64Var(&o.power, "power", 0.8, "probability of finding the change if it is there")
	f.Float64Var(&o.perDay, "per-day", 0, "new units a day, for the duration")
	return cmd
}

// sized is the answer.
type sized struct {
	Treatment      int64  `json:"treatment"` // units with the variant
	Control        int64  `json:"control"`
	SingleLook     int64  `json:"singleLook"` // of both, if read once at the end
	Tuning         int64  `json:"tuning"`     // for "experiment start"
	Duration       string `json:"duration,omitempty"`
	durationInDays string
}

func (o *sizing) run(s *session) error {
	if (o.rate == "") == (o.mean == "") {
		return usagef("give --rate for a share, or --mean and --deviation for any other metric")
	}
	answer, err := o.size()
	if err != nil {
		return err
	}
	if s.json {
		return s.printValue(answer)
	}
	s.sayf("%s units with the variant and %s with the control find a change of %s in %g%% of all cases,",
		bold(count(answer.Treatment)), bold(count(answer.Control)), o.lift, 100*o.power)
	s.sayf("while you look as often as you like. A single look at the end would take %s in all.", count(answer.SingleLook))
	if answer.Duration != "" {
		s.sayf("At %s new units a day that is %s.", number(o.perDay), bold(answer.durationInDays))
	}
	s.sayf("Start it with --tuning %d.", answer.Tuning)
	return nil
}

func (o *sizing) size() (sized, error) {
	single, design, err := o.units()
	if err != nil {
		return sized{}, err
	}
	more, err := design.AnyTime()
	if err != nil {
		return sized{}, asUsage(err)
	}
	treated := math.Ceil(single * more)
	a := sized{
		Treatment: int64(treated), Control: int64(math.Ceil(treated * design.ControlPerTreated)),
		SingleLook: int64(math.Ceil(single) + math.Ceil(single*design.ControlPerTreated)),
	}
	a.Tuning = a.Treatment + a.Control
	if o.perDay > 0 {
		d := design.Duration(treated, o.perDay)
		a.Duration, a.durationInDays = spanWords(d), dayWords(d)
	}
	return a, nil
}

// units is how many treated units are needed.
func (o *sizing) units() (float64, stats.Design, error) {
	var d stats.Design
	share, err := percentFlag("share", o.share)
	if err != nil {
		return 0, d, err
	}
	lift, err := percentFlag("lift", o.lift)
	if err != nil {
		return 0, d, err
	}
	if lift == 0 || share <= 0 || share >= 1 {
		return 0, d, usagef("--lift must not be 0%%, and --share must lie between 0%% and 100%%")
	}
	d = stats.Design{Alpha: o.alpha, Power: o.power, Side: stats.TwoSided, ControlPerTreated: (1 - share) / share}
	if o.rate != "" {
		rate, err := percentFlag("rate", o.rate)
		if err != nil {
			return 0, d, err
		}
		n, err := d.ProportionUnits(rate, rate*(1+lift))
		return n, d, asUsage(err)
	}
	var mean, deviation float64
	for _, f := range []struct {
		name, text string
		into       *float64
	}{{"mean", o.mean, &mean}, {"deviation", o.deviation, &deviation}} {
		if *f.into, err = numberFlag(f.name, f.text); err != nil {
			return 0, d, err
		}
	}
	n, err := d.MeanUnits(mean*lift, deviation)
	return n, d, asUsage(err)
}

func asUsage(err error) error {
	if err != nil {
		return usagef("%v", err)
	}
	return nil
}

// dayWords writes a duration in days, or hours if it is shorter.
func dayWords(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == math.MaxInt64:
		return "longer than anybody lives"
	case d < 2*day:
		return fmt.Sprintf("%.0f hours", math.Ceil(d.Hours()))
	}
	return fmt.Sprintf("%.0f days", math.Ceil(d.Hours()/24))
}
