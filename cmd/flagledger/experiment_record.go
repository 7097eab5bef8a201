package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

func newExperimentRecord(a *app) *cobra.Command {
	var env, reason, split, by, from, until string
	var before time.Duration
	var design ledger.ExperimentDesign
	cmd := &cobra.Command{
		Use:   "record KEY",
		Short: "Describe an experiment that ran elsewhere, to import its data",
		Long: `Describe an experiment that another tool has run: which variants it compared, how
units were divided, and when. Nothing that is served changes. Then bring in its
data with "flagledger analytics import".`,
		Example: example(`flagledger experiment record redesigned-dashboard --split new=50,old=50 --control old --goal sent --from 2026-08-03 --until 2026-08-17`),
		Args:    exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		env, err := s.environmentOr(env, "")
		if err != nil {
			return err
		}
		weights, err := parseWeights(split)
		if err != nil {
			return usagef("--split %v", err)
		}
		start, err := parseDay("--from", from)
		if err != nil {
			return err
		}
		end, err := parseDay("--until", until)
		if err != nil {
			return err
		}
		design.Before = ledger.Duration(before)
		r, err := s.post(ctx, s.placePath(args[0], env, "experiment", "record"), map[string]any{
			"design": design, "split": evaluator.Split{By: by, Weights: weights}, "from": start, "until": end, "reason": reason,
		})
		if err != nil {
			return err
		}
		return s.answer(r, func() error { return s.sayExperiment(args[0], env, r) })
	})
	f := cmd.Flags()
	designFlags(f, &design)
	f.StringVar(&env, "env", "", "environment ($"+varEnvironment+")")
	f.StringVar(&split, "split", "", "how units were divided: a=50,b=50")
	f.StringVar(&by, "by", "", "attribute that was bucketed (default "+evaluator.TargetingKey+")")
	f.StringVar(&from, "from", "", "when it began: 2026-08-03, or 2026-08-03T09:30:00Z")
	f.StringVar(&until, "until", "", "when it was over; a date is its first moment")
	f.DurationVar(&before, "before", 0, "adjust by what units did this long before they were exposed (CUPED)")
	reasonFlag(cmd, &reason)
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

// parseDay reads a date, or a time, in UTC unless it says otherwise.
func parseDay(flag, text string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, usagef("%s %q is neither a date, 2026-08-03, nor a time, 2026-08-03T09:30:00Z", flag, text)
}
