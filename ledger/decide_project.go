package ledger

import (
	"slices"
	"time"
)

// DefaultEnvironments are what a project gets unless it says otherwise.
func DefaultEnvironments() []Environment {
	return []Environment{
		{Key: "development", Name: "Development"},
		{Key: "staging", Name: "Staging"},
		{Key: "production", Name: "Production", Production: true},
	}
}

func (c CreateProject) decide(st *State, _ time.Time) (Decision, error) {
	var ck checks
	ck.key("project", c.Project)
	envs := c.Environments
	if len(envs) == 0 {
		envs = DefaultEnvironments()
	}
	seen := map[string]bool{}
	for _, e := range envs {
		ck.key("environments", e.Key)
		if seen[e.Key] {
			ck.add("environments", "names %q twice", e.Key)
		}
		seen[e.Key] = true
	}
	if err := ck.err("project"); err != nil {
		return Decision{}, err
	}
	if st.Projects[c.Project] != nil {
		return Decision{}, exists("project", c.Project)
	}
	subject := c.subject()
	name := c.Name
	if name == "" {
		name = c.Project
	}
	d := Decision{Changes: []Change{{subject, ProjectCreated{Name: name}}}}
	for _, e := range envs {
		d.Changes = append(d.Changes, Change{subject, environmentCreated(e)})
	}
	for _, m := range standardMetrics() {
		d.Changes = append(d.Changes, Change{Subject{c.Project, KindMetric, m.Key}, MetricSaved{Metric: m.Metric}})
	}
	d.Changes = append(d.Changes, Change{Subject{c.Project, KindPlan, DefaultPlanKey}, PlanSaved{Plan: DefaultPlan()}})
	return d, nil
}

func environmentCreated(e Environment) EnvironmentCreated {
	if e.Name == "" {
		e.Name = e.Key
	}
	return EnvironmentCreated{Environment: e.Key, Name: e.Name, Production: e.Production, ReasonRequired: e.ReasonRequired}
}

func (c ChangeEnvironment) decide(st *State, _ time.Time) (Decision, error) {
	p, err := st.project(c.Project)
	if err != nil {
		return Decision{}, err
	}
	old := p.Environment(c.Environment.Key)
	if old == nil {
		return Decision{}, notFound("environment", c.Environment.Key)
	}
	wanted := c.Environment
	if wanted.Name == "" {
		wanted.Name = wanted.Key
	}
	if wanted.Since = old.Since; wanted == *old {
		return Decision{}, nil
	}
	return Decision{Changes: []Change{{c.subject(), EnvironmentChanged{
		Environment: wanted.Key, Name: wanted.Name, Production: wanted.Production, ReasonRequired: wanted.ReasonRequired,
	}}}}, nil
}

func (c CreateEnvironment) decide(st *State, _ time.Time) (Decision, error) {
	var ck checks
	ck.key("environment", c.Environment.Key)
	if err := ck.err("environment"); err != nil {
		return Decision{}, err
	}
	p, err := st.project(c.Project)
	if err != nil {
		return Decision{}, err
	}
	if p.Environment(c.Environment.Key) != nil {
		return Decision{}, exists("environment", c.Environment.Key)
	}
	return Decision{Changes: []Change{{c.subject(), environmentCreated(c.Environment)}}}, nil
}

func (st *State) project(key string) (*Project, error) {
	if p := st.Projects[key]; p != nil {
		return p, nil
	}
	return nil, notFound("project", key)
}

// Environment returns the environment of that key, or nil.
func (p *Project) Environment(key string) *Environment {
	i := slices.IndexFunc(p.Environments, func(e Environment) bool { return e.Key == key })
	if i < 0 {
		return nil
	}
	return &p.Environments[i]
}

// DefaultPlanKey is the plan a rollout gets when it names none.
const DefaultPlanKey = "default"

// DefaultPlan climbs 5, 25, 50, 100% with a day at each stage, as long as the
// error rate of the event "request" stays below twice the control's and its
// p95 latency within 20%.
func DefaultPlan() Plan {
	day := Duration(24 * time.Hour)
	return Plan{
		Name: "5, 25, 50, 100% with a day at each stage",
		Stages: []Stage{
			{Percentage: 5000, MinSoak: day},
			{Percentage: 25000, MinSoak: day},
			{Percentage: 50000, MinSoak: day},
			{Percentage: All},
		},
		Gates: []Gate{
			{Metric: "error-rate", MaxRatio: 2},
			{Metric: "p95-latency", MaxRatio: 1.2},
		},
		OnFail: OnFailRollback,
	}
}

// standardMetrics are what DefaultPlan looks at.
func standardMetrics() []MetricState {
	return []MetricState{
		{Key: "error-rate", Metric: Metric{Name: "Error rate", Kind: MetricErrorRate, Event: "request"}},
		{Key: "p95-latency", Metric: Metric{
			Name: "p95 latency", Kind: MetricQuantile, Event: "request", Quantile: 0.95, Unit: "ms",
		}},
	}
}
