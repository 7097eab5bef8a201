package projector

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// tally collects the rows that events lead to. Of a row that changes more than
// once the last one stays.
type tally struct {
	state   *ledger.State
	rows    map[string]map[string]Row
	touched map[ledger.Subject]bool
	tables  map[string]Table
	err     error
}

func newTally(st *ledger.State) *tally {
	t := &tally{state: st, rows: map[string]map[string]Row{}, touched: map[ledger.Subject]bool{}, tables: map[string]Table{}}
	for _, table := range Tables() {
		t.tables[table.Name] = table
	}
	return t
}

func (t *tally) put(table string, r Row) {
	if t.rows[table] == nil {
		t.rows[table] = map[string]Row{}
	}
	t.rows[table][t.tables[table].KeyOf(r)] = r
}

// doc is document for a value that can be encoded.
func (t *tally) doc(v any) any {
	out, err := document(v)
	if err != nil && t.err == nil {
		t.err = err
	}
	return out
}

// add takes an event that has been applied to the state.
func (t *tally) add(s ledger.Stored, rec ledger.Recorded) {
	t.touched[rec.Subject] = true
	t.history(s, rec)
	f, frozen := t.state.FrozenAt(rec.Subject)
	if frozen {
		t.put("frozen", Row{"subject": text(s.Subject), "seq": f.Seq, "reason": text(f.Err.Error())})
	}
	if rec.Subject.Kind != ledger.KindFlag || frozen {
		return
	}
	if strings.HasPrefix(ledger.TypeOf(rec.Event), "rollout.") {
		t.decision(rec)
	}
	// The state remembers the newest only, so those that end are noted as they do.
	p, env := t.state.Projects[rec.Subject.Project], ledger.EnvironmentOf(rec.Event)
	if p == nil || env == "" || p.Flags[rec.Subject.Key] == nil {
		return
	}
	here := p.Flags[rec.Subject.Key].In(env)
	t.rollout(rec.Subject, here.Rollout)
	t.experiment(rec.Subject, here.Experiment)
}

// finish adds what the touched subjects have become.
func (t *tally) finish() (Rows, error) {
	for s := range t.touched {
		switch s.Kind {
		case ledger.KindProject:
			t.project(s)
		case ledger.KindFlag:
			t.flag(s)
		case ledger.KindSegment, ledger.KindMetric, ledger.KindPlan:
			t.catalog(s)
		case ledger.KindAccessKey:
			t.accessKey(s)
		}
	}
	out := Rows{}
	for table, rows := range t.rows {
		for _, r := range rows {
			out[table] = append(out[table], r)
		}
	}
	return out, t.err
}

func (t *tally) history(s ledger.Stored, rec ledger.Recorded) {
	var data any
	var stored struct{ Data json.RawMessage }
	if json.Unmarshal(s.Data, &stored) == nil && stored.Data != nil {
		data, _ = rawDocument(stored.Data) // a part of what was just read
	}
	at := stamp(rec.At)
	if rec.ID == "" { // not an envelope: the time is the log's, and copies do not have it
		at = nil
	}
	t.put("history", Row{
		"seq": rec.Seq, "at": at, "type": text(ledger.TypeOf(rec.Event)),
		"project": text(rec.Subject.Project), "kind": text(string(rec.Subject.Kind)), "key": text(rec.Subject.Key),
		"environment": orNull(ledger.EnvironmentOf(rec.Event)),
		"actor_kind":  text(string(rec.Actor.Kind)), "actor_id": text(rec.Actor.ID), "actor_name": text(rec.Actor.Name),
		"reason": text(rec.Reason), "command": text(rec.Command), "cause": text(rec.Cause), "data": data,
	})
}

func (t *tally) decision(rec ledger.Recorded) {
	var said struct {
		Environment, Rollout string
		Evidence             json.RawMessage
	}
	b, err := json.Marshal(rec.Event)
	if err == nil {
		err = json.Unmarshal(b, &said)
	}
	if err != nil {
		t.err = fmt.Errorf("event %d: %w", rec.Seq, err)
		return
	}
	var evidence any
	if said.Evidence != nil {
		evidence = t.doc(said.Evidence)
	}
	t.put("decisions", Row{
		"seq": rec.Seq, "project": text(rec.Subject.Project), "flag": text(rec.Subject.Key), "environment": text(said.Environment),
		"rollout": text(said.Rollout), "decision": strings.TrimPrefix(ledger.TypeOf(rec.Event), "rollout."), "at": stamp(rec.At),
		"actor_kind": text(string(rec.Actor.Kind)), "actor_id": text(rec.Actor.ID), "reason": text(rec.Reason), "evidence": evidence,
	})
}

func (t *tally) rollout(s ledger.Subject, r *ledger.Rollout) {
	if r == nil {
		return
	}
	t.put("rollouts", Row{
		"project": text(s.Project), "flag": text(s.Key), "environment": text(r.Environment), "rollout": text(r.ID), "plan": text(r.PlanKey),
		"status": string(r.Status), "stage": r.Stage, "stages": len(r.Plan.Stages), "percentage": json.Number(r.Percentage().String()),
		"treatment": text(r.Treatment), "control": text(r.Control), "unit": text(r.By), "started_at": stamp(r.StartedAt),
		"started_by": text(r.StartedBy.ID), "ended_at": stamp(r.EndedAt), "definition": t.doc(r.Plan),
	})
}

