package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitRefused     = 4
	exitForbidden   = 5
	exitUnreachable = 6
	exitInterrupted = 130
)

func newExitCodes() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What the exit codes mean",
		Long: `The exit code tells a script what kind of answer it got:

    0  done, or already as wanted
    1  failure of another kind: the server's fault, or an unhealthy server
    2  the command line or the input is not valid
    3  something that was named does not exist
    4  refused: it exists already, its state does not allow it, or somebody
       else changed it at the same moment
    5  the token is missing, unknown, expired or not allowed to do this
    6  the server cannot be reached, or is not ready or overloaded
  130  interrupted`,
	}
}

// usageError is a fault of the command line or of what it names.
type usageError struct {
	message string
	command string // whose help explains it
}

func (e *usageError) Error() string { return e.message }

func usagef(format string, args ...any) error {
	return &usageError{message: fmt.Sprintf(format, args...)}
}

// report prints err for a person and returns the exit code that goes with it.
func (a *app) report(ctx context.Context, err error) int {
	if ctx.Err() != nil {
		return exitInterrupted
	}
	out := newPaper(a.stderr, false)
	out.printf("flagledger: %s", headline(err))
	for _, line := range problemLines(err) {
		out.printf("  %s", line)
	}
	if next := nextStep(err); next != "" {
		out.line(next)
	}
	return exitCode(err)
}

// exitCode is the one place that maps an error to an exit code.
func exitCode(err error) int {
	var (
		usage       *usageError
		problem     *problemError
		unreachable *unreachableError
		local       *localError
	)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &local):
		return local.code
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &unreachable):
		return exitUnreachable
	case errors.As(err, &problem):
		return statusCode(problem.Status)
	default:
		return exitFailure
	}
}

func statusCode(status int) int {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return exitForbidden
	case http.StatusNotFound, http.StatusGone:
		return exitNotFound
	case http.StatusConflict, http.StatusPreconditionFailed:
		return exitRefused
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return exitUnreachable
	}
	if status >= 400 && status < 500 {
		return exitUsage
	}
	return exitFailure
}

// headline is the first line that is printed for err.
func headline(err error) string {
	problem, alone := err.(*problemError) //nolint:errorlint // what wraps a problem says more than the problem alone
	if alone {
		return first(problem.Detail, strings.ToLower(problem.Title))
	}
	return err.Error()
}

// nextStep says what to do about err, or "".
func nextStep(err error) string {
	var (
		usage       *usageError
		problem     *problemError
		unreachable *unreachableError
		local       *localError
	)
	switch {
	case errors.As(err, &local):
		return local.next
	case errors.As(err, &usage) && usage.command != "":
		return fmt.Sprintf("Run %q for what it takes.", usage.command+" --help")
	case errors.As(err, &unreachable) && unreachable.open:
		return "Whether the change was made is open. Look, or repeat the command."
	case errors.As(err, &unreachable):
		return `Start it with "flagledger serve", or say where it is with --server or FLAGLEDGER_SERVER.`
	case errors.As(err, &problem):
		return problem.nextStep()
	default:
		return ""
	}
}

// localError is a failure that is found before or after asking the server.
type localError struct {
	code    int
	message string
	next    string // what to do, or ""
}

func (e *localError) Error() string { return e.message }
