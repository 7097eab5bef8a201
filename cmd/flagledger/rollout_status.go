package main

import (
	"bytes"
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"
)

// rolloutStatus is one "rollout status".
type rolloutStatus struct {
	env   string
	watch bool
	every time.Duration
}

func newRolloutStatus(a *app) *cobra.Command {
	o := &rolloutStatus{}
	cmd := &cobra.Command{
		Use:   "status KEY",
		Short: "Show where a rollout stands and on what evidence",
		Long: `Show the newest rollout of a flag: its ladder of stages, why it waits, and for
each gate the units and events of both variants, the ratio with its always-valid
bounds, and how far each test is from its threshold. Without --env it shows all
environments that have had a rollout.

With --watch it shows every change until the rollout has ended.`,
		Example: example(
			`flagledger rollout status new-pdf-engine`,
			`flagledger rollout status new-pdf-engine --env production --watch`),
		Args: exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		env := first(o.env, s.environment)
		switch {
		case o.watch && env == "":
			return usagef("--watch needs --env")
		case o.watch:
			return o.follow(ctx, s, args[0], env)
		case env == "":
			return s.everyRollout(ctx, args[0])
		}
		r, err := s.get(ctx, s.placePath(args[0], env, "rollout"), nil)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			_, err := s.showRollout(args[0], env, r)
			return err
		})
	})
	cmd.Flags().StringVar(&o.env, "env", "", "environment ($"+varEnvironment+")")
	cmd.Flags().BoolVarP(&o.watch, "watch", "w", false, "show every change until the rollout has ended")
	cmd.Flags().DurationVar(&o.every, "every", 2*time.Second, "how often --watch looks")
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

// showRollout prints a rollout that was read.
func (s *session) showRollout(flag, env string, r reply) (*rolloutView, error) {
	var v rolloutView
	if err := r.into(&v); err != nil {
		return nil, err
	}
	s.writeRollout(flag, env, &v)
	return &v, nil
}

// everyRollout prints the newest rollout of each environment.
func (s *session) everyRollout(ctx context.Context, key string) error {
	flag, err := s.flag(ctx, key)
	if err != nil {
		return err
	}
	found := map[string]*rolloutView{}
	for _, env := range flag.environments() {
		if r := flag.Environments[env].Rollout; r != nil {
			found[env] = r
			if !s.json {
				s.writeRollout(key, env, r)
			}
		}
	}
	if s.json {
		return s.printValue(map[string]any{"rollouts": found})
	}
	if len(found) == 0 {
		s.sayf(`Flag %s has had no rollout. "flagledger rollout start %s --env ..." starts one.`, bold(key), key)
	}
	return nil
}

// follow prints the rollout whenever it has changed, until it ends. On a
// terminal each picture replaces the one before.
func (o *rolloutStatus) follow(ctx context.Context, s *session, flag, env string) error {
	if o.every < 100*time.Millisecond {
		return usagef("--every %s is below 100ms", o.every)
	}
	var last []byte
	for {
		r, err := s.get(ctx, s.placePath(flag, env, "rollout"), nil)
		if err != nil {
			return err
		}
		var v rolloutView
		if err := r.into(&v); err != nil {
			return err
		}
		if !bytes.Equal(r.body, last) {
			last = r.body
			if err := o.picture(s, flag, env, r); err != nil {
				return err
			}
		}
		if !v.active() {
			return nil
		}
		if err := pause(ctx, o.every); err != nil {
			return err
		}
	}
}

func (o *rolloutStatus) picture(s *session, flag, env string, r reply) error {
	if s.json {
		_, err := s.stdout.Write(append(bytes.TrimSpace(r.body), '\n'))
		return err
	}
	if s.terminal {
		if _, err := io.WriteString(s.stdout, "\x1b[H\x1b[2J"); err != nil { // home, clear
			return err
		}
	} else {
		s.sayf("%s", dim(s.moment(s.now())))
	}
	_, err := s.showRollout(flag, env, r)
	return err
}
