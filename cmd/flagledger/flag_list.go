package main

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/ledger"
)

func newFlagList(a *app) *cobra.Command {
	var (
		env, tag, q string
		archived    bool
	)
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the flags of a project",
		Example: example(`flagledger flag list`, `flagledger flag list --env production --tag billing`),
		Args:    exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error {
		query := url.Values{}
		if archived {
			query.Set("archived", strconv.FormatBool(true))
		}
		if tag != "" {
			query.Set("tag", tag)
		}
		if q != "" {
			query.Set("q", q)
		}
		r, err := s.get(ctx, s.projectPath("flags"), query)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			var body struct {
				Flags []flagView `json:"flags"`
			}
			if err := r.into(&body); err != nil {
				return err
			}
			s.listFlags(body.Flags, env)
			return nil
		})
	})
	f := cmd.Flags()
	f.StringVar(&env, "env", "", "show this environment only")
	f.StringVar(&tag, "tag", "", "only flags with this tag")
	f.StringVar(&q, "q", "", "only flags whose key, name or description has this text")
	f.BoolVar(&archived, "archived", false, "list archived flags too")
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

// listFlags prints a table with a column for each environment.
func (s *session) listFlags(flags []flagView, env string) {
	if len(flags) == 0 {
		s.sayf(`No flags in project %s. "flagledger flag create KEY" makes one.`, s.project)
		return
	}
	environments := []string{env}
	if env == "" {
		seen := map[string]bool{}
		for i := range flags {
			for key := range flags[i].Environments {
				seen[key] = true
			}
		}
		environments = slices.Sorted(maps.Keys(seen))
	}
	t := newTable(slices.Concat([]string{"FLAG", "TYPE"}, environments, []string{"OWNER", "CHANGED", "BY"})...)
	for i := range flags {
		f := &flags[i]
		row := []string{f.Key, string(f.Type)}
		if f.Frozen != nil {
			row[0] += red(" frozen")
		}
		if f.Archived {
			row[0] += dim(" archived")
		}
		for _, key := range environments {
			here, ok := f.Environments[key]
			if !ok {
				row = append(row, "-")
				continue
			}
			row = append(row, placeWords(here))
		}
		t.add(append(row, orDash(f.Details.Owner), s.moment(f.ChangedAt), actorWords(f.ChangedBy))...)
	}
	t.write(s.out)
}

// placeWords says in a few words what a flag does in an environment.
func placeWords(p placeView) string {
	if !p.Config.On {
		if p.Rollout.active() {
			return "off, rollout " + string(p.Rollout.Status)
		}
		return dim("off")
	}
	if p.Rollout.active() {
		return yellow(fmt.Sprintf("rollout %s%%", p.Rollout.Percentage))
	}
	text := green("on")
	if split := p.Config.Default.Split; split != nil && len(split.Weights) > 0 {
		w := split.Weights[0]
		text = green(fmt.Sprintf("%s%% %s", ledger.Percentage(w.Weight), w.Variant))
	}
	if n := len(p.Config.Rules); n == 1 {
		text += ", 1 rule"
	} else if n > 1 {
		text += fmt.Sprintf(", %d rules", n)
	}
	return text
}
