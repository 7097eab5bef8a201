package main

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/evaluator"
)

// convergence is what "flag revert" and "env promote" have in common: they preview,
// and do it with --yes.
type convergence struct {
	yes    bool
	reason string
}

func (o *convergence) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.yes, "yes", false, "do it; without it the command only shows what would change")
	reasonFlag(cmd, &o.reason)
}

// flagRevert is one "flag revert".
type flagRevert struct {
	convergence
	to   string
	envs []string
}

func newFlagRevert(a *app) *cobra.Command {
	o := &flagRevert{}
	cmd := &cobra.Command{
		Use:   "revert KEY...",
		Short: "Make flags again what they were at an earlier moment",
		Long: `Make one or several flags again what they were after an event or at a time: what
they serve in every environment, their variants, details and whether they are
archived. Nothing is rewritten: the ledger gets the events that lead back, in one
command, all or none. Without --yes it shows what would change.`,
		Example: example(
			`flagledger flag revert new-pdf-engine --to 4711`,
			`flagledger flag revert new-pdf-engine ai-chatbot --to 2027-01-31T09:00:00Z --env production --yes --reason "bad release"`),
		Args: cobra.MinimumNArgs(1), ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error { return o.run(ctx, s, args) })
	cmd.Flags().StringVar(&o.to, "to", "", "a sequence or a time")
	cmd.Flags().StringSliceVar(&o.envs, "env", nil, "only what they serve in these environments")
	_ = cmd.MarkFlagRequired("to") // the flag exists
	o.register(cmd)
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

func (o *flagRevert) run(ctx context.Context, s *session, keys []string) error {
	to, err := parsePosition(o.to)
	if err != nil {
		return usagef("--to %v", err)
	}
	flags := make([]map[string]any, len(keys))
	for i, key := range keys {
		flags[i] = map[string]any{"flag": key}
		if len(o.envs) > 0 {
			flags[i]["environments"] = o.envs
		}
	}
	return o.send(ctx, s, s.projectPath("revert"), map[string]any{"to": to.String(), "flags": flags})
}

// envPromote is one "env promote".
type envPromote struct {
	convergence
	only, except []string
}

func newEnvPromote(a *app) *cobra.Command {
	o := &envPromote{}
	cmd := &cobra.Command{
		Use:   "promote FROM TO [KEY...]",
		Short: "Give an environment the configuration of another one",
		Long: `Give the environment TO what flags have in FROM: whether they are on, their
prerequisites, targets, rules, default and off variant. Without a KEY these are
all flags that differ, but for those that a rollout or an experiment has a say
in. It is one command, all or none. Without --yes it shows what would change.`,
		Example: example(
			`flagledger env promote staging production`,
			`flagledger env promote staging production ai-chatbot --only rules,targets --yes`),
		Args: cobra.MinimumNArgs(2), ValidArgsFunction: a.completeEnvironments,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		if err := oneOf(cmd, "only", "except"); err != nil {
			return err
		}
		return o.run(ctx, s, args)
	})
	cmd.Flags().StringSliceVar(&o.only, "only", nil, "parts: on, prerequisites, targets, rules, default, offVariant")
	cmd.Flags().StringSliceVar(&o.except, "except", nil, "parts to leave as they are")
	o.register(cmd)
	return cmd
}

func (o *envPromote) run(ctx context.Context, s *session, args []string) error {
	parts := o.only
	for _, part := range []string{"on", "prerequisites", "targets", "rules", "default", "offVariant"} {
		if len(o.except) > 0 && !slices.Contains(o.except, part) {
			parts = append(parts, part)
		}
	}
	body := map[string]any{"from": args[0]}
	keys := args[2:]
	if len(keys) == 0 && len(parts) > 0 {
		return usagef("name the flags whose parts are to be promoted")
	}
	flags := make([]map[string]any, len(keys))
	for i, key := range keys {
		flags[i] = map[string]any{"flag": key}
		if len(parts) > 0 {
			flags[i]["parts"] = parts
		}
	}
	if len(flags) > 0 {
		body["flags"] = flags
	}
	return o.send(ctx, s, s.projectPath("environments", args[1], "promote"), body)
}

// convergedView is the answer to both.
type convergedView struct {
	Seq   string
	Flags []struct {
		Flag, Seen        string
		Changed           bool
		Archived          *bool
		Details, Variants *struct{ Before, After json.RawMessage }
		Environments      []struct {
			Environment   string
			Before, After evaluator.Config
		}
	}
}

// send asks for a preview, and with --yes for that to be done, if nobody has
// changed the flags meanwhile.
func (o *convergence) send(ctx context.Context, s *session, path string, body map[string]any) error {
	body["preview"] = true
	r, err := s.post(ctx, path, body)
	if err != nil {
		return err
	}
	var preview convergedView
	if err := r.into(&preview); err != nil {
		return err
	}
	if !o.yes {
		return s.answer(r, func() error { o.show(s, preview, false); return nil })
	}
	named, _ := body["flags"].([]map[string]any)
	if len(named) == 0 {
		for _, f := range preview.Flags {
			named = append(named, map[string]any{"flag": f.Flag})
		}
	}
	for i, f := range preview.Flags {
		named[i]["seen"] = f.Seen
	}
	if len(named) == 0 {
		return s.answer(r, func() error { o.show(s, preview, true); return nil })
	}
	body["flags"], body["preview"], body["reason"] = named, false, o.reason
	if r, err = s.post(ctx, path, body); err != nil {
		return err
	}
	return s.answer(r, func() error { o.show(s, preview, true); return nil })
}

func (o *convergence) show(s *session, v convergedView, done bool) {
	changed := 0
	for _, f := range v.Flags {
		if !f.Changed {
			continue
		}
		changed++
		s.sayf("%s", bold(f.Flag))
		if f.Archived != nil {
			s.sayf("  %s", map[bool]string{true: red("- archived"), false: green("+ restored")}[*f.Archived])
		}
		for _, part := range []struct {
			name string
			of   *struct{ Before, After json.RawMessage }
		}{{"details", f.Details}, {"variants", f.Variants}} {
			if part.of != nil {
				s.sayf("  %s", red("- "+part.name+" "+string(part.of.Before)))
				s.sayf("  %s", green("+ "+part.name+" "+string(part.of.After)))
			}
		}
		for _, env := range f.Environments {
			s.sayf("  %s", env.Environment)
			for _, line := range changedLines(stateWords(env.Before), stateWords(env.After)) {
				s.sayf("    %s", line)
			}
		}
	}
	switch {
	case changed == 0:
		s.sayf("Everything is already as wanted.")
	case done:
		s.sayf("Changed %s.", several(changed, "flag"))
	default:
		s.sayf("%s would change. Give --yes to do it.", several(changed, "flag"))
	}
}

// stateWords are a configuration in words, with whether it is on.
func stateWords(c evaluator.Config) []string {
	state := "off"
	if c.On {
		state = "on"
	}
	return append([]string{state}, configWords(c, shownValues)...)
}
