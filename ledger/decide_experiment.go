package ledger

import (
	"fmt"
	"slices"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// maxExperimentMetrics bounds the goals and the guardrails of an experiment
// together.
const maxExperimentMetrics = 30

func (c StartExperiment) decide(st *State, _ time.Time) (Decision, error) {
	p, f, err := st.place(c.PlaceRef)
	if err != nil {
		return Decision{}, err
	}
	here := f.In(c.Environment)
	if here.Experiment.Running() {
		return Decision{}, refused("experiment %s of flag %q in %s is running; stop it first",
			here.Experiment.ID, c.Flag, c.Environment)
	}
	if here.Rollout.Active() && c.Design.Rule == "" {
		return Decision{}, refused("the default of flag %q in %s belongs to rollout %s; abort the rollout, or compare the split of a rule",
			c.Flag, c.Environment, here.Rollout.ID)
	}
	started, err := c.started(p, here)
	if err != nil {
		return Decision{}, err
	}
	var d Decision
	if !here.Config.On {
		d.Changes = append(d.Changes, Change{c.subject(), FlagTurnedOn{Environment: c.Environment}})
	}
	d.Changes = append(d.Changes, Change{c.subject(), started})
	d.Guard = c.Project // the metrics must not be archived meanwhile
	return d, nil
}

// started checks the design and resolves its metrics.
func (c StartExperiment) started(p *Project, here *FlagEnvironment) (ExperimentStarted, error) {
	e := ExperimentStarted{Environment: c.Environment, Experiment: c.Experiment, Design: c.Design}
	var ck checks
	ck.key("experiment", c.Experiment)
	on := *here
	on.Config.On = true
	if split := on.split(c.Design.Rule); split == nil {
		ck.add("rule", "%s; give it one first, such as 50%% and 50%% of two variants", noSplit(c.Design.Rule))
	} else {
		e.By = split.By
		ck.control(c.Design.Control, *split)
	}
	ck.design(c.Design)
	e.Metrics = ck.metricsOf(c.Design, p)
	return e, ck.err("experiment")
}

// metricsOf are the definitions of the design's metrics.
func (ck *checks) metricsOf(d ExperimentDesign, p *Project) map[string]Metric {
	metrics := map[string]Metric{}
	for _, key := range slices.Concat(d.Goals, d.Guardrails) {
		m := p.Metrics[key]
		if m == nil || m.Archived {
			ck.add("metrics", "%q does not exist", key)
			continue
		}
		if _, twice := metrics[key]; twice {
			ck.add("metrics", "%q is given twice", key)
		}
		metrics[key] = m.Metric
	}
	return metrics
}

func (c RecordExperiment) decide(st *State, now time.Time) (Decision, error) {
	p, f, err := st.place(c.PlaceRef)
	if err != nil {
		return Decision{}, err
	}
	if x := f.In(c.Environment).Experiment; x.Running() {
		return Decision{}, refused("experiment %s of flag %q in %s is running; stop it first", x.ID, c.Flag, c.Environment)
	}
	var ck checks
	ck.key("experiment", c.Experiment)
	if c.Design.Rule != "" {
		ck.add("rule", "does not go with an experiment that ran elsewhere")
	}
	whole := f.Ruling(c.Environment)
	whole.Config = evaluator.Config{OffVariant: f.OffVariant, Default: evaluator.Serve{Split: &c.Split}}
	ck.addValidation(evaluator.ValidateFlag(c.Flag, whole, scope{p, c.Environment}))
	ck.control(c.Design.Control, c.Split)
	ck.design(c.Design)
	if !c.From.Before(c.Until) || c.Until.After(now) {
		ck.add("until", "is %s; it must come after from, %s, and be over", c.Until.UTC().Format(time.RFC3339), c.From.UTC().Format(time.RFC3339))
	}
	recorded := ExperimentRecorded{
		Environment: c.Environment, Experiment: c.Experiment, Design: c.Design, Metrics: ck.metricsOf(c.Design, p),
		Split: c.Split, From: c.From.UTC(), Until: c.Until.UTC(),
	}
	return Decision{Changes: []Change{{c.subject(), recorded}}, Guard: c.Project}, ck.err("experiment")
}

func noSplit(rule string) string {
	if rule == "" {
		return "the default serves no split"
	}
	return fmt.Sprintf("there is no rule %q that serves a split", rule)
}

// control checks that the split serves the control and something to compare
// with it.
func (ck *checks) control(control string, split evaluator.Split) {
	served, others := false, 0
	for _, w := range split.Weights {
		switch {
		case w.Weight == 0:
		case w.Variant == control:
			served = true
		default:
			others++
		}
	}
	if !served {
		ck.add("control", "%q is not a variant that the split serves", control)
	}
	if others == 0 {
		ck.add("control", "is the only variant that the split serves; there is nothing to compare it with")
	}
}

func (ck *checks) design(d ExperimentDesign) {
	if len(d.Goals) == 0 {
		ck.add("goals", "has no metric; name what the experiment is about")
	}
	if n := len(d.Goals) + len(d.Guardrails); n > maxExperimentMetrics {
		ck.add("goals", "has with the guardrails %d metrics; the limit is %d", n, maxExperimentMetrics)
	}
	if d.Alpha != 0 && !(d.Alpha > 0 && d.Alpha <= 0.5) {
		ck.add("alpha", "is %v; it must lie between 0 and 0.5, such as 0.05", d.Alpha)
	}
	if d.Tuning < 0 {
		ck.add("tuning", "is %d; it is a number of units", d.Tuning)
	}
	for _, f := range []struct{ path, text string }{{"name", d.Name}, {"hypothesis", d.Hypothesis}} {
		if len(f.text) > maxText {
			ck.add(f.path, "has %d bytes; the limit is %d", len(f.text), maxText)
		}
	}
}

// experiment finds the newest experiment.
func (st *State) experiment(ref PlaceRef) (*Flag, *Experiment, error) {
	_, f, err := st.place(ref)
	if err != nil {
		return nil, nil, err
	}
	x := f.In(ref.Environment).Experiment
	if x == nil {
		return nil, nil, notFound("experiment", ref.Flag+" in "+ref.Environment)
	}
	return f, x, nil
}

func (c StopExperiment) decide(st *State, _ time.Time) (Decision, error) {
	_, x, err := st.experiment(c.PlaceRef)
	if err != nil || !x.Running() {
		return Decision{}, err
	}
	return Decision{Changes: []Change{{c.subject(), ExperimentEnded{Environment: c.Environment, Experiment: x.ID}}}}, nil
}

func (c DecideExperiment) decide(st *State, _ time.Time) (Decision, error) {
	f, x, err := st.experiment(c.PlaceRef)
	if err != nil {
		return Decision{}, err
	}
	if x.Status == ExperimentOver {
		return Decision{}, refused("experiment %s of flag %q in %s has been decided for %q", x.ID, c.Flag, c.Environment, x.Decision.Variant)
	}
	if !slices.Contains(x.Variants(), c.Variant) {
		return Decision{}, refused("%q is not a variant of experiment %s; its variants are %v", c.Variant, x.ID, x.Variants())
	}
	var d Decision
	if x.Running() {
		d.Changes = append(d.Changes, Change{c.subject(), ExperimentEnded{Environment: c.Environment, Experiment: x.ID}})
	}
	d.Changes = append(d.Changes, Change{c.subject(), ExperimentDecided{
		Environment: c.Environment, Experiment: x.ID, Variant: c.Variant, Evidence: c.Evidence,
	}})
	if c.Serve {
		config := serving(f.In(c.Environment).Config, x.Design.Rule, c.Variant)
		d.Changes = append(d.Changes, Change{c.subject(), FlagConfigReplaced{Environment: c.Environment, Config: config}})
	}
	return d, nil
}

// serving gives the variant to everybody whom the split was for.
func serving(config evaluator.Config, rule, variant string) evaluator.Config {
	if rule == "" {
		config.Default = evaluator.Serve{Variant: variant}
		return config
	}
	config.Rules = slices.Clone(config.Rules)
	for i := range config.Rules {
		if config.Rules[i].ID == rule {
			config.Rules[i].Serve = evaluator.Serve{Variant: variant}
		}
	}
	return config
}
