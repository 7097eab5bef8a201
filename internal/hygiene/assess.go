package hygiene

import (
	"maps"
	"slices"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Assess says where each flag of a project stands at now. seen has what is known
// of each environment; one that is missing there is not known, and then nothing
// is said about whether flags are evaluated.
//
// A flag is stale if it is not permanent, no rollout or experiment is under way,
// and it is past its removal date, or one-sided in every environment, or decided
// for long in every production environment (in every one, if none is marked as
// such), or not evaluated although it is on. One that production has never
// served and that was changed elsewhere within Limits.Decided is a draft: it is
// being worked on.
func Assess(p *ledger.Project, seen map[string]Seen, limits Limits, now time.Time) Inventory {
	if limits.Decided == 0 {
		limits.Decided = DefaultDecided
	}
	r := Inventory{Project: p.Key, At: now, Flags: make([]State, 0, len(p.Flags))}
	for _, key := range slices.Sorted(maps.Keys(p.Flags)) {
		a := assessment{project: p, flag: p.Flags[key], seen: seen, limits: limits, now: now}
		r.Flags = append(r.Flags, a.state())
	}
	return r
}

// assessment is Assess for one flag.
type assessment struct {
	project *ledger.Project
	flag    *ledger.Flag
	seen    map[string]Seen
	limits  Limits
	now     time.Time
}

func (a assessment) state() State {
	f := a.flag
	s := State{
		Key: f.Key, Type: f.Type, Since: f.ChangedAt, Permanent: f.Details.Permanent,
		Owner: f.Details.Owner, Tags: f.Details.Tags, RemoveBy: f.Details.RemoveBy,
		Environments: make(map[string]Place, len(a.project.Environments)),
	}
	for _, env := range a.project.Environments {
		place := a.place(env.Key)
		s.Environments[env.Key] = place
		if last := place.LastEvaluated; last != nil && (s.LastEvaluated == nil || last.After(*s.LastEvaluated)) {
			s.LastEvaluated = last
		}
	}
	s.Decided = a.everywhere(s.Environments)
	s.Findings = a.findings(s)
	s.Lifecycle, s.Since = a.lifecycle(s)
	return s
}

func (a assessment) place(env string) Place {
	f := a.flag
	here := f.In(env)
	out := Place{On: here.Config.On, Lifecycle: Live}
	if last, ok := a.seen[env][f.Key]; ok {
		out.LastEvaluated = &last
	}
	if v, ok := f.Decided(env); ok {
		out.Decided = &Decided{v.Name, v.Value, f.DecidedSince(env)}
	}
	switch {
	case f.Archived:
		out.Lifecycle = Archived
	case here.Rollout.Active() || here.Experiment.Running():
		out.Lifecycle = RollingOut
	case out.Decided == nil || f.Details.Permanent:
	case a.long(out.Decided.Since):
		out.Lifecycle = Stale
	case !here.Config.On && here.Version == 0:
		out.Lifecycle = Draft
	}
	return out
}

// long tells whether what is so since t is so for longer than it should.
func (a assessment) long(t time.Time) bool { return a.now.Sub(t) > a.limits.Decided }

// everywhere returns what all environments serve to everybody, since the last of
// them does.
func (a assessment) everywhere(places map[string]Place) *Decided {
	var all *Decided
	for _, place := range places {
		d := place.Decided
		if d == nil || all != nil && d.Variant != all.Variant {
			return nil
		}
		if all == nil || d.Since.After(all.Since) {
			all = &Decided{d.Variant, d.Value, d.Since}
		}
	}
	return all
}

// lifecycle names the stage and since when.
func (a assessment) lifecycle(s State) (Lifecycle, time.Time) {
	f := a.flag
	switch {
	case f.Archived:
		return Archived, f.ChangedAt
	case slices.ContainsFunc(slices.Collect(maps.Values(s.Environments)), func(p Place) bool { return p.Lifecycle == RollingOut }):
		return RollingOut, f.ChangedAt
	}
	if since, stale := a.stale(s); stale {
		return Stale, since
	}
	for _, env := range a.decisive() {
		if here := f.In(env); here.Config.On || here.Version > 0 {
			return Live, f.ChangedAt
		}
	}
	return Draft, f.ChangedAt
}

// decisive returns the environments that count: those of production, or all.
func (a assessment) decisive() []string {
	var production, all []string
	for _, env := range a.project.Environments {
		all = append(all, env.Key)
		if env.Production {
			production = append(production, env.Key)
		}
	}
	if len(production) > 0 {
		return production
	}
	return all
}

// stale tells whether the findings make the flag stale, and since when.
func (a assessment) stale(s State) (time.Time, bool) {
	var since time.Time
	add := func(t time.Time) {
		if since.IsZero() || t.Before(since) {
			since = t
		}
	}
	decided := map[string]time.Time{}
	for _, f := range s.Findings {
		switch f.Rule {
		case PastRemoval, OneSided, NeverEvaluated:
			add(f.Since)
		case ServedToAll, ServedToNone:
			decided[f.Environment] = f.Since
		case ArchivedEvaluated:
		}
	}
	if t, ok := a.decidedWhereItCounts(decided); ok {
		add(t)
	}
	return since, !since.IsZero()
}

// decidedWhereItCounts returns since when all environments that count are
// decided, unless the flag is still worked on.
func (a assessment) decidedWhereItCounts(decided map[string]time.Time) (since time.Time, all bool) {
	served := false
	for _, env := range a.decisive() {
		t, ok := decided[env]
		if !ok {
			return time.Time{}, false
		}
		if t.After(since) {
			since = t
		}
		here := a.flag.In(env)
		served = served || here.Config.On || here.Version > 0
	}
	if !served && !a.long(a.flag.ChangedAt) {
		return time.Time{}, false
	}
	return since, !since.IsZero()
}
