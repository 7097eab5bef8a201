package experiment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

// Conclusion says what the numbers mean.
type Conclusion struct {
	Advice Advice `json:"advice"`
	// Variant is the one to serve, for AdviceServe.
	Variant   string   `json:"variant,omitempty"`
	Sentences []string `json:"sentences"`
}

// Advice is what to do next.
type Advice string

// The advices.
const (
	AdviceRepair Advice = "repair" // the split is wrong: find out why, then start anew
	AdviceWait   Advice = "wait"   // nothing is shown yet
	AdviceServe  Advice = "serve"  // a variant is better, and harms nothing
	AdviceKeep   Advice = "keep"   // the others are worse than the control, or no better
	AdviceWeigh  Advice = "weigh"  // a variant is better at one thing and worse at another
)

// side is what has been found of one variant.
type side struct {
	variant             string
	better, worse, open []*VariantResult // goals
	harmed              []*VariantResult // guardrails
	blind               []*VariantResult // without data
	unwatched           bool             // a guardrail is among them
}

func conclude(r Report, x *ledger.Experiment) Conclusion {
	units := int64(0)
	for _, v := range r.Variants {
		units += v.Units
	}
	switch {
	case units == 0:
		return Conclusion{Advice: AdviceWait, Sentences: []string{
			"Nobody has been exposed yet: no evaluator has reported a unit since the experiment started.",
		}}
	case r.Split.Alarm:
		return Conclusion{Advice: AdviceRepair, Sentences: []string{
			"Do not decide on these numbers: " + r.Split.Reason + ".",
		}}
	}
	sides := r.sides()
	c := Conclusion{Advice: AdviceWait}
	for _, s := range sides {
		c.Sentences = append(c.Sentences, s.sentences(r.Control)...)
	}
	c.Advice, c.Variant = advice(sides, x.Running())
	c.Sentences = append(c.Sentences, c.next(sides, x)...)
	return c
}

func (r *Report) sides() []side {
	var all []side
	for v := 1; v < len(r.Variants); v++ {
		s := side{variant: r.Variants[v].Variant}
		for m := range r.Metrics {
			s.add(&r.Metrics[m].Results[v-1])
		}
		all = append(all, s)
	}
	return all
}

func (s *side) add(e *VariantResult) {
	goal := e.Role == ledger.Goal
	switch {
	case e.Finding == ledger.FindingNoData:
		s.blind = append(s.blind, e)
		s.unwatched = s.unwatched || !goal
	case goal && e.Finding == ledger.FindingBetter:
		s.better = append(s.better, e)
	case goal && e.Finding == ledger.FindingWorse:
		s.worse = append(s.worse, e)
	case goal:
		s.open = append(s.open, e)
	case e.Finding == ledger.FindingWorse:
		s.harmed = append(s.harmed, e)
	}
}

// good is a variant that is better at something and worse at nothing, as far as
// every guardrail can tell.
func (s *side) good() bool { return len(s.better) > 0 && !s.bad() && !s.unwatched }

func (s *side) bad() bool { return len(s.worse)+len(s.harmed) > 0 }

func advice(sides []side, running bool) (Advice, string) {
	best, weigh, worse := "", false, 0
	most := 0
	for _, s := range sides {
		if s.good() && len(s.better) > most {
			best, most = s.variant, len(s.better)
		}
		weigh = weigh || len(s.better) > 0 && s.bad()
		if s.bad() {
			worse++
		}
	}
	switch {
	case best != "":
		return AdviceServe, best
	case weigh:
		return AdviceWeigh, ""
	case worse == len(sides) || !running:
		return AdviceKeep, ""
	}
	return AdviceWait, ""
}

func (s *side) sentences(control string) []string {
	var all []string
	against := fmt.Sprintf("%s against %s", s.variant, control)
	for _, e := range s.better {
		all = append(all, fmt.Sprintf("%s is better on %s: %s.", against, e.Metric, size(e.MetricEvidence)))
	}
	for _, e := range s.worse {
		all = append(all, fmt.Sprintf("%s is worse on %s: %s.", against, e.Metric, size(e.MetricEvidence)))
	}
	for _, e := range s.harmed {
		all = append(all, fmt.Sprintf("%s harms the guardrail %s: %s.", against, e.Metric, size(e.MetricEvidence)))
	}
	for _, e := range s.open {
		all = append(all, fmt.Sprintf("%s shows no difference on %s so far: %s.", against, e.Metric, size(e.MetricEvidence)))
	}
	for _, e := range s.blind {
		all = append(all, fmt.Sprintf("%s has no result on %s: %s.", against, e.Metric, e.Reason))
	}
	return all
}

// next says what follows for the experiment as a whole.
func (c *Conclusion) next(sides []side, x *ledger.Experiment) []string {
	control := x.Design.Control
	if x.Status == ledger.ExperimentOver {
		return []string{fmt.Sprintf("It was decided for %s.", x.Decision.Variant)}
	}
	switch c.Advice {
	case AdviceServe:
		return []string{serveWords(sides, c.Variant, x.Design)}
	case AdviceWeigh:
		return []string{"There is a price to the gain: a person has to weigh one against the other."}
	case AdviceKeep:
		if !slices.ContainsFunc(sides, func(s side) bool { return s.bad() }) {
			return []string{fmt.Sprintf("The experiment is over and has shown no difference; keep %s, or whatever is cheaper to keep.", control)}
		}
		return []string{fmt.Sprintf("Keep %s.", control)}
	case AdviceWait, AdviceRepair:
	}
	for _, s := range sides {
		if len(s.better) > 0 && s.unwatched {
			return []string{"A guardrail has no result: nobody knows yet what the gain costs."}
		}
	}
	return []string{"Keep it running: the intervals hold at every look, so you may come back as often as you like."}
}

func serveWords(sides []side, variant string, d ledger.ExperimentDesign) string {
	var good []string
	for _, s := range sides {
		if s.good() {
			good = append(good, s.variant)
		}
	}
	if len(good) > 1 {
		return fmt.Sprintf("%s are each better than %s and harm no guardrail; which of them is best was not tested.", strings.Join(good, " and "), d.Control)
	}
	if len(d.Guardrails) == 0 {
		return fmt.Sprintf("No guardrail was watched. Serve %s to everybody.", variant)
	}
	return fmt.Sprintf("No guardrail is shown to be harmed. Serve %s to everybody.", variant)
}

// size is the effect with its interval, relative if it can be.
func size(e ledger.MetricEvidence) string {
	estimate, write := e.Lift, Percent
	if estimate == nil {
		estimate, write = e.Difference, Signed
	}
	switch {
	case estimate.Low == nil:
		return fmt.Sprintf("%s (at most %s)", write(estimate.Value), write(*estimate.High))
	case estimate.High == nil:
		return fmt.Sprintf("%s (at least %s)", write(estimate.Value), write(*estimate.Low))
	}
	return fmt.Sprintf("%s (from %s to %s)", write(estimate.Value), write(*estimate.Low), write(*estimate.High))
}

// Percent writes a share of one as percent with a sign: "+4.2%".
func Percent(share float64) string {
	return Signed(100*share) + "%"
}

// Signed writes a number with its sign and three digits that count.
func Signed(x float64) string {
	decimals := 1
	for limit := 1.0; decimals < 6 && x != 0 && x < limit && x > -limit; limit /= 10 {
		decimals++
	}
	return fmt.Sprintf("%+.*f", decimals, x)
}
