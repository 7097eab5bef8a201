package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
	"github.com/flagledger/flagledger/workflow/httpprobe"
)

func newSources(a *app) *cobra.Command {
	return newGroup("sources", "Check the external sources of gates, and ask them", newSourcesCheck(a), newSourcesAsk(a))
}

func newSourcesCheck(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Check a file of sources without asking anybody",
		Long: `Check a file for "flagledger serve --sources": its form, and that the environment
variables that it names are set here. "flagledger sources ask" asks a source.`,
		Example: example("flagledger sources check sources.json"),
		Args:    exactly,
	}
	cmd.RunE = a.action(func(_ context.Context, s *session, args []string) error {
		configs, err := s.sources(args[0])
		if err != nil {
			return err
		}
		if s.json {
			names := make([]string, len(configs))
			for i, c := range configs {
				names[i] = c.Name
			}
			return s.printValue(map[string]any{"sources": names})
		}
		t := newTable("NAME", "KIND", "TIMEOUT")
		for _, c := range configs {
			t.add(c.Name, string(c.Kind), spanWords(time.Duration(c.Timeout)))
		}
		t.write(s.out)
		return nil
	})
	return cmd
}

// sources reads a file of sources.
func (s *session) sources(file string) ([]httpprobe.Config, error) {
	text, err := s.readInput(file)
	if err != nil {
		return nil, err
	}
	configs, err := httpprobe.ParseConfig(text, s.getenv)
	if err != nil {
		return nil, usagef("%s: %v", file, err)
	}
	return configs, nil
}

// sourceQuestion is what "sources ask" is told.
type sourceQuestion struct {
	source, query    string
	span, step       time.Duration
	flag, env        string
	variant, control string
}

func newSourcesAsk(a *app) *cobra.Command {
	o := &sourceQuestion{}
	cmd := &cobra.Command{
		Use:   "ask FILE",
		Short: "Ask a source as a gate would",
		Long: `Ask a source of the file as a gate would, from this machine, and print what it
says: the values of a query, or a webhook's verdict. Placeholders such as $variant
take their values from flags. Without --query a webhook is asked.`,
		Example: example(`flagledger sources ask sources.json --source prom --query 'sum(rate(http_errors_total{variant="$variant"}[5m]))'`,
			"flagledger sources ask sources.json --source support-desk --flag new-pdf-engine"),
		Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		configs, err := s.sources(args[0])
		if err != nil {
			return err
		}
		probe, err := httpprobe.New(configs, s.now)
		if err != nil {
			return err
		}
		q, err := o.question(s)
		if err != nil {
			return err
		}
		return s.askSource(ctx, probe, q)
	})
	f := cmd.Flags()
	f.StringVar(&o.source, "source", "", "name of the source")
	f.StringVar(&o.query, "query", "", "PromQL; with $variant it is asked for both variants")
	f.DurationVar(&o.span, "for", ledger.DefaultFor, "how far to look back")
	f.DurationVar(&o.step, "step", time.Minute, "time from one point to the next")
	f.StringVar(&o.flag, "flag", "", "what $flag stands for")
	f.StringVar(&o.env, "env", "", "what $environment stands for ($"+varEnvironment+")")
	f.StringVar(&o.variant, "treatment", "on", "what $variant stands for, at first")
	f.StringVar(&o.control, "control", "off", "what $variant stands for, the second time")
	return cmd
}

func (o *sourceQuestion) question(s *session) (workflow.Question, error) {
	if o.source == "" {
		return workflow.Question{}, usagef("which source? give --source")
	}
	if o.step < time.Millisecond || o.span < o.step || o.span > 24*time.Hour {
		return workflow.Question{}, usagef("--for %s and --step %s are not a day or less and a part of it", o.span, o.step)
	}
	until := s.now().UTC().Truncate(time.Second)
	q := workflow.Question{
		Source: o.source, Check: "try", Project: s.project, Environment: first(o.env, s.environment), Flag: o.flag, Rollout: "try",
		Treatment: o.variant, Control: o.control, Until: until, For: o.span, Step: o.step,
	}
	q.From = until.Add(-o.span.Truncate(o.step))
	expand := func(variant string) (string, error) {
		return ledger.ExpandQuery(o.query, func(name string) string {
			return map[string]string{
				"variant": variant, "flag": q.Flag, "environment": q.Environment, "project": q.Project, "rollout": q.Rollout,
			}[name]
		})
	}
	var err error
	if q.Query, err = expand(o.variant); err == nil && (ledger.Check{Query: o.query}).PerVariant() {
		q.ControlQuery, err = expand(o.control)
	}
	if err != nil {
		return q, usagef("--query %v", err)
	}
	return q, nil
}

// askSource asks and prints. That a source gives no answer is a failure, that
// it gives no values is an answer.
func (s *session) askSource(ctx context.Context, probe *httpprobe.Sources, q workflow.Question) error {
	a, err := probe.Ask(ctx, q)
	switch {
	case errors.Is(err, workflow.ErrUnknownSource):
		return &localError{
			exitNotFound, fmt.Sprintf("the file has no source %q", q.Source),
			"It has " + orDash(strings.Join(probe.Names(), ", ")) + ".",
		}
	case err != nil:
		return &localError{exitFailure, fmt.Sprintf("%s: %v", q.Source, err), "A gate that asks this has no data: it holds its rollout."}
	}
	if s.json {
		return s.printValue(map[string]any{
			"query": q.Query, "controlQuery": q.ControlQuery, "verdict": a.Verdict, "reason": a.Reason,
			"treatment": pointsJSON(a.Treatment), "control": pointsJSON(a.Control), "took": ledger.Duration(a.Took),
		})
	}
	if q.Query == "" {
		s.sayf("%s says %s after %s%s", q.Source, bold(a.Verdict), spanWords(a.Took), reasonWords(a.Reason))
		return nil
	}
	s.sayf("%s answers after %s", q.Source, spanWords(a.Took))
	s.sayf("%s", dim(q.Query))
	s.showPoints(a.Treatment)
	if q.ControlQuery != "" {
		s.sayf("%s", dim(q.ControlQuery))
		s.showPoints(a.Control)
	}
	return nil
}

func reasonWords(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

func (s *session) showPoints(points []workflow.Point) {
	if len(points) == 0 {
		s.sayf("  %s", yellow("no value"))
	}
	for _, p := range points {
		s.sayf("  %s  %s", s.moment(p.At), number(p.Value))
	}
}

// pointsJSON writes values as texts, since NaN is one of them.
func pointsJSON(points []workflow.Point) json.RawMessage {
	rows := make([]string, len(points))
	for i, p := range points {
		value := strconv.FormatFloat(p.Value, 'g', -1, 64)
		rows[i] = fmt.Sprintf(`{"at":%q,"value":%q}`, p.At.UTC().Format(time.RFC3339Nano), value)
	}
	return json.RawMessage("[" + strings.Join(rows, ",") + "]")
}
