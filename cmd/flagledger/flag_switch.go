package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

// maxWait is the longest the server waits for acknowledgements.
const maxWait = 5 * time.Second

// flagSwitch turns a flag on or off in one environment.
type flagSwitch struct {
	to     string // on or off
	env    string
	reason string
	wait   time.Duration
}

func newFlagKill(a *app) *cobra.Command {
	o := &flagSwitch{to: "off"}
	cmd := &cobra.Command{
		Use:     "kill KEY",
		Aliases: []string{"off"},
		Short:   "Turn a flag off in an environment, now",
		Long: `Turn a flag off: everybody gets its off variant. Asks nothing, waits up to
--wait for the connected evaluators to run the change, and says how many do. A
running rollout is paused. Nothing else of the flag changes: "flag on" puts it
back as it was.`,
		Example: example(`flagledger flag kill new-pdf-engine --env production --reason "INC-411 invoices fail"`),
	}
	return a.switchCommand(cmd, o, 2*time.Second)
}

func newFlagOn(a *app) *cobra.Command {
	o := &flagSwitch{to: "on"}
	cmd := &cobra.Command{
		Use:     "on KEY",
		Short:   "Turn a flag on in an environment, with the targeting it has",
		Example: example(`flagledger flag on redesigned-dashboard --env staging`),
	}
	return a.switchCommand(cmd, o, 0)
}

func (a *app) switchCommand(cmd *cobra.Command, o *flagSwitch, wait time.Duration) *cobra.Command {
	cmd.Args, cmd.ValidArgsFunction = exactly, a.completeFlags
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error { return o.run(ctx, s, args[0]) })
	cmd.Flags().StringVar(&o.env, "env", "", "environment ($"+varEnvironment+")")
	cmd.Flags().DurationVar(&o.wait, "wait", wait, "the longest to wait for evaluators to run the change, at most 5s")
	a.completeFlag(cmd, "env", a.completeEnvironments)
	reasonFlag(cmd, &o.reason)
	return cmd
}

func (o *flagSwitch) run(ctx context.Context, s *session, flag string) error {
	env, err := s.environmentOr(o.env, "")
	if err != nil {
		return err
	}
	if o.wait < 0 || o.wait > maxWait {
		return usagef("--wait %s is not between 0s and %s", o.wait, maxWait)
	}
	s.api.timeout += o.wait
	start := s.now()
	r, err := s.turn(ctx, flag, env, *o)
	if err != nil {
		return err
	}
	took := s.now().Sub(start)
	return s.answer(r, func() error {
		var body killView
		if err := r.into(&body); err != nil {
			return err
		}
		o.say(s, flag, env, body, took)
		return nil
	})
}

// turn sends the switch.
func (s *session) turn(ctx context.Context, flag, env string, o flagSwitch) (reply, error) {
	k := call{
		method: http.MethodPost, path: s.placePath(flag, env, o.to),
		body: map[string]string{"reason": o.reason},
	}
	if o.wait > 0 {
		k.query = url.Values{"wait": {o.wait.String()}}
	}
	return s.api.do(ctx, k)
}

func (o *flagSwitch) say(s *session, flag, env string, body killView, took time.Duration) {
	state := red("OFF")
	if o.to == "on" {
		state = green("ON")
	}
	if body.Seq == "" || body.Seq == "0" {
		s.sayf("%s was already %s in %s; nothing changed.", bold(flag), state, env)
		return
	}
	s.sayf("%s is %s in %s (seq %s).", bold(flag), state, env, body.Seq)
	connected, acknowledged := body.Evaluators.Connected, body.Evaluators.Acknowledged
	switch {
	case connected == 0:
		s.sayf("No evaluator is connected to %s.", env)
	case o.wait == 0:
		s.sayf("Connected evaluators: %d. With --wait 2s the command waits until they run the change.", connected)
	case body.Reach.Connected > 0:
		s.sayReach(body.Reach)
	case acknowledged >= connected:
		s.sayf("%s evaluators run it, after %d ms.", green(fmt.Sprintf("%d of %d connected", acknowledged, connected)), took.Milliseconds())
	default:
		s.sayf("%s evaluators run it, after %d ms; \"flagledger env show %s\" says which do not.",
			yellow(fmt.Sprintf("%d of %d connected", acknowledged, connected)), took.Milliseconds(), env)
	}
}

// sayReach tells published from in force.
func (s *session) sayReach(r reachView) {
	on := fmt.Sprintf("%d of %d evaluators", r.Acknowledged, r.Connected)
	if r.InForce {
		s.sayf("Revision %s is in force on %s, after %d ms.", r.Revision, green(on), r.Milliseconds)
		return
	}
	s.sayf("Revision %s is published, and in force on %s only; these lag behind:", r.Revision, yellow(on))
	s.listEvaluators(r.Stragglers)
}

func uintWords(n uint64) string { return strconv.FormatUint(n, 10) }
