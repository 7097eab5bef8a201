package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// completionTimeout bounds how long the shell waits for names from the server.
const completionTimeout = 700 * time.Millisecond

// completeFunc is what cobra asks for completions.
type completeFunc = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// completeFlag has the server complete the value of a flag. Every name is one
// that the caller has just defined, so there is nothing to fail.
func (a *app) completeFlag(cmd *cobra.Command, name string, fn completeFunc) {
	if err := cmd.RegisterFlagCompletionFunc(name, fn); err != nil {
		panic("complete --" + name + ": " + err.Error())
	}
}

// completeFlags completes the key of a flag of the project.
func (a *app) completeFlags(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(cmd, prefix, func(ctx context.Context, s *session) ([]string, error) {
		r, err := s.get(ctx, s.projectPath("flags"), nil)
		if err != nil {
			return nil, err
		}
		var body struct {
			Flags []struct {
				Key     string `json:"key"`
				Details struct {
					Name string `json:"name"`
				} `json:"details"`
			} `json:"flags"`
		}
		err = r.into(&body)
		var names []string
		for _, f := range body.Flags {
			names = append(names, cobra.CompletionWithDesc(f.Key, f.Details.Name))
		}
		return names, err
	})
}

// completeEnvironments completes the key of an environment of the project.
func (a *app) completeEnvironments(cmd *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	return a.complete(cmd, prefix, func(ctx context.Context, s *session) ([]string, error) {
		p, err := s.projectView(ctx)
		var names []string
		for _, e := range p.Environments {
			names = append(names, cobra.CompletionWithDesc(e.Key, e.Name))
		}
		return names, err
	})
}

// completeEnvironmentArg is completeEnvironments for an only argument.
func (a *app) completeEnvironmentArg(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.completeEnvironments(cmd, args, prefix)
}

// complete asks the server, briefly; a server that cannot say completes
// nothing.
func (a *app) complete(cmd *cobra.Command, prefix string, ask func(context.Context, *session) ([]string, error)) ([]string, cobra.ShellCompDirective) {
	s, err := a.open()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	s.api.timeout = completionTimeout
	ctx := cmd.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	names, err := ask(ctx, s)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, n := range names {
		if strings.HasPrefix(n, prefix) {
			out = append(out, n)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
