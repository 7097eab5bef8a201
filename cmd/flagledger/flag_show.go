package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
)

func newFlagShow(a *app) *cobra.Command {
	var env string
	cmd := &cobra.Command{
		Use:   "show KEY",
		Short: "Show everything about a flag",
		Long: `Show a flag: its variants, and for each environment whether it is on, whom it
targets, its rules in the language of --rule, and its rollout.`,
		Example: example(`flagledger flag show new-pdf-engine`, `flagledger flag show new-pdf-engine --env production --json`),
		Args:    exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		r, err := s.get(ctx, s.flagPath(args[0]), nil)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			var f flagView
			if err := r.into(&f); err != nil {
				return err
			}
			return s.showFlag(f, env)
		})
	})
	cmd.Flags().StringVar(&env, "env", "", "show this environment only")
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

func (s *session) showFlag(f flagView, env string) error {
	environments := f.environments()
	if env != "" {
		if _, ok := f.Environments[env]; !ok {
			return noEnvironment(env)
		}
		environments = []string{env}
	}
	s.sayf("%s  %s", bold(f.Key), f.Type)
	t := newTable()
	t.add("project", s.project)
	for _, line := range detailWords(f.Details) {
		name, text, _ := strings.Cut(line, ": ")
		t.add(name, text)
	}
	t.add("variants", strings.Join(variantWords(f.Variants), ", "))
	if f.Salt != f.Key {
		t.add("salt", f.Salt)
	}
	t.add("created", s.moment(f.CreatedAt))
	t.add("changed", s.moment(f.ChangedAt)+" by "+actorWords(f.ChangedBy))
	t.write(s.out)
	if f.Archived {
		s.sayf("%s: no ruleset has it. \"flagledger flag restore %s\" brings it back.", yellow("archived"), f.Key)
	}
	if f.Frozen != nil {
		s.sayf("%s at its last good state, because event %d cannot be read: %s", red("frozen"), f.Frozen.Seq, f.Frozen.Reason)
	}
	for _, key := range environments {
		s.showPlace(f.Key, key, f.Environments[key])
	}
	return nil
}

// showPlace prints one environment of a flag.
func (s *session) showPlace(flag, environment string, p placeView) {
	state := red("off")
	if p.Config.On {
		state = green("on")
	}
	s.sayf("\n%s  %s  %s", bold(environment), state, dim("version "+uintWords(p.Version)))
	for _, line := range configWords(p.Config, shownValues) {
		s.sayf("  %s", line)
	}
	if p.Rollout != nil {
		for _, line := range s.rolloutWords(flag, environment, p.Rollout) {
			s.sayf("  %s", line)
		}
	}
	for _, c := range p.Scheduled {
		s.sayf("  scheduled: %s at %s, by %s (%s)", plannedWords(c.Change), s.moment(c.At), actorWords(c.Author), c.ID)
	}
}
