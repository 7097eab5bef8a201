package stats

import (
	"fmt"
	"math"
)

// Sequence is a confidence sequence for effects: its intervals cover the truth
// at all looks together with probability 1-Alpha, so one may look whenever one
// likes and stop for whatever reason. It is asymptotic in the number of units
// (a hundred in each arm at the least) and assumes that units are independent.
//
// Source: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central
// limit theory and asymptotic confidence sequences", Ann. Statist. 52 (2024),
// eqs. 9, 134, 155 and 161.
type Sequence struct {
	// Alpha is the error probability, in (0,1).
	Alpha float64
	// Tuning is the number of units, of both arms together, at which the
	// intervals are tightest. It must be fixed before the first look.
	Tuning float64
}

// DefaultTuning suits experiments that are decided at some thousand units.
const DefaultTuning = 5000

// Validate names the field that cannot be used.
func (s Sequence) Validate() error {
	if !(s.Alpha > 0 && s.Alpha < 1) {
		return fmt.Errorf("alpha %v is not in (0,1)", s.Alpha)
	}
	if !(s.Tuning > 0) || math.IsInf(s.Tuning, 0) {
		return fmt.Errorf("tuning %v is not a positive number of units", s.Tuning)
	}
	return nil
}

// precision is n rho^2: the number of units in units of the mixture's variance.
func (s Sequence) precision(n int64, side Side) float64 {
	alpha := s.Alpha
	if side != TwoSided {
		alpha *= 2
	}
	l := -2 * math.Log(alpha)
	if l <= 0 { // alpha of one half and more, one-sided: any mixture will do
		return float64(n) / s.Tuning
	}
	return float64(n) * (l + math.Log(l+1)) / s.Tuning
}

// Interval is what the sequence says at this look.
func (s Sequence) Interval(e Effect, side Side) Interval {
	k := s.precision(e.N, side)
	root := math.Sqrt(k + 1)
	if side == TwoSided {
		half := e.SE * math.Sqrt(2*(k+1)/k*math.Log(root/s.Alpha))
		return Interval{e.Estimate - half, e.Estimate + half}
	}
	return oneSided(e.Estimate, e.SE*math.Sqrt(2*(k+1)/k*math.Log1p(root/(2*s.Alpha))), side)
}

// P is the always-valid p-value at this look: the smallest alpha whose
// interval leaves zero out, the mixture being as it is. The minimum over all
// looks is valid as well.
func (s Sequence) P(e Effect, side Side) float64 {
	k := s.precision(e.N, side)
	z := e.Estimate / e.SE
	if side == Less {
		z = -z
	}
	exponent := k * z * z / (2 * (k + 1))
	if side == TwoSided {
		return min(1, math.Sqrt(k+1)*math.Exp(-exponent))
	}
	if z <= 0 {
		return 1
	}
	return min(1, math.Sqrt(k+1)/(2*math.Expm1(exponent)))
}
