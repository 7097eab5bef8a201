package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/internal/abtest"
	"github.com/flagledger/flagledger/internal/importer"
)

func newAnalytics(a *app) *cobra.Command {
	return newGroup("analytics", "Bring in exposures and events that were recorded elsewhere",
		newAnalyticsImport(a), newAnalyticsSample(a))
}

func newAnalyticsImport(a *app) *cobra.Command {
	var env, flag, by string
	var variants, happened, numbers []string
	var m importer.Mapping
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Import a .csv, .tsv, .ndjson or .parquet file",
		Long: `Import exposures and events from a file. With --flag they belong to the experiment
that "flagledger experiment record" has described; without, they are events alone.

A wide file has a row for each unit: --happened names a column that says whether
an event happened, --number one that has its value. A long file has a row for each
event: --event names the column of its name. Event names default to the column's.

Rows that cannot be imported go to FILE.rejects.csv, with the reason. An import
that was cut off goes on where it was when it is started again.`,
		Example: example(`flagledger analytics import test.csv --flag redesigned-dashboard --unit user --variant variant --happened sent_invoice`,
			`flagledger analytics import events.parquet --by accountId --unit account --at time --event name --value amount`),
		Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) (err error) {
		if env, err = s.environmentOr(env, ""); err != nil {
			return err
		}
		if m.Variants, err = pairs("--variant-name", variants, false); err != nil {
			return err
		}
		if m.Happened, err = pairs("--happened", happened, true); err != nil {
			return err
		}
		if m.Numbers, err = pairs("--number", numbers, true); err != nil {
			return err
		}
		target, err := s.importTarget(ctx, flag, env, by)
		if err != nil {
			return err
		}
		i := importer.Import{Path: args[0], Mapping: m, Target: target, Now: s.now}
		i.Send = func(ctx context.Context, b analytics.Batch) error {
			return s.sendRecorded(ctx, env, b)
		}
		return s.runImport(ctx, i, a.progress())
	})
	f := cmd.Flags()
	f.StringVar(&env, "env", "", "environment ($"+varEnvironment+")")
	f.StringVar(&flag, "flag", "", "flag whose recorded experiment the file is of")
	f.StringVar(&by, "by", "", "attribute that the units are ids of (default: the experiment's, else "+evaluator.TargetingKey+")")
	f.StringVar(&m.Unit, "unit", "", "column of the unit's id")
	f.StringVar(&m.Variant, "variant", "", "column of the variant")
	f.StringArrayVar(&variants, "variant-name", nil, "what the file calls a variant, and the flag's name: NAME=VARIANT; may be repeated")
	f.StringVar(&m.At, "at", "", "column of the time (default: the experiment's start)")
	f.StringArrayVar(&m.Attributes, "attribute", nil, "column by which results may be broken down; may be repeated")
	f.StringArrayVar(&happened, "happened", nil, "column that says whether an event happened: COLUMN[=EVENT]; may be repeated")
	f.StringArrayVar(&numbers, "number", nil, "column with the value of an event: COLUMN[=EVENT]; may be repeated")
	f.StringVar(&m.Event, "event", "", "column of an event's name")
	f.StringVar(&m.Value, "value", "", "column of that event's value")
	f.StringVar(&m.Failed, "failed", "", "column that says whether that event failed")
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

// pairs reads NAME=OTHER. With alone, NAME stands for itself.
func pairs(flag string, texts []string, alone bool) (map[string]string, error) {
	all := map[string]string{}
	for _, text := range texts {
		name, other, found := strings.Cut(text, "=")
		if !found && alone {
			other = name
		}
		if name == "" || other == "" {
			return nil, usagef("%s %q is not NAME=OTHER", flag, text)
		}
		all[name] = other
	}
	return all, nil
}

// importTarget finds what a file is imported for.
func (s *session) importTarget(ctx context.Context, flag, env, by string) (importer.Target, error) {
	if flag == "" {
		return importer.Target{By: first(by, evaluator.TargetingKey)}, nil
	}
	r, err := s.get(ctx, s.placePath(flag, env, "experiment"), nil)
	var missing *problemError
	if errors.As(err, &missing) && missing.Status == http.StatusNotFound {
		err = fmt.Errorf("%w; describe it with \"flagledger experiment record\"", err)
	}
	if err != nil {
		return importer.Target{}, err
	}
	var x experimentView
	if err := r.into(&x); err != nil {
		return importer.Target{}, err
	}
	t := importer.Target{Flag: flag, By: first(x.By, evaluator.TargetingKey), Version: x.Imported, From: x.StartedAt}
	switch {
	case x.Imported == 0:
		return t, usagef("the newest experiment of %s in %s ran here and has its own data; describe the one that ran elsewhere with \"flagledger experiment record\"", flag, env)
	case by != "" && by != t.By:
		return t, usagef("--by %s: the experiment of %s is by %s", by, flag, t.By)
	case x.EndedAt != nil:
		t.Until = *x.EndedAt
	}
	return t, nil
}

