package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/evaluator"
)

// flagSet is one "flag set".
type flagSet struct {
	targeting
	env     string
	on, off bool
	file    string
	reason  string
}

func newFlagSet(a *app) *cobra.Command {
	o := &flagSet{}
	cmd := &cobra.Command{
		Use:   "set KEY",
		Short: "Change what a flag serves in an environment",
		Long: `Change what a flag serves in one environment. What is not named stays as it is.
The order of evaluation is: off, prerequisites, targets, rules from top to
bottom, and otherwise the variant or the shares of --serve, --percentage or
--split.

` + ruleHelp,
		Example: example(
			`flagledger flag set new-pdf-engine --env production --on --percentage on=5 --by accountId`,
			`flagledger flag set redesigned-dashboard --env production --on --split new=50,old=50`,
			`flagledger flag set bulk-invoice-api --env production --target on=acc-7,acc-12,acc-40 --by accountId`,
			`flagledger flag set ai-chatbot --env production --rule 'plan in free and country in US, GB => on' --serve off`,
			`flagledger flag set ai-chatbot --env staging --config config.json --reason "same as production"`),
		Args: exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		if err := o.check(cmd); err != nil {
			return err
		}
		return o.run(ctx, s, args[0])
	})
	f := cmd.Flags()
	f.StringVar(&o.env, "env", "", "environment ($"+varEnvironment+")")
	f.BoolVar(&o.on, "on", false, "turn the flag on, after the change")
	f.BoolVar(&o.off, "off", false, "turn the flag off, before the change")
	f.StringVar(&o.file, "config", "", "file with the whole configuration as JSON, - for standard input")
	o.register(f)
	reasonFlag(cmd, &o.reason)
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

func (o *flagSet) run(ctx context.Context, s *session, key string) error {
	env, err := s.environmentOr(o.env, "")
	if err != nil {
		return err
	}
	var whole json.RawMessage
	if o.file != "" {
		if whole, err = s.readJSON(o.file); err != nil {
			return err
		}
	}
	c, err := o.plan(ctx, s, placeChange{flag: key, environment: env}, whole)
	if err != nil {
		return err
	}
	last, err := o.send(ctx, s, c, whole)
	if err != nil {
		return err
	}
	if s.json {
		return s.printFlagAt(ctx, key, seqOf(last))
	}
	lines := changedLines(configWords(c.before, shownValues), lineWords(c.config, c.replace, c.before))
	o.say(s, key, env, lines, last)
	return nil
}

// plan works out the change from the flag as it is at c.after or later.
func (o *flagSet) plan(ctx context.Context, s *session, c placeChange, whole json.RawMessage) (placeChange, error) {
	flag, err := s.flagAt(ctx, c.flag, c.after)
	if err != nil {
		return c, err
	}
	here, ok := flag.Environments[c.environment]
	if !ok {
		return c, noEnvironment(c.environment)
	}
	c.before, c.seen = here.Config, flag.Seq
	c.config, c.replace, err = o.config(whole, flag, here.Config)
	return c, err
}

// check finds what is wrong with the command line before anything is asked.
func (o *flagSet) check(cmd *cobra.Command) error {
	if !o.on && !o.off && o.file == "" && o.targeting.empty() {
		return usagef("nothing to set: give --on, --off, --serve, --percentage, --split, --target, --rule or --config")
	}
	groups := [][]string{{"on", "off"}, {"serve", "percentage", "split", "config"}}
	for _, name := range []string{"target", "rule", "clear-rules", "by", "off-variant"} {
		groups = append(groups, []string{"config", name})
	}
	for _, names := range groups {
		if err := oneOf(cmd, names...); err != nil {
			return err
		}
	}
	return o.targeting.check()
}

// config gives the body of the new configuration, and whether there is one.
func (o *flagSet) config(whole json.RawMessage, flag flagView, before evaluator.Config) (body map[string]json.RawMessage, changed bool, err error) {
	if whole != nil {
		body, err = withoutOn(whole)
		return body, true, err
	}
	if o.targeting.empty() {
		return nil, false, nil
	}
	after, err := o.apply(flag, before)
	if err != nil {
		return nil, false, err
	}
	data, err := encode(after)
	if err != nil {
		return nil, false, fmt.Errorf("encode the configuration: %w", err)
	}
	body, err = withoutOn(data)
	return body, true, err
}

// withoutOn drops "on", which is switched by commands of its own.
func withoutOn(data []byte) (map[string]json.RawMessage, error) {
	var body map[string]json.RawMessage
	if err := json.Unmarshal(data, &body); err != nil || body == nil {
		return nil, usagef("the configuration is not a JSON object")
	}
	delete(body, "on")
	return body, nil
}

// lineWords are the words of a configuration that is sent.
func lineWords(body map[string]json.RawMessage, changed bool, before evaluator.Config) []string {
	if !changed {
		return configWords(before, shownValues)
	}
	var after evaluator.Config
	data, err := encode(body)
	if err == nil {
		err = json.Unmarshal(data, &after)
	}
	if err != nil {
		return []string{"configuration from the file"}
	}
	return configWords(after, shownValues)
}

// placeChange is a change of a flag in one environment.
type placeChange struct {
	flag, environment string
	after             string           // ledger position to read the flag at, "" for any
	before            evaluator.Config // as it was read
	seen              uint64           // newest event of the flag as it was read
	config            map[string]json.RawMessage
	replace           bool // config is to be sent
}

// send turns off first and on last, so that nobody gets what is half set.
// Turning off does not depend on what the flag was like; the new targeting
// does, so it is worked out again from what was turned off.
func (o *flagSet) send(ctx context.Context, s *session, c placeChange, whole json.RawMessage) (last reply, err error) {
	if o.off {
		if last, err = s.turn(ctx, c.flag, c.environment, flagSwitch{to: "off", reason: o.reason}); err != nil || !c.replace {
			return last, err
		}
		c.after = seqOf(last)
		c, err = o.plan(ctx, s, c, whole)
	}
	if err == nil && c.replace {
		last, err = s.api.do(ctx, call{
			method: http.MethodPut, path: s.placePath(c.flag, c.environment), seen: c.seen,
			body: map[string]any{"config": c.config, "reason": o.reason},
		})
	}
	if err != nil && o.off {
		err = fmt.Errorf("the flag was turned off, but its targeting was not changed: %w", err)
	}
	if err != nil || !o.on {
		return last, err
	}
	if last, err = s.turn(ctx, c.flag, c.environment, flagSwitch{to: "on", reason: o.reason}); err != nil && c.replace {
		err = fmt.Errorf("the targeting was changed, but the flag was not turned on: %w", err)
	}
	return last, err
}

func (o *flagSet) say(s *session, key, env string, lines []string, last reply) {
	s.sayf("%s in %s%s", bold(key), env, seqWords(last))
	for _, line := range lines {
		s.sayf("  %s", line)
	}
	switch {
	case o.on:
		s.sayf("  is %s", green("on"))
	case o.off:
		s.sayf("  is %s", red("off"))
	}
	if seqOf(last) == "" {
		s.sayf("  was so already; nothing changed")
	}
}

// printFlagAt prints the flag as it is at a ledger position or later.
func (s *session) printFlagAt(ctx context.Context, key, seq string) error {
	r, err := s.get(ctx, s.flagPath(key), atLeast(seq))
	if err != nil {
		return err
	}
	return s.printJSON(r.body)
}

// atLeast asks for a state that has the ledger position seq, "" for any.
func atLeast(seq string) url.Values {
	if seq == "" {
		return nil
	}
	return url.Values{"minSeq": {seq}}
}
