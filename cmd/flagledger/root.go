package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// world is what a run of the program can see and touch.
type world struct {
	program        string   // as it was called, "" in tests
	args           []string // without the program's name
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	// terminal says that stdout is one, so colour and redrawing make sense.
	terminal bool
	now      func() time.Time
	zone     *time.Location // times are shown in
}

// app is one run of the program. It is used by one goroutine.
type app struct {
	world
	given settings
	// started is set when a command's own code begins: an error before that
	// is the fault of the command line.
	started bool
}

// run executes the command line and returns the exit code.
func run(ctx context.Context, w world) int {
	a := &app{world: w}
	root := newRoot(a)
	root.SetArgs(w.args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if !a.started {
		err = &usageError{message: err.Error(), command: cmd.CommandPath()}
	}
	return a.report(ctx, err)
}

// newRoot builds the tree of commands.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "flagledger",
		Short: "Feature flags, gradual rollouts and experiments on a ledger",
		Long: `flagledger ships features safely: every change to a flag is an event in a
ledger, and a rollout that hurts rolls itself back.

Where the server is comes from --server, FLAGLEDGER_SERVER, or the cli.json
that "flagledger serve" leaves in its data folder.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          groupRun,
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{message: err.Error(), command: cmd.CommandPath()}
	})
	a.given.register(root)
	root.AddCommand(
		newFlag(a), newRollout(a), newExperiment(a), newAnalytics(a), newNotificationsGroup(a), newSegment(a), newMetric(a), newPlan(a),
		newProject(a), newEnvironment(a), newToken(a), newEval(a), newLedger(a), newAudit(a), newReadModels(a), newBackup(a), newHygiene(a), newScan(a),
		newServe(a), newSources(a), newDemo(a), newDemoTraffic(a), newHealth(a), newVersion(a), newExitCodes(),
	)
	return root
}

// newGroup is a command that only holds others.
func newGroup(use, short string, commands ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: use, Short: short, Args: cobra.ArbitraryArgs, RunE: groupRun}
	g.AddCommand(commands...)
	return g
}

// groupRun shows the help of a group, and refuses a word that names none of
// its commands.
func groupRun(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	message := fmt.Sprintf("%q is not a command of %s", args[0], cmd.CommandPath())
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		message += "; did you mean " + strings.Join(near, " or ") + "?"
	}
	return &usageError{message: message, command: cmd.CommandPath()}
}

// action makes a cobra function of one that needs the server.
func (a *app) action(fn func(ctx context.Context, s *session, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a.started = true
		s, err := a.open()
		if err != nil {
			return withCommand(err, cmd)
		}
		if err := fn(cmd.Context(), s, args); err != nil {
			return withCommand(err, cmd)
		}
		return s.out.err
	}
}

// withCommand tells a usage error which command's help to point to.
func withCommand(err error, cmd *cobra.Command) error {
	if u, ok := err.(*usageError); ok && u.command == "" { //nolint:errorlint // made by the command itself, never wrapped
		u.command = cmd.CommandPath()
	}
	return err
}

// example indents the lines of an example as cobra's help wants them.
func example(lines ...string) string { return "  " + strings.Join(lines, "\n  ") }
