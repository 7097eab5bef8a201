package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/workflow/notify"
)

func newNotificationsGroup(a *app) *cobra.Command {
	return newGroup("notifications", "Check and try the file that says who is told of what", newNotificationsCheck(a), newNotificationsTest(a))
}

func newNotificationsCheck(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Check a file for \"flagledger serve --notifications\"",
		Long: `Check a file as the server does when it starts, and list its channels. Variables
that the file names must be set. Nothing is sent.

A channel without events tells of these kinds, and of rollout.held if somebody
should look:
  ` + strings.Join(notify.DefaultEvents(), "\n  "),
		Example: example("flagledger notifications check notifications.json"),
		Args:    exactly,
	}
	cmd.RunE = a.action(func(_ context.Context, s *session, args []string) error {
		channels, err := s.channels(args[0])
		if err != nil {
			return err
		}
		views := make([]channelView, len(channels))
		for i, c := range channels {
			views[i] = viewOf(c)
		}
		if s.json {
			return s.printValue(views)
		}
		t := newTable("CHANNEL", "TO", "PROJECT", "ENVIRONMENTS", "EVENTS")
		for _, v := range views {
			t.add(v.Name, v.To, first(v.Project, "all"), first(strings.Join(v.Environments, ", "), "all"),
				first(strings.Join(v.Events, ", "), "default"))
		}
		for _, line := range t.lines() {
			s.sayf("%s", line)
		}
		return nil
	})
	return cmd
}

func newNotificationsTest(a *app) *cobra.Command {
	var channel string
	cmd := &cobra.Command{
		Use:   "test FILE",
		Short: "Send the message of a rollback that did not happen",
		Long: `Send the message of a rollback that did not happen through one channel, once, and
print what the receiver answers. The message says that it is a test. It does not
go through the server: what counts is whether this machine reaches the receiver.`,
		Example: example("flagledger notifications test notifications.json --channel releases"),
		Args:    exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		channels, err := s.channels(args[0])
		if err != nil {
			return err
		}
		c, err := pick(channels, channel)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, s.timeout)
		defer cancel()
		answer, err := notify.Try(ctx, c, notify.Sample(s.now()), s.now)
		if err != nil {
			return err
		}
		if s.json {
			if err := s.printValue(map[string]any{"channel": c.Name, "to": c.To, "delivered": answer.Delivered, "says": answer.Says}); err != nil {
				return err
			}
		} else if answer.Delivered {
			s.sayf("%s by %s: %s", green("delivered"), c.Name, answer.Says)
		}
		if !answer.Delivered {
			return &localError{exitFailure, fmt.Sprintf("not delivered by %s: %s", c.Name, answer.Says), ""}
		}
		return nil
	})
	cmd.Flags().StringVar(&channel, "channel", "", "name of the channel; needed if the file has several")
	return cmd
}

// channels reads and checks a file.
func (s *session) channels(path string) ([]notify.Config, error) {
	text, err := s.readInput(path)
	if err != nil {
		return nil, err
	}
	all, err := notify.ParseConfig(text, s.getenv)
	if err != nil {
		return nil, usagef("%s: %v", path, err)
	}
	return all, nil
}

// pick finds the channel of that name, or the only one.
func pick(all []notify.Config, name string) (notify.Config, error) {
	var names []string
	for _, c := range all {
		if c.Name == name || name == "" && len(all) == 1 {
			return c, nil
		}
		names = append(names, c.Name)
	}
	if name == "" {
		return notify.Config{}, usagef("which channel? give --channel with one of %s", first(strings.Join(names, ", "), "none, the file is empty"))
	}
	return notify.Config{}, &localError{exitNotFound, fmt.Sprintf("there is no channel %q", name), "The file has " + strings.Join(names, ", ") + "."}
}

// channelView is a channel without what is secret.
type channelView struct {
	Name         string   `json:"name"`
	To           string   `json:"to"`
	Project      string   `json:"project,omitempty"`
	Environments []string `json:"environments,omitempty"`
	Events       []string `json:"events,omitempty"` // none are the default ones
	GiveUpAfter  string   `json:"giveUpAfter"`
}

func viewOf(c notify.Config) channelView {
	return channelView{c.Name, c.To, c.Project, c.Environments, c.Events, c.GiveUpAfter.String()}
}
