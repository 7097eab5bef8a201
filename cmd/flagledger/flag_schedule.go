package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// flagSchedule is one "flag schedule".
type flagSchedule struct {
	env, at, tz string
	on, off     bool
	file, id    string
	reason      string
}

// scheduleBody is what POST schedule takes.
type scheduleBody struct {
	At     string          `json:"at"`
	Change string          `json:"change"`
	Config json.RawMessage `json:"config,omitempty"`
	ID     string          `json:"id,omitempty"`
	Reason string          `json:"reason,omitempty"`
}

func newFlagSchedule(a *app) *cobra.Command {
	o := &flagSchedule{}
	cmd := &cobra.Command{
		Use:   "schedule KEY",
		Short: "Turn a flag on or off, or replace its targeting, at a time to come",
		Long: `Schedule one change of a flag in an environment. The server makes it within a
second of the time, or when it is started again if it was down then; changes
that were missed are made in the order of their times.

The change is made in the name of the token that scheduled it: if that is
revoked, has expired, or may no longer change the flag by then, it is refused.
It is refused too if the flag is archived or the targeting does not fit any
more. "flag history" tells what came of it. --off at a time is the kill switch:
it pauses a running rollout.

--at is a time with its offset from UTC, or a local time in the zone of --tz,
which is the zone of this machine unless it is given.`,
		Example: example(
			`flagledger flag schedule spring-sale --env production --at "2027-03-01 09:00" --tz Europe/Berlin --on`,
			`flagledger flag schedule spring-sale --env production --at 2027-03-15T00:00:00Z --off --reason "the sale ends"`,
			`flagledger flag schedule ai-chatbot --env production --at "2027-03-01 09:00" --config config.json`,
			`flagledger flag schedule list spring-sale`,
			`flagledger flag schedule cancel spring-sale k3v7q2mf`),
		Args: exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		if err := oneOf(cmd, "on", "off", "config"); err != nil {
			return err
		}
		return o.run(ctx, s, args[0])
	})
	f := cmd.Flags()
	f.StringVar(&o.env, "env", "", "environment ($"+varEnvironment+")")
	f.StringVar(&o.at, "at", "", `when: 2027-03-01T09:00:00Z, or "2027-03-01 09:00" in the zone of --tz`)
	f.StringVar(&o.tz, "tz", "", "time zone of --at, such as Europe/Berlin (default: that of this machine)")
	f.BoolVar(&o.on, "on", false, "turn the flag on, with the targeting that it has then")
	f.BoolVar(&o.off, "off", false, "turn the flag off")
	f.StringVar(&o.file, "config", "", "file with the whole configuration to replace the targeting by, as JSON, - for standard input")
	f.StringVar(&o.id, "id", "", "name of the change (default: made up)")
	reasonFlag(cmd, &o.reason)
	a.completeFlag(cmd, "env", a.completeEnvironments)
	cmd.AddCommand(newFlagScheduleList(a), newFlagScheduleCancel(a))
	return cmd
}

func (o *flagSchedule) run(ctx context.Context, s *session, key string) error {
	env, err := s.environmentOr(o.env, "")
	if err != nil {
		return err
	}
	body, err := o.body(s)
	if err != nil {
		return err
	}
	r, err := s.post(ctx, s.placePath(key, env, "schedule"), body)
	if err != nil {
		return err
	}
	return s.answer(r, func() error {
		var made struct {
			Scheduled scheduledView `json:"scheduled"`
		}
		if err := r.into(&made); err != nil {
			return err
		}
		c := made.Scheduled
		s.sayf("%s is scheduled to %s in %s at %s, in %s%s.", bold(key), plannedWords(c.Change), env, s.moment(c.At), spanWords(c.At.Sub(s.now())), seqWords(r))
		s.sayf(`"flagledger flag schedule cancel %s %s" takes it back.`, key, c.ID)
		return nil
	})
}

