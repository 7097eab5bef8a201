package main

import (
	"context"
	"net/url"
	"time"

	"github.com/spf13/cobra"
)

func newEnvReach(a *app) *cobra.Command {
	var revision string
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "reach KEY",
		Short: "Tell on how many evaluators a revision is in force, and which lag behind",
		Long: `A change is published when it is in the ledger, and in force when evaluators run
it: each acknowledges the revision that it runs. This tells the two apart, with the
time between them and the names of those that lag behind. Browsers evaluate on the
server and are not counted.`,
		Example: example(`flagledger env reach production`, `flagledger env reach production --revision 4711 --wait 2s`),
		Args:    exactly, ValidArgsFunction: a.completeEnvironments,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		query := url.Values{}
		if revision != "" {
			query.Set("revision", revision)
		}
		if wait > 0 {
			query.Set("wait", wait.String())
			s.api.timeout += wait
		}
		r, err := s.get(ctx, s.projectPath("environments", args[0], "reach"), query)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			var v reachView
			if err := r.into(&v); err != nil {
				return err
			}
			s.sayf("published %s", s.moment(v.PublishedAt))
			if v.Connected == 0 {
				s.sayf("No evaluator is connected to %s.", args[0])
				return nil
			}
			s.sayReach(v)
			return nil
		})
	})
	cmd.Flags().StringVar(&revision, "revision", "", "revision of a ruleset; the newest if left out")
	cmd.Flags().DurationVar(&wait, "wait", 0, "how long to wait until it is in force, at most 5s")
	return cmd
}
