package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/evaluator"
)

func newHealth(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask the server whether it is ready",
		Long: `Ask the server whether it is ready, once. Exits with 0 if it is and with 1 if it
is not, or cannot be reached, which is what container health checks want.`,
		Example: example("flagledger health", "flagledger health --server http://127.0.0.1:8080 --timeout 2s"),
		Args:    exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error {
		ctx, cancel := context.WithTimeout(ctx, s.timeout)
		defer cancel()
		status, body, err := s.ready(ctx)
		if err != nil {
			return &localError{exitFailure, err.Error(), nextStep(err)}
		}
		parts := healthParts(body)
		if s.json && json.Valid(body) {
			if err := s.printJSON(body); err != nil {
				return err
			}
		} else if !s.json && status == http.StatusOK {
			s.sayf("%s at %s", green("ready"), s.server.Redacted())
			for _, p := range parts {
				s.sayf("  %s", p)
			}
		}
		if status != http.StatusOK {
			return &unhealthyError{server: s.server.Redacted(), status: status, parts: parts}
		}
		return nil
	})
	return cmd
}

// ready asks for /readyz, without a token and without trying again.
func (s *session) ready(ctx context.Context) (status int, body []byte, err error) {
	anonymous := *s.api
	anonymous.token = ""
	req, err := anonymous.request(ctx, call{method: http.MethodGet, path: "/readyz"}, nil, "")
	if err != nil {
		return 0, nil, err
	}
	resp, err := anonymous.http.Do(req)
	if err != nil {
		return 0, nil, anonymous.unreachable(err, false)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err = io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return 0, nil, anonymous.unreachable(err, false)
	}
	return resp.StatusCode, body, nil
}

// unhealthyError says that the server answered, but is not ready.
type unhealthyError struct {
	server string
	status int
	parts  []string
}

func (e *unhealthyError) Error() string {
	return fmt.Sprintf("the server at %s is not ready (status %d)", e.server, e.status)
}

// healthParts lists what the server says of its parts, one line each.
func healthParts(body []byte) []string {
	var answer struct {
		Parts map[string]string `json:"parts"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return nil // an answer of something else: the status says enough
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(answer.Parts)) {
		lines = append(lines, name+": "+answer.Parts[name])
	}
	return lines
}

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version",
		Example: example("flagledger version --json"), Args: exactly,
		RunE: func(*cobra.Command, []string) error {
			a.started = true
			if a.given.json {
				return (&session{world: a.world}).printValue(map[string]any{
					"version": version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH,
					"specVersion": evaluator.SpecVersion,
				})
			}
			_, err := fmt.Fprintf(a.stdout, "flagledger %s (%s, %s/%s, ruleset format %d)\n",
				version, runtime.Version(), runtime.GOOS, runtime.GOARCH, evaluator.SpecVersion)
			return err
		},
	}
}
