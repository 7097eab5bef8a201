package workflow

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

func hour(n int) time.Time { return time.Date(2026, 3, 2, n, 0, 0, 0, time.UTC) }

// TestStrata: one stratum a stage, the newest stretch of each, and never an
// order that the store would refuse.
func TestStrata(t *testing.T) {
	tests := []struct {
		name  string
		spans []ledger.Span
		want  []analytics.Stratum
	}{
		{
			"first stage",
			[]ledger.Span{{Stage: 0, First: 5, From: hour(1)}},
			[]analytics.Stratum{{Stage: 0, FirstVersion: 5, LastVersion: math.MaxInt64, Start: hour(1)}},
		},
		{
			"second stage",
			[]ledger.Span{{Stage: 0, First: 5, Last: 8, From: hour(1), Until: hour(2)}, {Stage: 1, First: 9, From: hour(2)}},
			[]analytics.Stratum{
				{Stage: 0, FirstVersion: 5, LastVersion: 8, Start: hour(1), End: hour(2)},
				{Stage: 1, FirstVersion: 9, LastVersion: math.MaxInt64, Start: hour(2)},
			},
		},
		{
			"killed and resumed",
			[]ledger.Span{{Stage: 0, First: 5, Last: 8, From: hour(1), Until: hour(2)}, {Stage: 0, First: 12, From: hour(4)}},
			[]analytics.Stratum{{Stage: 0, FirstVersion: 12, LastVersion: math.MaxInt64, Start: hour(4)}},
		},
		{
			"the clock was set back",
			[]ledger.Span{{Stage: 0, First: 5, Last: 8, From: hour(4), Until: hour(2)}, {Stage: 1, First: 9, From: hour(2)}},
			[]analytics.Stratum{
				{Stage: 0, FirstVersion: 5, LastVersion: 8, Start: hour(4), End: hour(4)},
				{Stage: 1, FirstVersion: 9, LastVersion: math.MaxInt64, Start: hour(4)},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := Active{Project: "p", Flag: "f", Environment: "e", Rollout: ledger.Rollout{
				Treatment: "on", Control: "off", Spans: tt.spans,
			}}
			p := population(a)
			if diff := cmp.Diff(tt.want, p.Strata); diff != "" {
				t.Errorf("strata (-want +got):\n%s", diff)
			}
			if _, err := p.Normal(); err != nil {
				t.Errorf("the store refuses them: %v", err)
			}
		})
	}
}

// TestSplitFollowsTheAllocation draws units as the buckets do, some of them
// seen only from the second or third stage on, and compares every cohort with
// its expected share.
func TestSplitFollowsTheAllocation(t *testing.T) {
	shares := []ledger.Percentage{5_000, 25_000, 50_000}
	var r ledger.Rollout
	for k, p := range shares {
		r.Spans = append(r.Spans, ledger.Span{Stage: k, Percentage: p})
	}
	rng := rand.New(rand.NewPCG(3, 3))
	rows := map[[2]int]*analytics.ExposedRow{}
	for range 40_000 {
		bucket, seen := rng.IntN(int(ledger.All)), rng.IntN(3)
		cohort := analytics.Fresh
		for k := seen; k < 3; k++ {
			key := [2]int{k, cohort}
			if rows[key] == nil {
				rows[key] = &analytics.ExposedRow{Stratum: k, Cohort: cohort}
			}
			if bucket < int(shares[k]) {
				rows[key].Treatment++
				cohort = analytics.AlreadyTreated
				continue
			}
			rows[key].Control++
			cohort = k
		}
	}
	var e analytics.Exposed
	for _, row := range rows {
		e.Rows = append(e.Rows, *row)
	}
	cells := split(&r, e)
	if len(cells) != 5 { // fresh in three stages, and the controls of the first two
		t.Fatalf("%d cohorts: %+v", len(cells), cells)
	}
	for _, s := range cells {
		n := float64(s.Treatment + s.Control)
		if z := (float64(s.Treatment) - n*s.Share) / math.Sqrt(n*s.Share*(1-s.Share)); math.Abs(z) > 4 {
			t.Errorf("%d of %v treated, expected a share of %v (z = %.1f)", s.Treatment, n, s.Share, z)
		}
	}
	if p := stats.SampleRatioP(cells); p < .05 {
		t.Errorf("p = %v for a fair split", p)
	}
}

