package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

func newExperiment(a *app) *cobra.Command {
	return newGroup("experiment", "Find out which variant is better",
		newExperimentStart(a), newExperimentStatus(a), newExperimentResults(a), newExperimentStop(a),
		newExperimentDecide(a), newExperimentSize(a), newExperimentRecord(a))
}

// experimentView is an experiment as the API shows it.
type experimentView struct {
	ID        string                  `json:"id"`
	Design    ledger.ExperimentDesign `json:"design"`
	By        string                  `json:"by"`
	Variants  []string                `json:"variants"`
	Status    ledger.ExperimentStatus `json:"status"`
	StartedAt time.Time               `json:"startedAt"`
	EndedAt   *time.Time              `json:"endedAt"`
	Imported  uint64                  `json:"imported,string"`
	Decision  *struct {
		Variant string `json:"variant"`
	} `json:"decision"`
}

func newExperimentStart(a *app) *cobra.Command {
	var (
		env, reason string
		before      time.Duration
		design      ledger.ExperimentDesign
	)
	cmd := &cobra.Command{
		Use:   "start KEY",
		Short: "Compare the variants that a flag's split serves",
		Long: `Start an experiment on the split that the flag's default, or a rule, serves. Say
now what it is about: the goals are judged together, and the guardrails watched.
Both are metrics; "flagledger metric list" shows them. From now on every unit is
reported anew, and the results may be read as often as you like.`,
		Example: example(`flagledger experiment start redesigned-dashboard --env production --control off ` +
			`--goal invoices-sent --guardrail invoice-errors`),
		Args: exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		env, err := s.environmentOr(env, "")
		if err != nil {
			return err
		}
		design.Before = ledger.Duration(before)
		r, err := s.post(ctx, s.placePath(args[0], env, "experiment"), map[string]any{"design": design, "reason": reason})
		if err != nil {
			return err
		}
		return s.answer(r, func() error { return s.sayExperiment(args[0], env, r) })
	})
	f := cmd.Flags()
	designFlags(f, &design)
	f.StringVar(&env, "env", "", "environment ($"+varEnvironment+")")
	f.StringVar(&design.Rule, "rule", "", "id of the rule whose split is compared (default: the flag's default)")
	f.DurationVar(&before, "before", 0, "adjust by what units did this long before they were exposed (CUPED)")
	reasonFlag(cmd, &reason)
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

func designFlags(f *pflag.FlagSet, design *ledger.ExperimentDesign) {
	f.StringVar(&design.Control, "control", "", "variant with which the others are compared")
	f.StringArrayVar(&design.Goals, "goal", nil, "metric that should improve; may be repeated")
	f.StringArrayVar(&design.Guardrails, "guardrail", nil, "metric that must not get worse; may be repeated")
	f.StringVar(&design.Name, "name", "", "name for people")
	f.StringVar(&design.Hypothesis, "hypothesis", "", "what you expect to see, and why")
	f.Float64Var(&design.Alpha, "alpha", 0, "probability of a false alarm among all goals (default 0.05)")
	f.Int64Var(&design.Tuning, "tuning", 0, "units of two variants at which the intervals are tightest (default 5000)")
}

func newExperimentStatus(a *app) *cobra.Command {
	var env string
	cmd := &cobra.Command{
		Use: "status KEY", Short: "Show what the newest experiment of a flag is about",
		Example: example(`flagledger experiment status redesigned-dashboard --env production`),
		Args:    exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		env, err := s.environmentOr(env, "")
		if err != nil {
			return err
		}
		r, err := s.get(ctx, s.placePath(args[0], env, "experiment"), nil)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			var v experimentView
			if err := r.into(&v); err != nil {
				return err
			}
			s.writeExperiment(args[0], env, &v)
			return nil
		})
	})
	cmd.Flags().StringVar(&env, "env", "", "environment ($"+varEnvironment+")")
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

