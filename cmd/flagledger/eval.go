package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/evaluator"
)

// evalRun is one "eval".
type evalRun struct {
	env     string
	context string
	at      string
	explain bool
	all     bool
}

func newEval(a *app) *cobra.Command {
	o := &evalRun{}
	cmd := &cobra.Command{
		Use:   "eval [FLAG]",
		Short: "Evaluate a flag for a context, and explain the result",
		Long: `Read the ruleset of an environment and evaluate it here, by the same code as the
Go SDK. No exposure is recorded. The context is a JSON object with targetingKey
and attributes, @FILE, or - for standard input.

With --at it evaluates with the targeting, the segments, the prerequisites and
the running stage of an earlier moment: the ruleset is rebuilt from the ledger, by
the code that built it then.

With --explain it prints each question the evaluation asked, in order: "+" is
yes, "-" is no, and the last line decided.`,
		Example: example(
			`flagledger eval new-pdf-engine --context '{"targetingKey":"u-1","accountId":"acc-7"}'`,
			`flagledger eval ai-chatbot --env staging --context @user.json --explain`,
			`flagledger eval new-pdf-engine --context @user.json --at 2027-01-31T09:00:00Z --explain`,
			`flagledger eval --all --context '{"targetingKey":"u-1"}' --json`),
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		if o.all != (len(args) == 0) {
			return usagef("name one flag, or give --all")
		}
		return o.run(ctx, s, strings.Join(args, ""))
	})
	f := cmd.Flags()
	f.StringVar(&o.env, "env", "", "environment ($"+varEnvironment+", else "+defaultEnvironment+")")
	f.StringVar(&o.context, "context", "{}", "JSON object, @FILE, or -")
	f.StringVar(&o.at, "at", "", "evaluate as at this sequence or time")
	f.BoolVar(&o.explain, "explain", false, "tell how the result came about")
	f.BoolVar(&o.all, "all", false, "evaluate every flag")
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

func (o *evalRun) run(ctx context.Context, s *session, flag string) error {
	env, err := s.environmentOr(o.env, defaultEnvironment)
	if err != nil {
		return err
	}
	subject, err := o.subject(s)
	if err != nil {
		return err
	}
	query, err := o.moment(flag)
	if err != nil {
		return err
	}
	r, err := s.get(ctx, s.projectPath("environments", env, "ruleset"), query)
	if err != nil {
		return err
	}
	var rs evaluator.Ruleset
	if err := r.into(&rs); err != nil {
		return err
	}
	program, err := evaluator.Compile(rs)
	if program == nil {
		return fmt.Errorf("compile the ruleset of %s: %w", env, err)
	}
	keys := program.Keys()
	if !o.all {
		if _, ok := rs.Flags[flag]; !ok {
			return &localError{
				exitNotFound, fmt.Sprintf("flag %q is not in the ruleset of %s", flag, env),
				o.missing(),
			}
		}
		keys = []string{flag}
	}
	outcomes := make([]outcome, len(keys))
	for i, key := range keys {
		outcomes[i] = outcome{Flag: key, Result: program.Evaluate(key, subject)}
		if o.explain {
			x := program.Explain(key, subject)
			outcomes[i].Explanation = &x
		}
	}
	return o.say(s, env, outcomes)
}

// moment is the query for a ruleset of the past, nil for that of now.
func (o *evalRun) moment(flag string) (url.Values, error) {
	if o.at == "" {
		return nil, nil
	}
	at, err := parsePosition(o.at)
	if err != nil {
		return nil, usagef("--at %v", err)
	}
	query := url.Values{"at": {at.String()}}
	if !o.all {
		query.Set("flag", flag)
	}
	return query, nil
}

// outcome is one result as --json prints it.
type outcome struct {
	Flag string `json:"flag"`
	evaluator.Result
	Explanation *evaluator.Explanation `json:"explanation,omitempty"`
}

// subject reads the context.
func (o *evalRun) subject(s *session) (evaluator.Context, error) {
	text := []byte(o.context)
	file, isFile := strings.CutPrefix(o.context, "@")
	if isFile || o.context == "-" {
		var err error
		if text, err = s.readInput(first(file, "-")); err != nil {
			return evaluator.Context{}, err
		}
	}
	subject, err := evaluator.ParseContext(text)
	if err != nil {
		return subject, usagef("--%v", err)
	}
	return subject, nil
}

// say prints the outcomes, and fails when the one flag asked for has none.
func (o *evalRun) say(s *session, env string, outcomes []outcome) error {
	switch {
	case s.json && o.all:
		return s.printValue(map[string]any{"results": outcomes})
	case s.json:
		if err := s.printValue(outcomes[0]); err != nil {
			return err
		}
	case o.explain:
		for _, out := range outcomes {
			s.sayf("%s", strings.TrimRight(out.Explanation.String(), "\n"))
		}
	case o.all:
		s.tableOutcomes(outcomes)
	default:
		s.oneOutcome(env, outcomes[0])
	}
	if out := outcomes[0]; !o.all && out.Error != "" {
		return &localError{exitFailure, fmt.Sprintf("flag %s cannot be evaluated: %s", out.Flag, out.Error), o.advice(out.Error)}
	}
	return nil
}

func (o *evalRun) missing() string {
	if o.at != "" {
		return `It did not exist then, or was archived; "flagledger flag history" tells its life.`
	}
	return `It does not exist or is archived; "flagledger flag list" shows what there is.`
}

func (o *evalRun) advice(code evaluator.ErrorCode) string {
	if code == evaluator.ErrorTargetingKeyMissing && !o.explain {
		return "The context lacks the attribute that is bucketed; --explain names it."
	}
	return ""
}

func (s *session) tableOutcomes(outcomes []outcome) {
	t := newTable("FLAG", "VALUE", "VARIANT", "REASON", "RULE", "BUCKET")
	for _, out := range outcomes {
		t.add(out.Flag, abbreviate(valueText(out.Result), 40), orDash(out.Variant), reasonText(out.Result), orDash(out.Rule), bucketText(out.Bucket))
	}
	t.write(s.out)
}

func (s *session) oneOutcome(env string, out outcome) {
	t := newTable()
	t.add("flag", bold(out.Flag)+" in "+env)
	t.add("value", valueText(out.Result))
	t.add("variant", orDash(out.Variant))
	t.add("reason", reasonText(out.Result))
	if out.Rule != "" {
		t.add("rule", out.Rule)
	}
	if out.Bucket != evaluator.NoBucket {
		t.add("bucket", bucketText(out.Bucket)+" of 100000")
	}
	t.add("version", fmt.Sprintf("%d, ruleset revision %d", out.Version, out.Revision))
	t.write(s.out)
}

func valueText(r evaluator.Result) string {
	if r.Value.IsZero() {
		return "(none: the caller's default is used)"
	}
	return string(r.Value.JSON())
}

func reasonText(r evaluator.Result) string {
	if r.Error != "" {
		return red(string(r.Reason) + " " + string(r.Error))
	}
	return string(r.Reason)
}

func bucketText(bucket int32) string {
	if bucket == evaluator.NoBucket {
		return "-"
	}
	return strconv.Itoa(int(bucket))
}
