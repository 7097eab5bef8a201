package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/ledger"
)

func newToken(a *app) *cobra.Command {
	return newGroup("token", "Make and revoke admin tokens and SDK keys",
		newTokenList(a), newTokenCreate(a), newTokenRevoke(a), newTokenWhoami(a))
}

func (s *session) keys(ctx context.Context) ([]keyView, error) {
	r, err := s.get(ctx, apiRoot+"/keys", nil)
	if err != nil {
		return nil, err
	}
	var body struct {
		Keys []keyView `json:"keys"`
	}
	return body.Keys, r.into(&body)
}

func newTokenList(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List admin tokens and SDK keys, without their secrets",
		Example: example("flagledger token list"), Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error {
		r, err := s.get(ctx, apiRoot+"/keys", nil)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			var body struct {
				Keys []keyView `json:"keys"`
			}
			if err := r.into(&body); err != nil {
				return err
			}
			s.listKeys(body.Keys)
			return nil
		})
	})
	return cmd
}

func (s *session) listKeys(keys []keyView) {
	t := newTable("ID", "KIND", "NAME", "ROLE", "FOR", "CREATED", "EXPIRES", "")
	t.prefix = "  "
	for _, k := range keys {
		state := ""
		switch {
		case k.Revoked:
			state = red("revoked")
		case !k.Usable:
			state = yellow("expired")
		}
		expires := "never"
		if k.ExpiresAt != nil {
			expires = s.moment(*k.ExpiresAt)
		}
		t.add(k.ID, string(k.Kind), k.Name, orDash(string(k.Role)), keyPlace(k), s.moment(k.CreatedAt), expires, state)
	}
	t.write(s.out)
}

// tokenCreateBody is what POST keys takes.
type tokenCreateBody struct {
	Kind        ledger.AccessKind `json:"kind"`
	Name        string            `json:"name"`
	Role        ledger.Role       `json:"role,omitempty"`
	Project     string            `json:"project,omitempty"`
	Environment string            `json:"environment,omitempty"`
	ExpiresAt   *time.Time        `json:"expiresAt,omitempty"`
	Reason      string            `json:"reason,omitempty"`
}

func newTokenCreate(a *app) *cobra.Command {
	var kind, role, env, expires, reason string
	cmd := &cobra.Command{
		Use: "create NAME", Short: "Make an admin token or an SDK key and print it, once",
		Long: `Make a key. NAME says who or what holds it. Kinds:

  admin   for people and automation. Its --role is viewer (reads), editor
          (changes flags, segments, metrics, plans and rollouts) or admin
          (projects, environments and keys too). -p limits it to one project.
  server  for services: reads the ruleset of one environment and reports
          exposures and events.
  client  for browsers and apps: evaluates flags remotely in one environment
          and reports. It is not a secret.

The key alone goes to standard output; only its hash is kept, so it cannot be
shown again.`,
		Example: example(
			`flagledger token create ci --kind admin --role editor --expires 90d`,
			`flagledger token create billing-service --kind server --env production > key.txt`),
		Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		body := tokenCreateBody{Kind: ledger.AccessKind(kind), Name: args[0], Role: ledger.Role(role), Reason: reason}
		switch body.Kind {
		case ledger.AccessAdmin:
			if env != "" {
				return usagef("--env is for the kinds server and client; -p limits an admin token to a project")
			}
			body.Role = ledger.Role(first(role, string(ledger.RoleViewer)))
			body.Project = a.given.project
		case ledger.AccessServer, ledger.AccessClient:
			var err error
			if body.Environment, err = s.environmentOr(env, ""); err != nil {
				return err
			}
			body.Project = s.project
		default:
			return usagef("which kind of key? give --kind admin, server or client")
		}
		if expires != "" {
			d, err := parseAge(expires)
			if err != nil {
				return usagef("--expires %v", err)
			}
			at := s.now().Add(d).UTC().Truncate(time.Second)
			body.ExpiresAt = &at
		}
		r, err := s.post(ctx, apiRoot+"/keys", body)
		if err != nil {
			return err
		}
		return s.answer(r, func() error { return s.handOut(r) })
	})
	f := cmd.Flags()
	f.StringVar(&kind, "kind", "", "admin, server or client")
	f.StringVar(&role, "role", "", "of an admin token: viewer, editor or admin (default viewer)")
	f.StringVar(&env, "env", "", "of an SDK key ($"+varEnvironment+")")
	f.StringVar(&expires, "expires", "", "how long it works: 90d, 12h (default: until it is revoked)")
	reasonFlag(cmd, &reason)
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

// handOut prints the new key on standard output and all about it beside it.
func (s *session) handOut(r reply) error {
	var k keyView
	if err := r.into(&k); err != nil {
		return err
	}
	beside := newPaper(s.stderr, false)
	beside.printf("Created %s key %s for %s. This is the only time it is shown:", k.Kind, k.ID, k.Name)
	s.sayf("%s", k.Key)
	switch k.Kind {
	case ledger.AccessAdmin:
		beside.printf("Use it with %s or --token. \"flagledger token revoke %s\" ends it.", varToken, k.ID)
	case ledger.AccessServer, ledger.AccessClient:
		beside.printf("Give it to the SDK of %s/%s. \"flagledger token revoke %s\" ends it.", k.Project, k.Environment, k.ID)
	}
	return nil
}

// parseAge reads a duration that may be given in days: 90d.
func parseAge(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err == nil && n > 0 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is not a time such as 90d or 12h", text)
	}
	return d, nil
}

func newTokenRevoke(a *app) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: "revoke ID", Short: "End a key at once",
		Example: example(`flagledger token revoke k3v7q2mfda --reason "laptop lost"`), Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		r, err := s.remove(ctx, under(apiRoot+"/keys", args[0]), reason)
		if exitCode(err) == exitNotFound {
			return &localError{exitNotFound, headline(err), `"flagledger token list" shows the ids.`}
		}
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			s.sayf("Revoked key %s%s.", bold(args[0]), seqWords(r))
			return nil
		})
	})
	reasonFlag(cmd, &reason)
	return cmd
}

func newTokenWhoami(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "whoami", Short: "Say what the token in use stands for",
		Example: example("flagledger token whoami"), Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error {
		r, err := s.get(ctx, apiRoot+"/whoami", nil)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			var k keyView
			if err := r.into(&k); err != nil {
				return err
			}
			t := newTable()
			t.add("server", s.server.Redacted())
			t.add("key", k.ID+", "+k.Name)
			t.add("kind", string(k.Kind))
			t.add("role", orDash(string(k.Role)))
			t.add("for", keyPlace(k))
			t.write(s.out)
			return nil
		})
	})
	return cmd
}

// keyPlace says what a key is limited to.
func keyPlace(k keyView) string {
	return first(strings.Trim(k.Project+"/"+k.Environment, "/"), "all projects")
}
