package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// flagToRevert names a flag, and the environments in which it is to be reverted.
type flagToRevert struct {
	Flag         string   `json:"flag" required:"true"`
	Environments []string `json:"environments,omitempty" doc:"Only these; without them all, with variants, details and whether it is archived."`
	Seen         uint64   `json:"seen,string,omitempty" doc:"seq of the preview: if the flag has changed since, nothing is done and the answer is 412."`
}

type reversion struct {
	Idempotency
	Project string `path:"project"`
	Body    struct {
		To      string         `json:"to" required:"true" doc:"Sequence, or time in RFC 3339." example:"4711"`
		Flags   []flagToRevert `json:"flags" required:"true" minItems:"1" maxItems:"200"`
		Preview bool           `json:"preview,omitempty" doc:"Only say what would change."`
		Reason  string         `json:"reason,omitempty" maxLength:"1000"`
	}
}

// flagToPromote names a flag and what of it is promoted.
type flagToPromote struct {
	Flag  string        `json:"flag" required:"true"`
	Parts []ledger.Part `json:"parts,omitempty" doc:"Without them all."`
	Seen  uint64        `json:"seen,string,omitempty" doc:"As with reverting."`
}

type promotion struct {
	Idempotency
	Project     string `path:"project"`
	Environment string `path:"environment" doc:"That gets the configuration."`
	Body        struct {
		From    string          `json:"from" required:"true" doc:"Environment that has it." example:"staging"`
		Flags   []flagToPromote `json:"flags,omitempty" maxItems:"200" doc:"Without them all that differ."`
		Preview bool            `json:"preview,omitempty" doc:"Only say what would change."`
		Reason  string          `json:"reason,omitempty" maxLength:"1000"`
	}
}

// sides are a flag before and after, as far as one environment goes.
type sides struct {
	Environment string           `json:"environment"`
	Before      evaluator.Config `json:"before"`
	After       evaluator.Config `json:"after"`
}

// flagDifference says what becomes of a flag.
type flagDifference struct {
	Flag string `json:"flag"`
	// Seen is the flag's newest event, to be sent back as seen.
	Seen         uint64   `json:"seen,string"`
	Changed      bool     `json:"changed"`
	Archived     *bool    `json:"archived,omitempty" doc:"What it becomes, when that changes."`
	Details      *altered `json:"details,omitempty"`
	Variants     *altered `json:"variants,omitempty"`
	Environments []sides  `json:"environments" doc:"Those that change."`
}

// altered is a value before and after.
type altered struct {
	Before json.RawMessage `json:"before"`
	After  json.RawMessage `json:"after"`
}

type converged struct {
	Seq     uint64           `json:"seq,string" doc:"Newest event; 0 for a preview, and when nothing changes."`
	To      uint64           `json:"to,string,omitempty" doc:"Event that is reverted to."`
	Preview bool             `json:"preview"`
	Flags   []flagDifference `json:"flags"`
}

func (a *API) convergeRoutes() {
	editor := admin(ledger.RoleEditor)
	register(a, route{
		method: "POST", path: "/api/v1/projects/{project}/revert", id: "revertFlags", tag: "flags", need: editor,
		summary: "Make flags again what they were at an earlier event, all or none; or preview it",
	}, a.revertFlags)
	register(a, route{
		method: "POST", path: "/api/v1/projects/{project}/environments/{environment}/promote", id: "promoteFlags", tag: "flags", need: editor,
		summary: "Give an environment the configuration of another one, all or none; or preview it",
	}, a.promoteFlags)
}