func (t *tally) experiment(s ledger.Subject, x *ledger.Experiment) {
	if x == nil {
		return
	}
	var decision any
	if x.Decision != nil {
		decision = t.doc(x.Decision)
	}
	t.put("experiments", Row{
		"project": text(s.Project), "flag": text(s.Key), "environment": text(x.Environment), "experiment": text(x.ID),
		"name": text(x.Design.Name), "status": string(x.Status), "unit": text(x.By), "imported": x.Imported,
		"started_at": stamp(x.StartedAt), "ended_at": stamp(x.EndedAt), "design": t.doc(x.Design), "decision": decision,
	})
}

func (t *tally) project(s ledger.Subject) {
	p := t.state.Projects[s.Project]
	if p == nil {
		return
	}
	t.put("projects", Row{"project": text(p.Key), "name": text(p.Name), "created_at": stamp(p.CreatedAt)})
	for _, env := range p.Environments {
		t.put("environments", Row{
			"project": text(p.Key), "environment": text(env.Key), "name": text(env.Name), "production": env.Production, "since": env.Since,
		})
	}
}

func (t *tally) flag(s ledger.Subject) {
	p := t.state.Projects[s.Project]
	if p == nil || p.Flags[s.Key] == nil {
		return
	}
	f := p.Flags[s.Key]
	tags := make([]string, len(f.Details.Tags))
	for i, tag := range f.Details.Tags {
		tags[i] = text(tag)
	}
	var removeBy any
	if f.Details.RemoveBy != nil {
		removeBy = stamp(*f.Details.RemoveBy)
	}
	t.put("flags", Row{
		"project": text(s.Project), "flag": text(s.Key), "seq": f.Seq, "type": string(f.Type), "name": text(f.Details.Name),
		"description": text(f.Details.Description), "owner": text(f.Details.Owner), "tags": tags, "permanent": f.Details.Permanent,
		"remove_by": removeBy, "archived": f.Archived, "variants": t.doc(orEmpty(f.Variants)), "off_variant": text(f.OffVariant),
		"on_variant": text(f.OnVariant), "created_at": stamp(f.CreatedAt), "changed_at": stamp(f.ChangedAt),
		"changed_by": text(f.ChangedBy.ID), "changed_by_name": text(f.ChangedBy.Name),
	})
	for env, here := range f.Environments {
		t.flagEnvironment(s, env, here)
	}
}

func orEmpty(v []evaluator.Variant) []evaluator.Variant {
	if v == nil {
		return []evaluator.Variant{}
	}
	return v
}

func (t *tally) flagEnvironment(s ledger.Subject, env string, here *ledger.FlagEnvironment) {
	r := Row{
		"project": text(s.Project), "flag": text(s.Key), "environment": text(env), "version": here.Version,
		"is_on": here.Config.On, "config": t.doc(here.Config), "rollout": nil, "rollout_status": nil, "rollout_percentage": nil,
		"experiment": nil, "experiment_status": nil,
	}
	if here.Rollout != nil {
		r["rollout"], r["rollout_status"] = text(here.Rollout.ID), string(here.Rollout.Status)
		r["rollout_percentage"] = json.Number(here.Rollout.Percentage().String())
	}
	if here.Experiment != nil {
		r["experiment"], r["experiment_status"] = text(here.Experiment.ID), string(here.Experiment.Status)
	}
	t.put("flag_environments", r)
}

func (t *tally) catalog(s ledger.Subject) {
	p := t.state.Projects[s.Project]
	if p == nil {
		return
	}
	if x := p.Segments[s.Key]; s.Kind == ledger.KindSegment && x != nil {
		t.put("segments", Row{
			"project": text(s.Project), "segment": text(s.Key), "seq": x.Seq, "name": text(x.Name), "archived": x.Archived, "definition": t.doc(x.Segment),
		})
	}
	if x := p.Metrics[s.Key]; s.Kind == ledger.KindMetric && x != nil {
		t.put("metrics", Row{"project": text(s.Project), "metric": text(s.Key), "seq": x.Seq, "archived": x.Archived, "definition": t.doc(x.Metric)})
	}
	if x := p.Plans[s.Key]; s.Kind == ledger.KindPlan && x != nil {
		t.put("plans", Row{"project": text(s.Project), "plan": text(s.Key), "seq": x.Seq, "archived": x.Archived, "definition": t.doc(x.Plan)})
	}
}

func (t *tally) accessKey(s ledger.Subject) {
	k := t.state.Keys[s.Key]
	if k == nil {
		return
	}
	var expires any
	if k.AccessKey.ExpiresAt != nil {
		expires = stamp(*k.AccessKey.ExpiresAt)
	}
	t.put("access_keys", Row{
		"id": text(k.ID), "kind": string(k.AccessKey.Kind), "name": text(k.AccessKey.Name), "role": string(k.AccessKey.Role),
		"project": text(k.AccessKey.Project), "environment": text(k.AccessKey.Environment), "created_at": stamp(k.CreatedAt),
		"expires_at": expires, "revoked": k.Revoked,
	})
}
