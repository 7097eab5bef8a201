package ledger

import (
	"errors"
	"fmt"
	"strings"

	"github.com/flagledger/flagledger/evaluator"
)

// What can be wrong with a command, for errors.Is.
var (
	// ErrInvalid: the command itself is wrong; Problems say where.
	ErrInvalid = errors.New("invalid")
	// ErrNotFound: it names something that does not exist.
	ErrNotFound = errors.New("not found")
	// ErrExists: it would create something that exists.
	ErrExists = errors.New("already exists")
	// ErrRefused: the current state does not allow it.
	ErrRefused = errors.New("refused")
	// ErrChanged: what it is about is not as its author saw it, Meta.IfSeq.
	ErrChanged = errors.New("changed")
	// ErrReused: its ID stands for another command, which was carried out.
	ErrReused = errors.New("the command ID was used before")
)

// CommandError says why a command was not carried out. Nothing was written.
type CommandError struct {
	// Kind is one of ErrInvalid, ErrNotFound, ErrExists, ErrRefused,
	// ErrChanged and ErrReused.
	Kind    error
	Message string
	// Seq is, with ErrChanged, the newest sequence of the subject, 0 if
	// there is no such thing.
	Seq uint64
	// Problems name the fields of an invalid command.
	Problems []evaluator.Problem
}

func (e *CommandError) Error() string {
	if len(e.Problems) == 0 {
		return e.Message
	}
	parts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		parts[i] = strings.TrimSpace(p.Path + " " + p.Message)
	}
	return e.Message + ": " + strings.Join(parts, "; ")
}

// Unwrap gives the Kind to errors.Is.
func (e *CommandError) Unwrap() error { return e.Kind }

func notFound(what, key string) error {
	return &CommandError{Kind: ErrNotFound, Message: fmt.Sprintf("%s %q does not exist", what, key)}
}

func exists(what, key string) error {
	return &CommandError{Kind: ErrExists, Message: fmt.Sprintf("%s %q already exists", what, key)}
}

// changed says that the subject is not as somebody saw it who saw seen.
func changed(s Subject, now, seen uint64) error {
	e := &CommandError{Kind: ErrChanged, Seq: now}
	e.Message = fmt.Sprintf("%s %q has changed: its newest event is %d, not %d", s.Kind, s.Key, now, seen)
	if now == 0 {
		e.Message = fmt.Sprintf("%s %q does not exist, and so has no event %d", s.Kind, s.Key, seen)
	}
	return e
}

func refused(format string, args ...any) error {
	return &CommandError{Kind: ErrRefused, Message: fmt.Sprintf(format, args...)}
}

// checks gathers everything that is wrong with a command, so that the caller
// can mend it in one go.
type checks struct{ problems []evaluator.Problem }

func (c *checks) add(path, format string, args ...any) {
	c.problems = append(c.problems, evaluator.Problem{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (c *checks) key(path, key string) {
	if err := CheckKey(key); err != nil {
		c.add(path, "%v", err)
	}
}

// addValidation takes over the problems of an evaluator.ValidationError.
func (c *checks) addValidation(err error) {
	var v *evaluator.ValidationError
	if errors.As(err, &v) {
		c.problems = append(c.problems, v.Problems...)
	} else if err != nil {
		c.add("", "%v", err)
	}
}

func (c *checks) err(what string) error {
	if len(c.problems) == 0 {
		return nil
	}
	return &CommandError{Kind: ErrInvalid, Message: what + " is not valid", Problems: c.problems}
}
