package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// session is a command at work: the server it speaks to and the paper it
// writes on.
type session struct {
	config
	world
	api *adminClient
	out *paper // for people
}

// open resolves the configuration. It sends nothing.
func (a *app) open() (*session, error) {
	c, err := a.resolve()
	if err != nil {
		return nil, err
	}
	return &session{config: c, world: a.world, api: newAdminClient(c), out: newPaper(a.stdout, c.colour)}, nil
}

// sayf writes a line for people.
func (s *session) sayf(format string, args ...any) { s.out.printf(format, args...) }

// answer prints a reply: as JSON if that was asked for, else with human.
func (s *session) answer(r reply, human func() error) error {
	if s.json {
		return s.printJSON(r.body)
	}
	return human()
}

// printJSON prints a JSON text with indentation, its members as they came.
func (s *session) printJSON(data []byte) error {
	var out bytes.Buffer
	if data = bytes.TrimSpace(data); len(data) == 0 {
		data = []byte("{}")
	}
	if err := json.Indent(&out, data, "", "  "); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	out.WriteByte('\n')
	_, err := s.stdout.Write(out.Bytes())
	return err
}

// printValue prints v as JSON.
func (s *session) printValue(v any) error {
	data, err := encode(v)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	return s.printJSON(data)
}

// environmentOr returns the environment that was given by flag or variable,
// else def. An empty def demands one.
func (s *session) environmentOr(given, def string) (string, error) {
	if env := first(given, s.environment, def); env != "" {
		return env, nil
	}
	return "", usagef("which environment? give --env or set %s", varEnvironment)
}

// noEnvironment says that the project has no such environment.
func noEnvironment(env string) error {
	return &localError{exitNotFound, fmt.Sprintf("environment %q does not exist", env), `"flagledger env list" shows what there is.`}
}

// maxInput is the largest file that a command reads, in bytes.
const maxInput = 16 << 20

// readInput reads a file, or standard input for "-".
func (s *session) readInput(path string) ([]byte, error) {
	in := s.stdin
	if path != "-" {
		f, err := os.Open(path) //nolint:gosec // the user names the file
		if err != nil {
			var where *os.PathError
			if errors.As(err, &where) {
				err = where.Err
			}
			return nil, usagef("read %s: %v", path, err)
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(data) > maxInput {
		return nil, usagef("%s has more than %d bytes", path, maxInput)
	}
	return data, nil
}

// readJSON reads a file that must hold one JSON value.
func (s *session) readJSON(path string) (json.RawMessage, error) {
	data, err := s.readInput(path)
	if err != nil {
		return nil, err
	}
	if err := checkJSON(data); err != nil {
		return nil, usagef("%s %v", path, err)
	}
	return data, nil
}

// checkJSON says where data stops being one JSON value.
func checkJSON(data []byte) error {
	var v any
	err := json.Unmarshal(data, &v)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		return fmt.Errorf("is not JSON: line %d: %w", line, err)
	}
	return err
}

// moment is how times are shown: local, with the offset from UTC.
func (w *world) moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(w.zone).Format("2006-01-02 15:04:05 -07:00")
}
