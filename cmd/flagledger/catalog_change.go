package main

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"
)

func (c catalog) save(a *app) *cobra.Command {
	var file, name, reason string
	cmd := &cobra.Command{
		Use: "save KEY", Short: "Create or replace a " + c.noun,
		Long: "Create or replace a " + c.noun + ` from a file with its definition as JSON. What
"show --json" prints is accepted too. A definition:

  ` + c.sample,
		Example: example("flagledger "+c.noun+" save KEY --file "+c.noun+".json",
			"flagledger "+c.noun+" show KEY --json | flagledger "+c.noun+" save COPY --file -"),
		Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		if file == "" {
			return usagef("which definition? give --file, or --file - for standard input")
		}
		definition, err := s.definition(file, c.noun)
		if err != nil {
			return err
		}
		body := map[string]any{c.noun: definition, "reason": reason}
		if name != "" {
			body["name"] = name
		}
		r, err := s.put(ctx, s.projectPath(c.plural(), args[0]), body)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			s.sayf("Saved %s %s in project %s%s.", c.noun, bold(args[0]), s.project, seqWords(r))
			return nil
		})
	})
	cmd.Flags().StringVarP(&file, "file", "f", "", "file with the definition as JSON, - for standard input")
	if c.named {
		cmd.Flags().StringVar(&name, "name", "", "name for people")
	}
	reasonFlag(cmd, &reason)
	return cmd
}

// definition reads a definition from a file: the definition itself, or what
// the API shows, which has it under member.
func (s *session) definition(file, member string) (json.RawMessage, error) {
	data, err := s.readJSON(file)
	if err != nil {
		return nil, err
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil || object == nil {
		return nil, usagef("%s is not a JSON object", file)
	}
	if inner, ok := object[member]; ok {
		return inner, nil
	}
	return data, nil
}

func (c catalog) archive(a *app) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: "archive KEY", Short: "Retire a " + c.noun + " that nothing needs; its history stays",
		Example: example("flagledger " + c.noun + " archive KEY"), Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		r, err := s.remove(ctx, s.projectPath(c.plural(), args[0]), reason)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			s.sayf("Archived %s %s%s.", c.noun, bold(args[0]), seqWords(r))
			return nil
		})
	})
	reasonFlag(cmd, &reason)
	return cmd
}
