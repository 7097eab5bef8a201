package stats

import (
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

// Design says what an experiment is meant to find.
type Design struct {
	// Alpha is the probability of a false alarm and Power that of finding
	// the effect if it is there, both in (0,1).
	Alpha, Power float64
	Side         Side
	// ControlPerTreated is how many control units there are for one treated
	// unit; 1 for an even split.
	ControlPerTreated float64
}

func (d Design) check() error {
	for _, field := range []struct {
		name  string
		value float64
	}{{"alpha", d.Alpha}, {"power", d.Power}} {
		if !(field.value > 0 && field.value < 1) {
			return fmt.Errorf("%s %v is not in (0,1)", field.name, field.value)
		}
	}
	if !(d.ControlPerTreated > 0) || math.IsInf(d.ControlPerTreated, 0) {
		return fmt.Errorf("controlPerTreated %v is not a positive number", d.ControlPerTreated)
	}
	return nil
}

// normals are the quantiles of the two errors.
func (d Design) normals() (alpha, power float64) {
	tail := d.Alpha
	if d.Side == TwoSided {
		tail /= 2
	}
	return distuv.UnitNormal.Quantile(1 - tail), distuv.UnitNormal.Quantile(d.Power)
}

// AnyTime is by what a number of units must be multiplied if the result is read
// with a Sequence instead of a single look at the end: with so many units, and
// the sequence tuned to them, the change is found with Power at that number. It
// is mostly found earlier.
func (d Design) AnyTime() (float64, error) {
	if err := d.check(); err != nil {
		return 0, err
	}
	const units = 1 << 20 // any number: the interval's width depends on N/Tuning alone
	i := Sequence{Alpha: d.Alpha, Tuning: units}.Interval(Effect{SE: 1, N: units}, d.Side)
	single, power := d.normals()
	return sq((min(math.Abs(i.Low), math.Abs(i.High)) + power) / (single + power)), nil
}

// ProportionUnits is how many treated units show a change of a proportion from
// control to treatment, both in (0,1), in a single look at the end. The normal
// test of two proportions with a pooled variance under no effect is assumed.
//
// Source: Fleiss, Levin & Paik, "Statistical Methods for Rates and
// Proportions", 3rd ed., section 4.2, without its continuity correction.
func (d Design) ProportionUnits(control, treatment float64) (float64, error) {
	if err := d.check(); err != nil {
		return 0, err
	}
	if !(control > 0 && control < 1 && treatment > 0 && treatment < 1) || control == treatment {
		return 0, fmt.Errorf("proportions %v and %v must differ and be in (0,1)", control, treatment)
	}
	a, b := d.normals()
	r := d.ControlPerTreated
	pooled := (treatment + r*control) / (1 + r)
	null := math.Sqrt(pooled * (1 - pooled) * (1 + 1/r))
	alternative := math.Sqrt(treatment*(1-treatment) + control*(1-control)/r)
	return sq((a*null + b*alternative) / (treatment - control)), nil
}

// MeanUnits is how many treated units show a change of a mean by difference,
// where a unit's standard deviation is deviation in both arms.
//
// Source: Cohen, "Statistical Power Analysis", 2nd ed., section 2.4, by the
// normal approximation with Guenther's correction (Am. Statist. 35 (1981) 243).
func (d Design) MeanUnits(difference, deviation float64) (float64, error) {
	if err := d.check(); err != nil {
		return 0, err
	}
	if difference == 0 || !(deviation > 0) || math.IsNaN(difference+deviation) || math.IsInf(difference+deviation, 0) {
		return 0, fmt.Errorf("difference %v and deviation %v must be finite, the one not 0 and the other above 0", difference, deviation)
	}
	a, b := d.normals()
	return sq((a+b)*deviation/difference)*(1+1/d.ControlPerTreated) + a*a/4, nil
}

// Duration is how long it takes until so many treated units have arrived, at
// perDay new units in all; both arms fill at the design's ratio. It is
// math.MaxInt64 nanoseconds (292 years) if that is not enough.
func (d Design) Duration(treatedUnits, perDay float64) time.Duration {
	days := treatedUnits * (1 + d.ControlPerTreated) / perDay
	if nanoseconds := days * float64(24*time.Hour); nanoseconds < math.MaxInt64 {
		return time.Duration(nanoseconds)
	}
	return math.MaxInt64
}
