package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
)

// ErrOverloaded is what Ingest returns when it takes nothing more for now; the
// caller is told to come back.
var ErrOverloaded = errors.New("overloaded")

// problemType is the stable prefix of a problem's type; a code follows.
const problemType = "urn:flagledger:error:"

// code names a kind of problem. Clients branch on it.
type code string

const (
	codeMalformed       code = "malformed"
	codeUnauthenticated code = "unauthenticated"
	codeForbidden       code = "forbidden"
	codeNotFound        code = "not-found"
	codeMethod          code = "method-not-allowed"
	codeNotAcceptable   code = "not-acceptable"
	codeTimeout         code = "timeout"
	codeExists          code = "exists"
	codeRefused         code = "refused"
	codeConflict        code = "conflict"
	codeChanged         code = "changed"
	codeTooLarge        code = "too-large"
	codeUnsupported     code = "unsupported-media"
	codeInvalid         code = "invalid"
	codeOverloaded      code = "overloaded"
	codeUnavailable     code = "unavailable"
	codeInternal        code = "internal"
)

// statusOf gives each code its HTTP status.
func statusOf(c code) int {
	switch c {
	case codeMalformed:
		return http.StatusBadRequest
	case codeUnauthenticated:
		return http.StatusUnauthorized
	case codeForbidden:
		return http.StatusForbidden
	case codeNotFound:
		return http.StatusNotFound
	case codeMethod:
		return http.StatusMethodNotAllowed
	case codeNotAcceptable:
		return http.StatusNotAcceptable
	case codeTimeout:
		return http.StatusRequestTimeout
	case codeExists, codeRefused, codeConflict:
		return http.StatusConflict
	case codeChanged:
		return http.StatusPreconditionFailed
	case codeTooLarge:
		return http.StatusRequestEntityTooLarge
	case codeUnsupported:
		return http.StatusUnsupportedMediaType
	case codeInvalid:
		return http.StatusUnprocessableEntity
	case codeOverloaded:
		return http.StatusTooManyRequests
	case codeUnavailable:
		return http.StatusServiceUnavailable
	case codeInternal:
		return http.StatusInternalServerError
	default:
		return http.StatusInternalServerError
	}
}

// codeFor names the problems that huma reports by status alone.
func codeFor(status int) code {
	for _, c := range []code{
		codeMalformed, codeUnauthenticated, codeForbidden, codeNotFound, codeMethod, codeNotAcceptable, codeTimeout,
		codeConflict, codeChanged, codeTooLarge, codeUnsupported, codeInvalid, codeOverloaded, codeUnavailable,
	} {
		if statusOf(c) == status {
			return c
		}
	}
	return codeInternal
}

// failure makes a problem document.
func failure(c code, detail string, errs ...*huma.ErrorDetail) *huma.ErrorModel {
	status := statusOf(c)
	return &huma.ErrorModel{
		Type: problemType + string(c), Title: http.StatusText(status), Status: status, Detail: detail, Errors: errs,
	}
}

// located is an error of a command whose fields have other places in the
// request than in the command.
type located struct {
	err error
	at  func(path string) string
}

func (l *located) Error() string { return l.err.Error() }
func (l *located) Unwrap() error { return l.err }

// problem is the one place where an error becomes an answer. What it does not
// know becomes a 500 that says nothing but the request's id, and is logged.
func (a *API) problem(ctx context.Context, err error) *huma.ErrorModel {
	var model *huma.ErrorModel
	var command *ledger.CommandError
	var badContext *evaluator.ContextError
	switch {
	case errors.As(err, &model):
		return model
	case errors.As(err, &command):
		return commandProblem(command, err)
	case errors.As(err, &badContext):
		return failure(codeInvalid, "the evaluation context cannot be used", &huma.ErrorDetail{
			Location: joinPath("body.context", badContext.Path), Message: badContext.Message,
		})
	case errors.Is(err, ledger.ErrConflict):
		return failure(codeConflict, "others kept changing the same thing; look at it again and retry")
	case errors.Is(err, projector.ErrAhead):
		return failure(codeNotFound, err.Error())
	case errors.Is(err, ledger.ErrFull):
		a.logger.ErrorContext(ctx, "ledger is full", slog.Any("err", err))
		return failure(codeUnavailable, "the ledger is full; nothing was written")
	case errors.Is(err, ErrOverloaded):
		return failure(codeUnavailable, "the server takes no more events for the moment; retry the same batch")
	case errors.Is(err, ledger.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		a.logger.WarnContext(ctx, "request not carried out in time",
			slog.String("request_id", requestID(ctx)), slog.Any("err", err))
		return failure(codeUnavailable,
			"the ledger did not answer in time; whether the command was carried out is open: retry with the same Idempotency-Key")
	}
	a.logger.ErrorContext(ctx, "request failed", slog.String("request_id", requestID(ctx)), slog.Any("err", err))
	return failure(codeInternal, "something went wrong here; the log has it under request "+requestID(ctx))
}

func commandProblem(e *ledger.CommandError, err error) *huma.ErrorModel {
	at := func(path string) string { return joinPath("body", path) }
	var l *located
	if errors.As(err, &l) {
		at = l.at
	}
	details := make([]*huma.ErrorDetail, len(e.Problems))
	for i, p := range e.Problems {
		details[i] = &huma.ErrorDetail{Location: at(p.Path), Message: p.Message}
	}
	c := codeInvalid
	switch {
	case errors.Is(e.Kind, ledger.ErrNotFound):
		c = codeNotFound
	case errors.Is(e.Kind, ledger.ErrExists):
		c = codeExists
	case errors.Is(e.Kind, ledger.ErrRefused):
		c = codeRefused
	case errors.Is(e.Kind, ledger.ErrReused):
		c = codeConflict
	case errors.Is(e.Kind, ledger.ErrChanged):
		c = codeChanged
		details = append(details, staleMatch(e))
	}
	return failure(c, e.Message, details...)
}

func joinPath(base, path string) string {
	switch {
	case path == "":
		return base
	case strings.HasPrefix(path, "["):
		return base + path
	default:
		return base + "." + path
	}
}

// retryAfter is how many seconds a client should wait after a 429 or 503.
const retryAfter = "1"

// withHeaders adds what the status demands.
func withHeaders(m *huma.ErrorModel, h http.Header) {
	switch m.Status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		h.Set("Retry-After", retryAfter)
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="flagledger"`)
	}
}

// fail answers a request with the problem that err stands for.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	writeProblem(w, a.problem(r.Context(), err))
}

func writeProblem(w http.ResponseWriter, m *huma.ErrorModel) {
	withHeaders(m, w.Header())
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(m.Status)
	_ = json.NewEncoder(w).Encode(m) // the client may be gone; there is nobody else to tell
}

// polish completes the problems that huma makes itself, and keeps it from
// sending whole bodies back.
func polish(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	if m.Type == "" {
		m.Type = problemType + string(codeFor(m.Status))
	}
	for _, e := range m.Errors {
		switch value := e.Value.(type) {
		case bool, float64, int, int64, uint64, nil:
		case string:
			if len(value) > 100 || e.Location == "body" {
				e.Value = nil
			}
		default:
			e.Value = nil
		}
	}
	return m, nil
}
