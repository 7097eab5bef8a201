package main

import (
	"context"

	"github.com/spf13/cobra"
)

func newFlagArchive(a *app) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "archive KEY",
		Short: "Take a flag out of every ruleset; its history stays",
		Long: `Archive a flag that no code asks for any more. SDKs that still ask get their
own default. A flag with an active rollout, or that another flag needs, is
refused. What is scheduled for the flag stays: it is refused when it is due,
unless the flag has been restored by then.`,
		Example: example(`flagledger flag archive new-pdf-engine --reason "fully rolled out, code removed"`),
		Args:    exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		r, err := s.remove(ctx, s.flagPath(args[0]), reason)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			s.sayf("Archived flag %s%s. \"flagledger flag restore %s\" brings it back.", bold(args[0]), seqWords(r), args[0])
			return nil
		})
	})
	reasonFlag(cmd, &reason)
	return cmd
}

func newFlagRestore(a *app) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:     "restore KEY",
		Short:   "Bring an archived flag back as it was",
		Example: example(`flagledger flag restore new-pdf-engine`),
		Args:    exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		r, err := s.post(ctx, s.flagPath(args[0], "restore"), map[string]string{"reason": reason})
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			if seqOf(r) == "" {
				s.sayf("Flag %s was not archived; nothing changed.", bold(args[0]))
				return nil
			}
			s.sayf("Restored flag %s%s. It is on and off where it was.", bold(args[0]), seqWords(r))
			return nil
		})
	})
	reasonFlag(cmd, &reason)
	return cmd
}
