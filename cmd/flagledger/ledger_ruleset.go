package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"

	"github.com/spf13/cobra"
)

// rulesetRun is one "ledger ruleset".
type rulesetRun struct{ env, at string }

func newLedgerRuleset(a *app) *cobra.Command {
	o := &rulesetRun{}
	cmd := &cobra.Command{
		Use:   "ruleset",
		Short: "Rebuild the ruleset that an environment was served at a moment of the past",
		Long: `Rebuild, from the ledger, the ruleset that evaluators of an environment were
given at a sequence or a time, and print it byte by byte. Its SHA-256 is computed
here and compared with the one that was recorded when it was served; if they
differ the command fails.`,
		Example: example(
			`flagledger ledger ruleset --env production --at 4711`,
			`flagledger ledger ruleset --at 2027-01-31T09:00:00Z > then.json`),
		Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error { return o.run(ctx, s) })
	f := cmd.Flags()
	f.StringVar(&o.env, "env", "", "environment ($"+varEnvironment+", else "+defaultEnvironment+")")
	f.StringVar(&o.at, "at", "", "a sequence or a time")
	_ = cmd.MarkFlagRequired("at") // the flag exists
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

// note tells people what does not belong to the ruleset.
func (o *rulesetRun) note(s *session, format string, args ...any) {
	newPaper(s.stderr, false).printf(format, args...)
}

func (o *rulesetRun) run(ctx context.Context, s *session) error {
	env, err := s.environmentOr(o.env, defaultEnvironment)
	if err != nil {
		return err
	}
	at, err := parsePosition(o.at)
	if err != nil {
		return usagef("--at %v", err)
	}
	r, err := s.get(ctx, s.projectPath("environments", env, "ruleset"), url.Values{"at": {at.String()}})
	if err != nil {
		return err
	}
	if _, err := s.stdout.Write(append(r.body, '\n')); err != nil {
		return err
	}
	sum := sha256.Sum256(r.body)
	switch digest := hex.EncodeToString(sum[:]); r.recorded {
	case digest:
		o.note(s, "at event %s; SHA-256 %s, as it was recorded when it was served", r.seq, digest)
	case "":
		o.note(s, "at event %s; SHA-256 %s; none was recorded: nobody was served this revision, or before digests were kept", r.seq, digest)
	default:
		return &localError{
			exitFailure, fmt.Sprintf("SHA-256 %s was recorded when it was served, this is %s", r.recorded, digest),
			`Check the ledger with "flagledger ledger verify".`,
		}
	}
	return nil
}
