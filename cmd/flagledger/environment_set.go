package main

import (
	"context"

	"github.com/spf13/cobra"
)

// environmentSettings is what can be set of an environment.
type environmentSettings struct {
	Name           string `json:"name"`
	Production     bool   `json:"production"`
	ReasonRequired bool   `json:"reasonRequired"`
	Reason         string `json:"reason,omitempty"`
}

func newEnvironmentSet(a *app) *cobra.Command {
	var given environmentSettings
	cmd := &cobra.Command{
		Use:   "set KEY",
		Short: "Change an environment's name, and what is asked of changes there",
		Long: `Change what is set of an environment; what is not given stays as it is.

Where a reason is required the server refuses every change of a flag that gives
none. The kill switch works without: nothing may stand in its way.`,
		Example: example("flagledger env set production --reason-required", "flagledger env set qa --name Testing --production=false"),
		Args:    exactly, ValidArgsFunction: a.completeEnvironmentArg,
	}
	f := cmd.Flags()
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		if !f.Changed("name") && !f.Changed("production") && !f.Changed("reason-required") {
			return usagef("what is to be changed? give --name, --production or --reason-required")
		}
		body, err := s.environmentSettings(ctx, args[0])
		if err != nil {
			return err
		}
		if f.Changed("name") {
			body.Name = given.Name
		}
		if f.Changed("production") {
			body.Production = given.Production
		}
		if f.Changed("reason-required") {
			body.ReasonRequired = given.ReasonRequired
		}
		body.Reason = given.Reason
		r, err := s.put(ctx, s.projectPath("environments", args[0]), body)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			s.sayf("Environment %s of project %s is %s%s.", bold(args[0]), s.project, settingsWords(body), seqWords(r))
			return nil
		})
	})
	f.StringVar(&given.Name, "name", "", "name for people")
	f.BoolVar(&given.Production, "production", false, "mistakes hurt here")
	f.BoolVar(&given.ReasonRequired, "reason-required", false, "refuse changes of flags here without a reason, but for the kill switch")
	reasonFlag(cmd, &given.Reason)
	return cmd
}

func (s *session) environmentSettings(ctx context.Context, key string) (environmentSettings, error) {
	p, err := s.projectView(ctx)
	if err != nil {
		return environmentSettings{}, err
	}
	for _, e := range p.Environments {
		if e.Key == key {
			return environmentSettings{Name: e.Name, Production: e.Production, ReasonRequired: e.ReasonRequired}, nil
		}
	}
	return environmentSettings{}, noEnvironment(key)
}

func settingsWords(e environmentSettings) string {
	return settingWords(e.Name, e.Production, e.ReasonRequired)
}