// body is the request that the command line stands for.
func (o *flagSchedule) body(s *session) (scheduleBody, error) {
	b := scheduleBody{ID: o.id, Reason: o.reason}
	if o.at == "" {
		return b, usagef("when? give --at")
	}
	at, err := parseMoment(o.at, o.tz, s.zone)
	if err != nil {
		return b, err
	}
	b.At = at.UTC().Format("2006-01-02T15:04:05.999Z07:00")
	switch {
	case o.on:
		b.Change = "turnOn"
	case o.off:
		b.Change = "turnOff"
	case o.file != "":
		b.Change = "replaceConfig"
		b.Config, err = s.definition(o.file, "config")
	default:
		err = usagef("what? give --on, --off or --config")
	}
	return b, err
}

// pendingChanges reads what is scheduled for a flag, by the time it is due,
// in one environment or in all of them.
func (s *session) pendingChanges(ctx context.Context, key, env string) ([]scheduledView, error) {
	f, err := s.flag(ctx, key)
	if err != nil {
		return nil, err
	}
	if _, ok := f.Environments[env]; env != "" && !ok {
		return nil, noEnvironment(env)
	}
	return f.scheduled(env), nil
}

func newFlagScheduleList(a *app) *cobra.Command {
	var env string
	cmd := &cobra.Command{
		Use: "list KEY", Short: "List the changes of a flag that are scheduled and not due yet",
		Example: example(`flagledger flag schedule list spring-sale`, `flagledger flag schedule list spring-sale --env production --json`),
		Args:    exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		list, err := s.pendingChanges(ctx, args[0], env)
		if err != nil {
			return err
		}
		if s.json {
			return s.printValue(map[string]any{"scheduled": list})
		}
		if len(list) == 0 {
			s.sayf("Nothing is scheduled for %s.", bold(args[0]))
			return nil
		}
		t := newTable("ID", "DUE", "ENVIRONMENT", "CHANGE", "BY", "REASON")
		for _, c := range list {
			t.add(c.ID, s.moment(c.At), c.Environment, plannedWords(c.Change), actorWords(c.Author), orDash(c.Reason))
		}
		t.write(s.out)
		return nil
	})
	cmd.Flags().StringVar(&env, "env", "", "only those of this environment")
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

func newFlagScheduleCancel(a *app) *cobra.Command {
	var env, reason string
	cmd := &cobra.Command{
		Use: "cancel KEY ID", Short: "Take a scheduled change of a flag back",
		Long: `Cancel a scheduled change before it is due. --env is needed only if several
environments have one of that ID.`,
		Example: example(`flagledger flag schedule cancel spring-sale k3v7q2mf --reason "one week later"`),
		Args:    exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		where := env
		if where == "" {
			var err error
			if where, err = s.whereScheduled(ctx, args[0], args[1]); err != nil {
				return err
			}
		}
		r, err := s.remove(ctx, s.placePath(args[0], where, "schedule", args[1]), reason)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			s.sayf("Cancelled %s of %s in %s%s.", args[1], bold(args[0]), where, seqWords(r))
			return nil
		})
	})
	cmd.Flags().StringVar(&env, "env", "", "environment of the change")
	reasonFlag(cmd, &reason)
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

// whereScheduled finds the environment in which a change of that ID is pending.
func (s *session) whereScheduled(ctx context.Context, key, id string) (string, error) {
	list, err := s.pendingChanges(ctx, key, "")
	if err != nil {
		return "", err
	}
	var found []string
	for _, c := range list {
		if c.ID == id {
			found = append(found, c.Environment)
		}
	}
	switch len(found) {
	case 0:
		return "", &localError{
			exitNotFound, fmt.Sprintf("no change %q of flag %s is scheduled", id, key),
			fmt.Sprintf(`"flagledger flag schedule list %s" shows what is pending, "flag history" what became of others.`, key),
		}
	case 1:
		return found[0], nil
	}
	return "", usagef("%s is scheduled in %s; give --env", id, strings.Join(found, " and "))
}