func TestClosedBuckets(t *testing.T) {
	plan := ledger.Plan{Interval: ledger.Duration(time.Minute), Watermark: ledger.Duration(10 * time.Second)}
	for _, tt := range []struct{ now, want time.Duration }{
		{0, -time.Minute},
		{9 * time.Second, -time.Minute},
		{10 * time.Second, 0},
		{69 * time.Second, 0},
		{70 * time.Second, time.Minute},
	} {
		if got := closed(plan, hour(9).Add(tt.now)).Sub(hour(9)); got != tt.want {
			t.Errorf("at %s buckets up to %s are closed, want %s", tt.now, got, tt.want)
		}
	}
}

func TestCommandIDsAreKeys(t *testing.T) {
	a := Active{Rollout: ledger.Rollout{
		ID:        "a rollout of any name",
		Decisions: math.MaxInt - 1,
		Spans:     []ledger.Span{{First: math.MaxUint64}},
	}}
	seen := map[string]bool{}
	for _, d := range []Decision{Advance{}, RollBack{}, Pause{}, Hold{}} {
		id := commandID(a, KindOf(d))
		if err := ledger.CheckKey(id); err != nil || seen[id] {
			t.Errorf("command ID %q: %v", id, err)
		}
		seen[id] = true
	}
}

func TestSentences(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 11_388: "11,388", 1_234_567: "1,234,567", -1000: "-1,000"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %q, want %q", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		24 * time.Hour: "24h", 90 * time.Minute: "1h30m", 90 * time.Second: "1m30s",
		time.Minute: "1m", 0: "0s", 10 * time.Second: "10s", 20 * time.Minute: "20m",
	} {
		if got := plainDuration(d); got != want {
			t.Errorf("plainDuration(%v) = %q, want %q", d, got, want)
		}
	}
	for r, want := range map[float64]string{
		math.Inf(1): "none of them in the control", 6.512: "6.51 times the control's rate", 130.4: "130 times the control's rate",
	} {
		if got := compared(r); got != want {
			t.Errorf("compared(%v) = %q, want %q", r, got, want)
		}
	}
	if got := compared(math.NaN()); got != "none in either variant" {
		t.Errorf("compared(NaN) = %q", got)
	}
}

// TestSegmentEvidence: a stage of a segment is judged by the exposures of its rule
// alone, and one for everybody by those of the default.
func TestSegmentEvidence(t *testing.T) {
	r := ledger.Rollout{
		Plan: ledger.Plan{Stages: []ledger.Stage{{Percentage: 50_000, Segment: "beta"}, {Percentage: 90_000, Segment: "beta"}, {Percentage: 5000}}},
		Spans: []ledger.Span{
			{Stage: 0, Percentage: 50_000, First: 1, Last: 4}, {Stage: 1, Percentage: 90_000, First: 5, Last: 8}, {Stage: 2, Percentage: 5000, First: 9},
		},
	}
	for stage, want := range []struct {
		rule  string
		first []uint64
	}{{"rollout.beta", []uint64{1, 5}}, {"rollout.beta", []uint64{1, 5}}, {"", []uint64{9}}} {
		r.Stage = stage
		p := population(Active{Rollout: r})
		var first []uint64
		for _, s := range p.Strata {
			first = append(first, s.FirstVersion)
		}
		if p.Rule != want.rule || !slices.Equal(first, want.first) {
			t.Errorf("stage %d: rule %q, strata from %v; want %q, %v", stage, p.Rule, first, want.rule, want.first)
		}
	}
}
