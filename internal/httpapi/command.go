package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/ledger"
)

// Idempotency is part of every request that changes something.
type Idempotency struct {
	CommandID string `header:"Idempotency-Key" doc:"Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'."`
}

// reasoned is the body of a change that needs nothing but a reason.
type reasoned struct {
	Reason string `json:"reason,omitempty" maxLength:"1000" doc:"Why; it becomes part of the history."`
}

// Freshness is part of every read.
type Freshness struct {
	MinSeq uint64 `query:"minSeq" doc:"Wait until this sequence is folded, up to 5 seconds."`
}

// changed answers a change. Seq is that of its newest event, 0 when everything
// was already as wanted.
type changed[T any] struct {
	Seq  string `header:"Flagledger-Seq"`
	Body T
}

// done is the body of a change that has no more to say.
type done struct {
	Seq uint64 `json:"seq,string"`
}

func answer[T any](r ledger.Receipt, body T) *changed[T] {
	return &changed[T]{Seq: strconv.FormatUint(r.Last, 10), Body: body}
}

// order is a command with what the request says about it.
type order struct {
	command ledger.Command
	id      string // Idempotency-Key
	ifMatch string // If-Match, empty for any state
	reason  string
	// at finds the field of the request for a path in the command; nil means
	// that both are alike.
	at func(path string) string
}

// do carries a command out in the name of whoever makes the request.
func (a *API) do(ctx context.Context, o order) (ledger.Receipt, error) {
	if o.id != "" {
		if err := ledger.CheckKey(o.id); err != nil {
			return ledger.Receipt{}, failure(codeInvalid, "the Idempotency-Key cannot be used",
				&huma.ErrorDetail{Location: "header.Idempotency-Key", Message: err.Error()})
		}
		if ours(o.id) {
			return ledger.Receipt{}, failure(codeInvalid, "the Idempotency-Key cannot be used",
				&huma.ErrorDetail{Location: "header.Idempotency-Key", Message: "begins as those of the server's own commands do; choose another one"})
		}
	}
	seen, err := parseMatch(o.ifMatch)
	if err != nil {
		return ledger.Receipt{}, err
	}
	receipt, err := a.commands.Do(ctx, o.command, ledger.Meta{
		CommandID: o.id, Actor: who(ctx).actor(), Reason: o.reason, IfSeq: seen,
	})
	if err != nil && o.at != nil {
		err = &located{err, o.at}
	}
	return receipt, err
}

// ours tells whether an ID is of the form that the workflow and the first start
// give to their commands. If a client could use one up, its retry would be
// taken for done: a rollout would not be rolled back, a scheduled change not
// made.
func ours(id string) bool {
	for _, prefix := range []string{"wf.", "sched.", "first-start."} {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

// under places the paths of a command below a field of the body. Those in
// renamed have a place of their own: "key" is often part of the path.
func under(field string, renamed map[string]string) func(string) string {
	return func(path string) string {
		for from, to := range renamed {
			if path == from || strings.HasPrefix(path, from+".") || strings.HasPrefix(path, from+"[") {
				return to + path[len(from):]
			}
		}
		return joinPath(joinPath("body", field), path)
	}
}

// read calls fn with the state once it has reached min. What fn takes out of
// the state must be complete: its maps may change afterwards.
func (a *API) read(ctx context.Context, min uint64, fn func(*ledger.State) error) error {
	ctx, cancel := context.WithTimeout(ctx, a.cfg.MinSeqWait)
	defer cancel()
	err := a.projector.Read(ctx, min, fn)
	if errors.Is(err, context.DeadlineExceeded) {
		return failure(codeUnavailable, fmt.Sprintf("event %d is not folded yet", min))
	}
	return err
}

// errReused is for a command that has been done and left nothing to show: its
// Idempotency-Key stands for another one.
func errReused() error {
	return failure(codeConflict, "the Idempotency-Key has been used for another command; choose a new one")
}

// reused turns "does not exist" after a command that was to change it into
// errReused.
func reused(err error) error {
	var m *huma.ErrorModel
	if errors.As(err, &m) && m.Status == http.StatusNotFound {
		return errReused()
	}
	return err
}

func missing(what, key string) error {
	return failure(codeNotFound, fmt.Sprintf("%s %q does not exist", what, key))
}

func projectOf(st *ledger.State, key string) (*ledger.Project, error) {
	if p := st.Projects[key]; p != nil {
		return p, nil
	}
	return nil, missing("project", key)
}

// projectExists returns an error if there is no such project.
func (a *API) projectExists(ctx context.Context, key string) error {
	return a.read(ctx, 0, func(st *ledger.State) error {
		_, err := projectOf(st, key)
		return err
	})
}
