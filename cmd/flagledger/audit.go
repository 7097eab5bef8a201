package main

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/evaluator"
)

func newAudit(a *app) *cobra.Command {
	return newGroup("audit", "Check what was recorded against what the ledger says", newAuditExposures(a))
}

// auditRun is one "audit exposures".
type auditRun struct {
	env, flag, since string
	sample           int
	seed             uint64
}

func newAuditExposures(a *app) *cobra.Command {
	o := &auditRun{}
	cmd := &cobra.Command{
		Use:   "exposures",
		Short: "Evaluate recorded exposures again and report those that do not reproduce",
		Long: `Draw recorded exposures at random, and evaluate each again with the flag, the
segments and the prerequisites that its version names, rebuilt from the ledger, by the
code that evaluates live. Each is reproduced; or differs, though it carries all that
the evaluation looks at; or is undetermined, because the evaluation looks at
attributes that were not recorded; or names a version that the flag never had. If
any differs or names such a version, the command fails.`,
		Example: example(
			`flagledger audit exposures --sample 1000`,
			`flagledger audit exposures --env production --flag new-pdf-engine --since 2027-01-01T00:00:00Z --json`),
		Args: cobra.NoArgs,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error { return o.run(ctx, s) })
	f := cmd.Flags()
	f.StringVar(&o.env, "env", "", "environment ($"+varEnvironment+", else "+defaultEnvironment+")")
	f.StringVar(&o.flag, "flag", "", "only exposures of this flag")
	f.StringVar(&o.since, "since", "", "only those from this time on")
	f.IntVar(&o.sample, "sample", 200, "how many to draw, at most 5000")
	f.Uint64Var(&o.seed, "seed", 0, "the same seed draws the same; without it the time is one")
	a.completeFlag(cmd, "env", a.completeEnvironments)
	a.completeFlag(cmd, "flag", a.completeFlags)
	return cmd
}

// auditView is the answer.
type auditView struct {
	Total    int64
	Sampled  int
	Verdicts map[string]int
	Findings []struct {
		Flag, Variant, By, Unit, Rule, Version, Verdict, Found, Why string
		At                                                          time.Time
		Explanation                                                 *evaluator.Explanation
	}
}

func (o *auditRun) run(ctx context.Context, s *session) error {
	env, err := s.environmentOr(o.env, defaultEnvironment)
	if err != nil {
		return err
	}
	if o.seed == 0 {
		o.seed = uint64(s.now().UnixNano())
	}
	query := url.Values{"sample": {strconv.Itoa(o.sample)}, "seed": {strconv.FormatUint(o.seed, 10)}}
	for name, value := range map[string]string{"flag": o.flag, "since": o.since} {
		if value != "" {
			query.Set(name, value)
		}
	}
	s.api.timeout = max(s.api.timeout, time.Minute)
	r, err := s.get(ctx, s.projectPath("environments", env, "audit", "exposures"), query)
	if err != nil {
		return err
	}
	var v auditView
	if err := r.into(&v); err != nil {
		return err
	}
	if err := s.answer(r, func() error { o.say(s, env, v); return nil }); err != nil {
		return err
	}
	if n := v.Verdicts["differs"] + v.Verdicts["unknownVersion"]; n > 0 {
		return &localError{
			exitFailure, several(n, "exposure") + " cannot have come about as recorded",
			`Somebody reports other variants than the evaluator gave, or the data was changed.`,
		}
	}
	return nil
}

func (o *auditRun) say(s *session, env string, v auditView) {
	s.sayf("%s drawn of %s in %s, with seed %d", several(v.Sampled, "exposure"), count(v.Total), env, o.seed)
	for _, verdict := range slices.Sorted(maps.Keys(v.Verdicts)) {
		s.sayf("  %-15s %s", verdict, count(int64(v.Verdicts[verdict])))
	}
	for _, f := range v.Findings {
		s.sayf("")
		s.sayf("%s %s served %s to %s %s, %s", bold(f.Verdict), f.Flag, f.Variant, f.By, f.Unit, s.moment(f.At))
		s.sayf("  version %s: %s", f.Version, f.Why)
		if f.Explanation != nil && f.Verdict == "differs" {
			s.sayf("%s", fmt.Sprint(f.Explanation))
		}
	}
}
