package main

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"
)

func newRollout(a *app) *cobra.Command {
	return newGroup("rollout", "Start, watch and steer gradual rollouts",
		newRolloutStart(a), newRolloutStatus(a),
		newRolloutAction(a, rolloutAction{
			verb: "pause", short: "Stop automatic decisions; who gets what stays as it is",
			example: `flagledger rollout pause new-pdf-engine --env production --reason "support is looking at a case"`,
		}),
		newRolloutAction(a, rolloutAction{
			verb: "resume", short: "Let automatic decisions go on",
			example: `flagledger rollout resume new-pdf-engine --env production`,
		}),
		newRolloutAction(a, rolloutAction{
			verb: "approve", short: "Approve what the plan asks for before the next step",
			example: `flagledger rollout approve new-pdf-engine --env production --reason "looked at 20 invoices"`,
		}),
		newRolloutAction(a, rolloutAction{
			verb: "advance", short: "Go to the next stage now, whatever the gates say",
			example: `flagledger rollout advance new-pdf-engine --env production --reason "approved by Ana"`,
		}),
		newRolloutAction(a, rolloutAction{
			verb: "abort", short: "Take the treatment away from everybody, at once",
			example: `flagledger rollout abort new-pdf-engine --env production --reason "INC-411"`,
		}))
}

// rolloutStartBody is what POST rollout takes.
type rolloutStartBody struct {
	Plan       string          `json:"plan,omitempty"`
	InlinePlan json.RawMessage `json:"inlinePlan,omitempty"`
	Treatment  string          `json:"treatment,omitempty"`
	Control    string          `json:"control,omitempty"`
	By         string          `json:"by,omitempty"`
	Reason     string          `json:"reason,omitempty"`
}

func newRolloutStart(a *app) *cobra.Command {
	var (
		body      rolloutStartBody
		env, file string
	)
	cmd := &cobra.Command{
		Use:   "start KEY",
		Short: "Put a flag under a plan, turning it on if it is off",
		Long: `Start a rollout: the plan's first percentage of units gets the treatment at
once. From then on the workflow compares the treatment with the control at
every stage, and advances, waits or rolls back. Without --plan it is the
project's default plan; "flagledger plan show default" prints it.`,
		Example: example(
			`flagledger rollout start new-pdf-engine --env production --by accountId`,
			`flagledger rollout start new-pdf-engine --env staging --plan-file quick.json --reason "dress rehearsal"`),
		Args: exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		if err := oneOf(cmd, "plan", "plan-file"); err != nil {
			return err
		}
		env, err := s.environmentOr(env, "")
		if err != nil {
			return err
		}
		if file != "" {
			if body.InlinePlan, err = s.definition(file, "plan"); err != nil {
				return err
			}
		}
		r, err := s.post(ctx, s.placePath(args[0], env, "rollout"), body)
		if err != nil {
			return err
		}
		return s.answer(r, func() error { return s.sayRollout(args[0], env, r) })
	})
	f := cmd.Flags()
	f.StringVar(&env, "env", "", "environment ($"+varEnvironment+")")
	f.StringVar(&body.Plan, "plan", "", "key of the plan")
	f.StringVar(&file, "plan-file", "", "file with a plan as JSON, - for standard input")
	f.StringVar(&body.Treatment, "treatment", "", "variant to roll out (default: the on variant)")
	f.StringVar(&body.Control, "control", "", "variant to compare with (default: the off variant)")
	f.StringVar(&body.By, "by", "", "attribute that is bucketed (default targetingKey)")
	reasonFlag(cmd, &body.Reason)
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

// sayRollout prints the rollout that a change answers with.
func (s *session) sayRollout(flag, env string, r reply) error {
	var body struct {
		Rollout rolloutView `json:"rollout"`
	}
	if err := r.into(&body); err != nil {
		return err
	}
	s.writeRollout(flag, env, &body.Rollout)
	if seqOf(r) == "" {
		s.sayf("It was so already; nothing changed.")
	}
	return nil
}

// writeRollout prints a rollout under its flag's name.
func (s *session) writeRollout(flag, env string, r *rolloutView) {
	s.sayf("%s in %s", bold(flag), bold(env))
	for _, line := range s.rolloutWords(flag, env, r) {
		s.sayf("  %s", line)
	}
}

// rolloutAction is a change of a rollout that needs a reason only.
type rolloutAction struct{ verb, short, example string }

func newRolloutAction(a *app, action rolloutAction) *cobra.Command {
	var env, reason string
	cmd := &cobra.Command{
		Use: action.verb + " KEY", Short: action.short, Example: example(action.example),
		Args: exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		env, err := s.environmentOr(env, "")
		if err != nil {
			return err
		}
		r, err := s.post(ctx, s.placePath(args[0], env, "rollout", action.verb), map[string]string{"reason": reason})
		if err != nil {
			return err
		}
		return s.answer(r, func() error { return s.sayRollout(args[0], env, r) })
	})
	cmd.Flags().StringVar(&env, "env", "", "environment ($"+varEnvironment+")")
	reasonFlag(cmd, &reason)
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}
