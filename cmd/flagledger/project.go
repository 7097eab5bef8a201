package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/ledger"
)

func newProject(a *app) *cobra.Command {
	return newGroup("project", "List and create projects", newProjectList(a), newProjectCreate(a))
}

func newProjectList(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the projects that the token may see",
		Example: example("flagledger project list"), Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error {
		r, err := s.get(ctx, apiRoot+"/projects", nil)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			var body struct {
				Projects []projectView `json:"projects"`
			}
			if err := r.into(&body); err != nil {
				return err
			}
			if len(body.Projects) == 0 {
				s.sayf(`No projects. "flagledger project create KEY" makes one.`)
				return nil
			}
			t := newTable("PROJECT", "NAME", "ENVIRONMENTS", "FLAGS", "CREATED")
			for _, p := range body.Projects {
				keys := make([]string, len(p.Environments))
				for i, e := range p.Environments {
					keys[i] = e.Key
				}
				t.add(p.Key, p.Name, strings.Join(keys, ", "), strconv.Itoa(p.Flags), s.moment(p.CreatedAt))
			}
			t.write(s.out)
			return nil
		})
	})
	return cmd
}

func newProjectCreate(a *app) *cobra.Command {
	var (
		name, reason string
		environments []string
		production   []string
	)
	cmd := &cobra.Command{
		Use: "create KEY", Short: "Create a project",
		Long: `Create a project. Without --env it gets development, staging and production. It
also gets the standard metrics and the default plan.`,
		Example: example(
			`flagledger project create invoicing --name Invoicing`,
			`flagledger project create invoicing --env test --env live --production live`),
		Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		body := struct {
			Key          string               `json:"key"`
			Name         string               `json:"name,omitempty"`
			Environments []ledger.Environment `json:"environments,omitempty"`
			Reason       string               `json:"reason,omitempty"`
		}{Key: args[0], Name: name, Reason: reason}
		marked := map[string]bool{}
		for _, key := range production {
			marked[key] = true
		}
		for _, key := range environments {
			body.Environments = append(body.Environments, ledger.Environment{Key: key, Production: marked[key]})
			delete(marked, key)
		}
		for key := range marked {
			return usagef("--production %s is not among the environments given with --env", key)
		}
		r, err := s.post(ctx, apiRoot+"/projects", body)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			s.sayf("Created project %s%s. Give -p %s, or set %s.", bold(args[0]), seqWords(r), args[0], varProject)
			return nil
		})
	})
	cmd.Flags().StringVar(&name, "name", "", "name for people")
	cmd.Flags().StringSliceVar(&environments, "env", nil, "key of an environment; may be repeated")
	cmd.Flags().StringSliceVar(&production, "production", nil, "which of them is one where mistakes hurt")
	reasonFlag(cmd, &reason)
	return cmd
}

// projectView reads the project.
func (s *session) projectView(ctx context.Context) (projectView, error) {
	var p projectView
	r, err := s.get(ctx, s.projectPath(), nil)
	if err != nil {
		return p, err
	}
	return p, r.into(&p)
}