func newExperimentStop(a *app) *cobra.Command {
	var env, reason string
	cmd := &cobra.Command{
		Use: "stop KEY", Short: "End an experiment; who gets what stays as it is",
		Example: example(`flagledger experiment stop redesigned-dashboard --env production --reason "four weeks are over"`),
		Args:    exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		env, err := s.environmentOr(env, "")
		if err != nil {
			return err
		}
		r, err := s.post(ctx, s.placePath(args[0], env, "experiment", "stop"), map[string]string{"reason": reason})
		if err != nil {
			return err
		}
		return s.answer(r, func() error { return s.sayExperiment(args[0], env, r) })
	})
	cmd.Flags().StringVar(&env, "env", "", "environment ($"+varEnvironment+")")
	reasonFlag(cmd, &reason)
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

func newExperimentDecide(a *app) *cobra.Command {
	var env, variant, reason string
	var serve bool
	cmd := &cobra.Command{
		Use:   "decide KEY",
		Short: "Record the decision, with the results it is made on",
		Long: `Decide an experiment: the variant and the results as they are now become part of
the history, and the experiment ends if it still runs. With --serve everybody who
took part gets the variant in the same step.`,
		Example: example(`flagledger experiment decide redesigned-dashboard --env production --variant on --serve --reason "more invoices sent"`),
		Args:    exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		if variant == "" {
			return usagef("for which variant? give --variant")
		}
		env, err := s.environmentOr(env, "")
		if err != nil {
			return err
		}
		r, err := s.post(ctx, s.placePath(args[0], env, "experiment", "decide"),
			map[string]any{"variant": variant, "serve": serve, "reason": reason})
		if err != nil {
			return err
		}
		return s.answer(r, func() error { return s.sayExperiment(args[0], env, r) })
	})
	f := cmd.Flags()
	f.StringVar(&env, "env", "", "environment ($"+varEnvironment+")")
	f.StringVar(&variant, "variant", "", "variant that it is decided for")
	f.BoolVar(&serve, "serve", false, "give the variant to everybody who took part")
	reasonFlag(cmd, &reason)
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

// sayExperiment prints the experiment that a change answers with.
func (s *session) sayExperiment(flag, env string, r reply) error {
	var body struct {
		Experiment experimentView `json:"experiment"`
	}
	if err := r.into(&body); err != nil {
		return err
	}
	s.writeExperiment(flag, env, &body.Experiment)
	if seqOf(r) == "" {
		s.sayf("It was so already; nothing changed.")
	}
	return nil
}

func (s *session) writeExperiment(flag, env string, x *experimentView) {
	s.sayf("%s in %s", bold(flag), bold(env))
	others := strings.Join(x.Variants[min(1, len(x.Variants)):], ", ")
	s.sayf("  experiment %s: %s against %s, by %s", experimentStatusWords(x.Status), bold(orDash(others)), x.Design.Control,
		first(x.By, evaluator.TargetingKey))
	line := "  started " + s.moment(x.StartedAt)
	if x.EndedAt != nil {
		line += fmt.Sprintf(", ended %s after %s", s.moment(*x.EndedAt), spanWords(x.EndedAt.Sub(x.StartedAt)))
	}
	s.sayf("%s", line)
	for _, part := range [][2]string{
		{"name", x.Design.Name},
		{"hypothesis", x.Design.Hypothesis},
		{"goals", strings.Join(x.Design.Goals, ", ")},
		{"guardrails", strings.Join(x.Design.Guardrails, ", ")},
	} {
		if part[1] != "" {
			s.sayf("  %s: %s", part[0], part[1])
		}
	}
	if x.Decision != nil {
		s.sayf("  decided for %s", bold(x.Decision.Variant))
	}
	if x.Imported > 0 && x.Decision == nil {
		s.sayf("  It ran elsewhere: \"flagledger analytics import FILE --flag %s --env %s\" brings in its data.", flag, env)
	}
	if x.Status == ledger.ExperimentRunning {
		s.sayf("  \"flagledger experiment results %s --env %s\" shows what it has shown so far.", flag, env)
	}
}

func experimentStatusWords(status ledger.ExperimentStatus) string {
	switch status {
	case ledger.ExperimentRunning:
		return green("running")
	case ledger.ExperimentStopped:
		return yellow("stopped")
	case ledger.ExperimentOver:
		return green("decided")
	}
	return string(status)
}

// resultsQuery is what "experiment results" asks for.
func resultsQuery(step, dimension string) url.Values {
	q := url.Values{}
	if step != "" {
		q.Set("step", step)
	}
	if dimension != "" {
		q.Set("dimension", dimension)
	}
	return q
}