func (a *API) revertFlags(ctx context.Context, in *reversion) (*changed[converged], error) {
	to, err := a.moment(ctx, in.Body.To)
	if err != nil {
		return nil, err
	}
	past, err := a.past.At(ctx, to)
	if err != nil {
		return nil, err
	}
	cmd := ledger.ConvergeFlags{Project: in.Project}
	err = a.read(ctx, 0, func(st *ledger.State) error {
		p, err := projectOf(st, in.Project)
		if err != nil {
			return err
		}
		for _, f := range in.Body.Flags {
			now := p.Flags[f.Flag]
			if now == nil {
				return missing("flag", f.Flag)
			}
			var then *ledger.Flag
			if before := past.Projects[in.Project]; before != nil {
				then = before.Flags[f.Flag]
			}
			for _, env := range f.Environments {
				if p.Environment(env) == nil {
					return missing("environment", env)
				}
			}
			target, err := ledger.Revert(p, now, then, f.Environments)
			if err != nil {
				return err
			}
			if f.Seen > 0 {
				target.Seen = f.Seen
			}
			cmd.Targets = append(cmd.Targets, target)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	reason := in.Body.Reason
	if reason == "" {
		reason = fmt.Sprintf("revert to event %d", to)
	}
	out, err := a.converge(ctx, cmd, order{id: in.CommandID, reason: reason}, in.Body.Preview)
	if err == nil {
		out.Body.To = to
	}
	return out, err
}

func (a *API) promoteFlags(ctx context.Context, in *promotion) (*changed[converged], error) {
	cmd := ledger.ConvergeFlags{Project: in.Project}
	err := a.read(ctx, 0, func(st *ledger.State) error {
		p, err := projectOf(st, in.Project)
		if err != nil {
			return err
		}
		for _, env := range []string{in.Body.From, in.Environment} {
			if p.Environment(env) == nil {
				return missing("environment", env)
			}
		}
		chosen := in.Body.Flags
		if len(chosen) == 0 {
			chosen = differing(p, in.Body.From, in.Environment)
		}
		for _, c := range chosen {
			f := p.Live(c.Flag)
			if f == nil {
				return missing("flag", c.Flag)
			}
			parts := c.Parts
			if len(parts) == 0 {
				parts = ledger.Parts()
			}
			target, err := ledger.Promote(f, in.Body.From, in.Environment, parts)
			if err != nil {
				return err
			}
			if c.Seen > 0 {
				target.Seen = c.Seen
			}
			cmd.Targets = append(cmd.Targets, target)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(cmd.Targets) == 0 { // both are the same
		return answer(ledger.Receipt{}, converged{Preview: in.Body.Preview, Flags: []flagDifference{}}), nil
	}
	reason := in.Body.Reason
	if reason == "" {
		reason = "promote from " + in.Body.From
	}
	return a.converge(ctx, cmd, order{id: in.CommandID, reason: reason}, in.Body.Preview)
}

// differing are the flags that two environments have other configurations of,
// without those that a rollout or an experiment has a say in.
func differing(p *ledger.Project, from, to string) []flagToPromote {
	var out []flagToPromote
	for key, f := range p.Flags {
		if f.Archived || sameJSON(f.In(from).Config, f.In(to).Config) ||
			f.In(from).Rollout.Active() || f.In(to).Rollout.Active() || f.In(to).Experiment.Running() {
			continue
		}
		out = append(out, flagToPromote{Flag: key})
	}
	slices.SortFunc(out, func(a, b flagToPromote) int {
		if a.Flag < b.Flag {
			return -1
		}
		return 1
	})
	return out
}

// converge carries the command out, or only says what it would do.
func (a *API) converge(ctx context.Context, cmd ledger.ConvergeFlags, o order, preview bool) (*changed[converged], error) {
	out := converged{Preview: preview, Flags: []flagDifference{}}
	err := a.read(ctx, 0, func(st *ledger.State) error {
		after, err := cmd.Preview(st, a.now().UTC())
		if err != nil {
			return err
		}
		p := st.Projects[cmd.Project]
		for _, t := range cmd.Targets {
			d, err := differences(p, p.Flags[t.Flag], after[t.Flag])
			if err != nil {
				return err
			}
			out.Flags = append(out.Flags, d)
		}
		return nil
	})
	if err != nil && (preview || !errors.Is(err, ledger.ErrChanged)) {
		return nil, err
	}
	if preview {
		return answer(ledger.Receipt{}, out), nil
	}
	o.command = cmd
	receipt, err := a.do(ctx, o)
	if err != nil {
		return nil, err
	}
	out.Seq = receipt.Last
	return answer(receipt, out), nil
}

func differences(p *ledger.Project, before, after *ledger.Flag) (flagDifference, error) {
	d := flagDifference{Flag: before.Key, Seen: before.Seq, Environments: []sides{}}
	if before.Archived != after.Archived {
		d.Archived = &after.Archived
	}
	var err error
	if d.Details, err = alteredIf(before.Details, after.Details); err != nil {
		return d, err
	}
	if d.Variants, err = alteredIf(before.Variants, after.Variants); err != nil {
		return d, err
	}
	for _, env := range p.Environments {
		a, b := before.In(env.Key).Config, after.In(env.Key).Config
		if !sameJSON(a, b) {
			d.Environments = append(d.Environments, sides{env.Key, a, b})
		}
	}
	d.Changed = d.Archived != nil || d.Details != nil || d.Variants != nil || len(d.Environments) > 0
	return d, nil
}

func alteredIf(before, after any) (*altered, error) {
	a, err := json.Marshal(before)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(after)
	if err != nil || string(a) == string(b) {
		return nil, err
	}
	return &altered{a, b}, nil
}

func sameJSON(a, b any) bool {
	changed, err := alteredIf(a, b)
	return err == nil && changed == nil
}
