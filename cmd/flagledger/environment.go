package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"
)

func newEnvironment(a *app) *cobra.Command {
	return newGroup("env", "List, create and inspect environments",
		newEnvironmentList(a), newEnvironmentCreate(a), newEnvironmentSet(a), newEnvironmentShow(a), newEnvReach(a), newEnvPromote(a))
}

func newEnvironmentList(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the environments of a project",
		Example: example("flagledger env list"), Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error {
		p, err := s.projectView(ctx)
		if err != nil {
			return err
		}
		if s.json {
			return s.printValue(map[string]any{"environments": p.Environments})
		}
		t := newTable("ENVIRONMENT", "NAME", "", "")
		for _, e := range p.Environments {
			t.add(e.Key, e.Name, productionWord(e.Production), reasonWord(e.ReasonRequired))
		}
		t.write(s.out)
		return nil
	})
	return cmd
}

func productionWord(production bool) string {
	if production {
		return yellow("production")
	}
	return ""
}

func reasonWord(required bool) string {
	if required {
		return "changes need a reason"
	}
	return ""
}

func newEnvironmentCreate(a *app) *cobra.Command {
	var body struct {
		Key        string `json:"key"`
		Name       string `json:"name,omitempty"`
		Production bool   `json:"production,omitempty"`
		Reasons    bool   `json:"reasonRequired,omitempty"`
		Reason     string `json:"reason,omitempty"`
	}
	cmd := &cobra.Command{
		Use: "create KEY", Short: "Add an environment; every flag is off in it",
		Example: example("flagledger env create eu-live --name \"EU live\" --production"), Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		body.Key = args[0]
		r, err := s.post(ctx, s.projectPath("environments"), body)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			s.sayf("Created environment %s in project %s%s.", bold(args[0]), s.project, seqWords(r))
			s.sayf(`Make a key for its services: flagledger token create NAME --kind server --env %s -p %s`, args[0], s.project)
			return nil
		})
	})
	cmd.Flags().StringVar(&body.Name, "name", "", "name for people")
	cmd.Flags().BoolVar(&body.Production, "production", false, "mistakes hurt here")
	cmd.Flags().BoolVar(&body.Reasons, "reason-required", false, "refuse changes of flags here without a reason, but for the kill switch")
	reasonFlag(cmd, &body.Reason)
	return cmd
}

func newEnvironmentShow(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show KEY", Short: "Show an environment: its revision, its connected evaluators and its keys",
		Example: example("flagledger env show production"),
		Args:    exactly, ValidArgsFunction: a.completeEnvironmentArg,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		var running struct {
			Revision   string          `json:"revision"`
			Evaluators []evaluatorView `json:"evaluators"`
		}
		r, err := s.get(ctx, s.projectPath("environments", args[0], "evaluators"), nil)
		if err != nil {
			return err
		}
		if err := r.into(&running); err != nil {
			return err
		}
		keys, err := s.environmentKeys(ctx, args[0])
		if err != nil {
			return err
		}
		if s.json {
			return s.printValue(map[string]any{"key": args[0], "evaluators": json.RawMessage(r.body), "keys": keys})
		}
		s.sayf("%s in project %s, revision %s", bold(args[0]), s.project, running.Revision)
		s.sayf("\nconnected evaluators: %d", len(running.Evaluators))
		if len(running.Evaluators) > 0 {
			s.listEvaluators(running.Evaluators)
		}
		if keys == nil {
			s.sayf("\nIts keys are for tokens with the role admin.")
			return nil
		}
		s.sayf("\nkeys that work here: %d", len(keys))
		if len(keys) > 0 {
			s.listKeys(keys)
		}
		return nil
	})
	return cmd
}

func (s *session) listEvaluators(list []evaluatorView) {
	t := newTable("INSTANCE", "SDK", "RUNS REVISION", "", "SINCE", "CONNECTED")
	t.prefix = "  "
	for _, e := range list {
		state := green("current")
		if !e.Current {
			state = yellow("behind")
		}
		t.add(e.Instance, e.SDK, orDash(e.Revision), state, s.moment(e.AcknowledgedAt), s.moment(e.ConnectedAt))
	}
	t.write(s.out)
}

// environmentKeys lists the usable keys of an environment, nil when the token
// may not see keys.
func (s *session) environmentKeys(ctx context.Context, env string) ([]keyView, error) {
	all, err := s.keys(ctx)
	var problem *problemError
	if errors.As(err, &problem) && problem.Status == http.StatusForbidden {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	keys := []keyView{}
	for _, k := range all {
		if k.Project == s.project && k.Environment == env && k.Usable {
			keys = append(keys, k)
		}
	}
	return keys, nil
}