// sendRecorded gives a batch to the server. What the server does not take, the
// importer should have found.
func (s *session) sendRecorded(ctx context.Context, env string, b analytics.Batch) error {
	r, err := s.post(ctx, s.projectPath("environments", env, "import"), b)
	if err != nil {
		return err
	}
	var answer struct {
		Rejected []struct{ Path, Message string } `json:"rejected"`
	}
	if err := r.into(&answer); err != nil {
		return err
	}
	if n := len(answer.Rejected); n > 0 {
		return fmt.Errorf("the server has rejected %d items: %s %s", n, answer.Rejected[0].Path, answer.Rejected[0].Message)
	}
	return nil
}

func (s *session) runImport(ctx context.Context, i importer.Import, show func(importer.Progress)) error {
	i.Report = show
	started := s.now()
	p, err := i.Run(ctx)
	if err != nil {
		if p.Rows > 0 {
			err = fmt.Errorf("%w\nThe same command goes on after row %d.", err, p.Rows) //nolint:staticcheck // a sentence of its own
		}
		return err
	}
	if s.json {
		text, err := json.Marshal(p)
		return errors.Join(err, s.printJSON(text))
	}
	if p.Resumed > 0 {
		s.sayf("Went on after row %d, where an earlier import had stopped.", p.Resumed)
	}
	s.sayf("%s rows in %s: %s exposures and %s events imported.", bold(count(p.Rows)), spanWords(s.now().Sub(started)),
		count(p.Exposures), count(p.Events))
	if p.Rejected > 0 {
		s.sayf("%s", yellow(fmt.Sprintf("%s rows were rejected; %s has them, with the reasons.", count(p.Rejected), i.Rejects())))
	}
	if t := i.Target; t.Flag != "" {
		s.sayf("\"flagledger experiment results %s\" shows what they say.", t.Flag)
	}
	return nil
}

// progress draws a bar on the terminal, and nothing elsewhere.
func (a *app) progress() func(importer.Progress) {
	if !a.terminal {
		return nil
	}
	const width = 30
	return func(p importer.Progress) {
		full := int(p.Done * width)
		end := ""
		if p.Done >= 1 {
			end = "\n"
		}
		_, _ = fmt.Fprintf(a.stderr, "\r%s%s %3.0f%%  %s rows%s", strings.Repeat("█", full), strings.Repeat("░", width-full),
			100*p.Done, count(p.Rows), end)
	}
}

func newAnalyticsSample(a *app) *cobra.Command {
	var users int
	var seed uint64
	cmd := &cobra.Command{
		Use:   "sample FILE.csv",
		Short: "Write the record of an A/B test whose truth is known",
		Long: `Write a file like one that another tool exports: a row for each user of a test
that compared the variants ` + abtest.Control + ` and ` + abtest.Treatment + ` for two weeks. What is true of it is
printed, so that you can see what the results make of it.`,
		Example: example("flagledger analytics sample test.csv"),
		Args:    exactly,
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		a.started = true
		if users < 1 {
			return usagef("--users %d is not at least 1", users)
		}
		file, err := os.OpenFile(args[0], os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, os.ErrExist) {
			return usagef("%s is there already", args[0])
		}
		if err != nil {
			return err
		}
		from := a.now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -abtest.Days)
		if err := errors.Join(abtest.Write(file, users, seed, from), file.Close()); err != nil {
			return err
		}
		out := newPaper(a.stdout, false)
		out.printf("%s has %s users of a test from %s until %s.", args[0], count(int64(users)),
			from.Format(time.DateOnly), from.AddDate(0, 0, abtest.Days).Format(time.DateOnly))
		for _, e := range abtest.Truth() {
			out.printf("  %-15s is %7.3f in %s, and %+.0f%% in %s", e.Column, e.Control, abtest.Control, 100*e.Lift, abtest.Treatment)
		}
		return out.err
	}
	cmd.Flags().IntVar(&users, "users", 90_000, "number of users")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "a file is the same for the same seed and day")
	return cmd
}
