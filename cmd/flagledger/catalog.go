package main

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// catalog is a kind of thing that a project keeps under keys: segments,
// metrics and plans.
type catalog struct {
	noun    string
	short   string
	named   bool   // it has a name outside its definition
	sample  string // a definition, for the help
	columns []string
	row     func(catalogEntry) []string
	words   func(catalogEntry) []string
}

// catalogEntry is one of them as the API shows it.
type catalogEntry struct {
	Key      string            `json:"key"`
	Name     string            `json:"name"`
	Archived bool              `json:"archived"`
	Seq      string            `json:"seq"`
	Segment  evaluator.Segment `json:"segment"`
	Metric   ledger.Metric     `json:"metric"`
	Plan     ledger.Plan       `json:"plan"`
}

func (c catalog) plural() string { return c.noun + "s" }

func newCatalog(a *app, c catalog) *cobra.Command {
	return newGroup(c.noun, c.short, c.list(a), c.show(a), c.save(a), c.archive(a))
}

func newSegment(a *app) *cobra.Command {
	return newCatalog(a, catalog{
		noun: "segment", short: "Keep reusable sets of units", named: true,
		sample:  `{"included":[{"by":"accountId","values":["acc-7"]}],"rules":[{"clauses":[{"attribute":"plan","op":"in","values":["enterprise"]}]}]}`,
		columns: []string{"NAME"},
		row:     func(e catalogEntry) []string { return []string{orDash(e.Name)} },
		words:   func(e catalogEntry) []string { return segmentWords(e.Segment, 0) },
	})
}

func newMetric(a *app) *cobra.Command {
	return newCatalog(a, catalog{
		noun: "metric", short: "Say how numbers are made from events",
		sample:  `{"kind":"quantile","event":"pdf.render","quantile":0.95,"unit":"ms"}`,
		columns: []string{"NAME", "MEANS"},
		row:     func(e catalogEntry) []string { return []string{orDash(e.Metric.Name), metricWords(e.Metric)} },
		words:   func(e catalogEntry) []string { return []string{metricWords(e.Metric)} },
	})
}

func newPlan(a *app) *cobra.Command {
	group := newCatalog(a, catalog{
		noun: "plan", short: "Keep policies for rollouts",
		sample:  `{"stages":[{"percentage":5,"minSoak":"1h"},{"percentage":100}],"gates":[{"metric":"error-rate","maxRatio":2}]}`,
		columns: []string{"NAME", "STAGES AND GATES"},
		row:     func(e catalogEntry) []string { return []string{orDash(e.Plan.Name), planWords(e.Plan)} },
		words:   func(e catalogEntry) []string { return planLines(e.Plan) },
	})
	group.AddCommand(newPlanValidate(a), newPlanSchema(a))
	return group
}

func (c catalog) list(a *app) *cobra.Command {
	var archived bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the " + c.plural() + " of a project",
		Example: example("flagledger " + c.noun + " list"), Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error {
		query := url.Values{}
		if archived {
			query.Set("archived", "true")
		}
		r, err := s.get(ctx, s.projectPath(c.plural()), query)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			var body map[string]json.RawMessage
			if err := r.into(&body); err != nil {
				return err
			}
			var entries []catalogEntry
			if err := (reply{body: body[c.plural()]}).into(&entries); err != nil {
				return err
			}
			c.write(s, entries)
			return nil
		})
	})
	cmd.Flags().BoolVar(&archived, "archived", false, "list archived ones too")
	return cmd
}

func (c catalog) write(s *session, entries []catalogEntry) {
	if len(entries) == 0 {
		s.sayf("No %s in project %s.", c.plural(), s.project)
		return
	}
	t := newTable(append([]string{"KEY"}, c.columns...)...)
	for _, e := range entries {
		key := e.Key
		if e.Archived {
			key += dim(" archived")
		}
		t.add(append([]string{key}, c.row(e)...)...)
	}
	t.write(s.out)
}

func (c catalog) show(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show KEY", Short: "Show a " + c.noun,
		Example: example("flagledger "+c.noun+" show KEY", "flagledger "+c.noun+" show KEY --json > "+c.noun+".json"),
		Args:    exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		r, err := s.get(ctx, s.projectPath(c.plural(), args[0]), nil)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			var e catalogEntry
			if err := r.into(&e); err != nil {
				return err
			}
			s.sayf("%s %s  %s", c.noun, bold(e.Key), dim("seq "+e.Seq))
			if name := first(e.Name, e.Metric.Name, e.Plan.Name); name != "" {
				s.sayf("  name: %s", name)
			}
			for _, line := range c.words(e) {
				s.sayf("  %s", line)
			}
			if e.Archived {
				s.sayf("  %s", yellow("archived"))
			}
			return nil
		})
	})
	return cmd
}
