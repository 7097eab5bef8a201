package stats_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/flagledger/flagledger/analytics/stats"
)

func TestQuantileVectors(t *testing.T) {
	type sample struct {
		N        int64   `json:"n"`
		Nu       float64 `json:"nu"`
		Hat      float64 `json:"quantile_hat"`
		Lower    float64 `json:"quantile_lower"`
		Upper    float64 `json:"quantile_upper"`
		Num      float64 `json:"main_sum"`
		NumSq    float64 `json:"main_sum_squares"`
		Den      float64 `json:"denominator_sum"`
		DenSq    float64 `json:"denominator_sum_squares"`
		Products float64 `json:"main_denominator_sum_product"`
		Clusters int64   `json:"n_clusters"`
	}
	type ranks struct {
		Low  int64 `json:"rank_lower_1based"`
		High int64 `json:"rank_upper_1based"`
	}
	type quantileCase struct {
		Input struct {
			Alpha     float64 `json:"alpha"`
			Control   sample  `json:"control"`
			Treatment sample  `json:"treatment"`
		} `json:"input"`
		Expected struct {
			Absolute inference                  `json:"gb_two_sided_absolute"`
			Relative inference                  `json:"gb_two_sided_relative"`
			Ranks    map[string]json.RawMessage `json:"scipy_order_statistic_ci"`
		} `json:"expected"`
	}
	// The reference counts values, not clusters, as degrees of freedom, and
	// makes the variance smaller by one value's share.
	arm := func(s sample, alpha float64) (stats.Arm, error) {
		a, err := stats.QuantileSample{
			Values: s.N, Value: s.Hat, Low: s.Lower, High: s.Upper,
			Clusters: stats.RatioSums{N: s.Clusters, Num: s.Num, NumSquares: s.NumSq, Den: s.Den, DenSquares: s.DenSq, Products: s.Products},
		}.Arm(s.Nu, alpha)
		if a.N > 0 {
			a.N, a.Variance = s.N, a.Variance/float64(a.N)*float64(s.N-1)
		}
		return a, err
	}
	compared, ranked := 0, 0
	for i, c := range load[quantileCase](t, "quantile_ci.json", 44) {
		in := c.Input
		for name, s := range map[string]sample{"control": in.Control, "treatment": in.Treatment} {
			var want ranks
			if raw, ok := c.Expected.Ranks[name]; !ok || json.Unmarshal(raw, &want) != nil || want.High == 0 {
				continue
			}
			ranked++
			if low, high := stats.QuantileRanks(s.N, s.Nu, in.Alpha); low != want.Low || high != want.High {
				t.Errorf("case %d %s: ranks %d to %d, want %d to %d", i, name, low, high, want.Low, want.High)
			}
		}
		control, errC := arm(in.Control, in.Alpha)
		treatment, errT := arm(in.Treatment, in.Alpha)
		if errors.Join(errC, errT) != nil {
			if c.Expected.Absolute.Error == nil && c.Expected.Absolute.SE > 0 {
				t.Errorf("case %d: %v, want %+v", i, errors.Join(errC, errT), c.Expected.Absolute)
			}
			continue
		}
		for _, kind := range []struct {
			name string
			make func(control, treatment stats.Arm) (stats.Effect, error)
			want inference
		}{{"difference", stats.Difference, c.Expected.Absolute}, {"lift", stats.Lift, c.Expected.Relative}} {
			e, err := kind.make(control, treatment)
			var interval stats.Interval
			var p float64
			if err == nil {
				interval, p = e.Fixed(in.Alpha, stats.TwoSided), e.FixedP(stats.TwoSided)
			}
			if kind.want.agree(t, kind.name, e, err, interval, p) {
				compared++
			}
		}
	}
	enough(t, compared, 60)
	enough(t, ranked, 60)
}

// TestQuantileRanksCover: the ranks hold the true quantile as often as they say.
func TestQuantileRanksCover(t *testing.T) {
	const runs, n, q, alpha = 2000, 200, .9, .1
	random := rand.New(rand.NewPCG(7, 8))
	low, high := stats.QuantileRanks(n, q, alpha)
	covered := 0
	for range runs {
		values := make([]float64, n)
		for i := range values {
			values[i] = random.Float64()
		}
		slices.Sort(values)
		if values[low-1] <= q && q <= values[high-1] {
			covered++
		}
	}
	if share := float64(covered) / runs; share < 1-alpha-.02 || share > .97 {
		t.Errorf("covered in %.1f%%", 100*share)
	}
	if low, high := stats.QuantileRanks(3, .99, .05); low < 0 || high != 4 {
		t.Errorf("three values bound the 99th percentile to ranks %d to %d", low, high)
	}
}
