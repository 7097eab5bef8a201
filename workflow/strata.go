package workflow

import (
	"math"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

// stretches gives one span per stage, oldest first: the newest of each. A
// stage has several when the flag was killed and the rollout resumed; the
// flag's configurations in between served everybody the off variant, and
// evidence across that gap would take the treated for mixed units. So the
// stage's evidence begins anew, as its soak does; and after a step back, all
// evidence does.
//
// Stages of a segment are served by a rule of their own, and its units by no
// other: the evidence is that of the stages with the current stage's rule.
func stretches(r *ledger.Rollout) []ledger.Span {
	var out []ledger.Span
	for _, s := range r.Spans[r.Since:] {
		if ruleAt(r, s.Stage) != ruleAt(r, r.Stage) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Stage == s.Stage {
			out[n-1] = s
			continue
		}
		out = append(out, s)
	}
	return out
}

// ruleAt is the rule that a stage is served by.
func ruleAt(r *ledger.Rollout, stage int) string {
	if stage >= len(r.Plan.Stages) {
		return ""
	}
	return r.Plan.Stages[stage].Rule()
}

// population names the exposures that a rollout's evidence is made of.
func population(a Active) analytics.Rollout {
	r := &a.Rollout
	p := analytics.Rollout{
		Project: a.Project, Environment: a.Environment, Flag: a.Flag,
		By: r.By, Rule: ruleAt(r, r.Stage), Treatment: r.Treatment, Control: r.Control,
	}
	for _, s := range stretches(r) {
		st := analytics.Stratum{
			Stage: s.Stage, FirstVersion: s.First, LastVersion: s.Last, Start: s.From, End: s.Until,
		}
		if s.Last == 0 {
			st.LastVersion = math.MaxInt64
		}
		// The clock that stamps events may have been set back.
		if n := len(p.Strata); n > 0 && st.Start.Before(p.Strata[n-1].End) {
			st.Start = p.Strata[n-1].End
		}
		if !st.End.IsZero() && st.End.Before(st.Start) {
			st.End = st.Start
		}
		p.Strata = append(p.Strata, st)
	}
	return p
}

// split gives the units of each stratum and cohort with the share of
// treatment that the allocation history lets expect.
//
// Buckets are nested: the units below percentage p_j stay treated when it
// rises to p_k. So of the units that were control at p_j, the share
// (p_k-p_j)/(1-p_j) is treated at p_k, and of units never seen before p_k.
func split(r *ledger.Rollout, e analytics.Exposed) []stats.Substratum {
	spans := stretches(r)
	var out []stats.Substratum
	for _, row := range e.Rows {
		if row.Stratum >= len(spans) || row.Cohort == analytics.AlreadyTreated || row.Cohort >= row.Stratum {
			continue
		}
		share := fraction(spans[row.Stratum].Percentage)
		if row.Cohort >= 0 {
			before := fraction(spans[row.Cohort].Percentage)
			share = max(0, share-before) / (1 - before) // below: after a step back
		}
		out = append(out, stats.Substratum{Treatment: row.Treatment, Control: row.Control, Share: share})
	}
	return out
}

func fraction(p ledger.Percentage) float64 { return float64(p) / float64(ledger.All) }
