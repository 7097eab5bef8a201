package stats_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/flagledger/flagledger/analytics/stats"
)

func TestSequenceVectors(t *testing.T) {
	type sequenceCase struct {
		Input struct {
			Kind      string          `json:"kind"`
			Control   json.RawMessage `json:"control"`
			Treatment json.RawMessage `json:"treatment"`
			Alpha     float64         `json:"alpha"`
			Tuning    float64         `json:"tuning_parameter"`
		} `json:"input"`
		Expected map[string]inference `json:"expected"`
	}
	kinds := []struct {
		key  string
		make func(control, treatment stats.Arm) (stats.Effect, error)
		side stats.Side
	}{
		{"two_sided_absolute", stats.Difference, stats.TwoSided},
		{"treatment_greater_absolute", stats.Difference, stats.Greater},
		{"treatment_lesser_absolute", stats.Difference, stats.Less},
		{"two_sided_relative", stats.Lift, stats.TwoSided},
		{"treatment_greater_relative", stats.Lift, stats.Greater},
		{"treatment_lesser_relative", stats.Lift, stats.Less},
	}
	checked := 0
	for _, c := range load[sequenceCase](t, "sequential_ci.json", 48) {
		control, treatment := armOf(t, c.Input.Kind, c.Input.Control), armOf(t, c.Input.Kind, c.Input.Treatment)
		s := stats.Sequence{Alpha: c.Input.Alpha, Tuning: c.Input.Tuning}
		for _, kind := range kinds {
			want := c.Expected[kind.key]
			e, err := kind.make(control, treatment)
			p := s.P(e, kind.side)
			if kind.side != stats.TwoSided { // the reference searches for it within these bounds only, coarsely
				if got := min(max(p, 1e-5), .4999); err == nil && !closeTo(got, want.P, 1e-2, 1e-5) {
					t.Errorf("%s: p %v, want %v", kind.key, got, want.P)
				}
				p = float64(want.P)
			}
			if want.agree(t, kind.key, e, err, s.Interval(e, kind.side), p) {
				checked++
			}
		}
	}
	enough(t, checked, 260)
}

// armOf reads an arm of any kind.
func armOf(t *testing.T, kind string, raw json.RawMessage) stats.Arm {
	t.Helper()
	var mean meanSums
	var ratio ratioSums
	for _, into := range []any{&mean, &ratio} {
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatal(err)
		}
	}
	switch kind {
	case "proportion":
		return stats.Proportion(int64(mean.Sum), mean.N)
	case "mean":
		return mean.arm()
	case "ratio":
		return ratio.arm()
	default:
		t.Fatalf("kind %q", kind)
		return stats.Arm{}
	}
}

// TestSequenceUnderContinuousLooking: with no effect, an interval that is
// looked at after every 20 units excludes zero in fewer than alpha of the runs,
// where the fixed one does in far more.
func TestSequenceUnderContinuousLooking(t *testing.T) {
	const runs, looks, alpha = 400, 200, .05
	random := rand.New(rand.NewPCG(3, 4))
	s := stats.Sequence{Alpha: alpha, Tuning: 2000}
	var sequential, naive int
	for range runs {
		var arms [2]struct{ n, sum, squares float64 }
		var excluded, rejected bool
		for look := range looks {
			for i := range 20 {
				v := random.ExpFloat64()
				a := &arms[i%2]
				a.n, a.sum, a.squares = a.n+1, a.sum+v, a.squares+v*v
			}
			if look < 9 { // 100 units in each arm
				continue
			}
			e, err := stats.Difference(stats.Mean(int64(arms[0].n), arms[0].sum, arms[0].squares),
				stats.Mean(int64(arms[1].n), arms[1].sum, arms[1].squares))
			if err != nil {
				t.Fatal(err)
			}
			i := s.Interval(e, stats.TwoSided)
			excluded = excluded || i.Low > 0 || i.High < 0
			rejected = rejected || e.FixedP(stats.TwoSided) < alpha
			if (i.Low > 0 || i.High < 0) != (s.P(e, stats.TwoSided) < alpha) {
				t.Fatalf("interval %v and p %v disagree", i, s.P(e, stats.TwoSided))
			}
		}
		if excluded {
			sequential++
		}
		if rejected {
			naive++
		}
	}
	if share := float64(sequential) / runs; share > alpha {
		t.Errorf("the sequence excludes zero in %.1f%% of the runs", 100*share)
	}
	if share := float64(naive) / runs; share < 3*alpha {
		t.Errorf("the fixed test rejects in %.1f%% only: this test shows nothing", 100*share)
	}
}
