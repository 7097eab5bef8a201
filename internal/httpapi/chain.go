package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"
)

type requestKey struct{}

// requestID names a request in the log and in a 500.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// writeTime bounds how long an answer that is not a stream may take to be
// written.
const writeTime = 30 * time.Second

// chain wraps the routes in what every request goes through.
func (a *API) chain(next *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		id := uuid.NewString()
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, id))
		rec := &recorder{ResponseWriter: w}
		rec.Header().Set("Flagledger-Request", id)
		rec.Header().Set("X-Content-Type-Options", "nosniff")
		_ = http.NewResponseController(w).SetWriteDeadline(start.Add(writeTime)) // absent in tests without a network
		defer func() {
			if cause := recover(); cause != nil {
				a.recovered(rec, r, cause)
			}
			a.metrics.request(r, rec.code(), time.Since(start))
			a.logger.DebugContext(r.Context(), "request", slog.String("request_id", id), slog.String("method", r.Method),
				slog.String("route", r.Pattern), slog.Int("status", rec.code()), slog.Duration("took", time.Since(start)))
		}()
		if a.cors(rec, r) {
			return
		}
		a.dispatch(rec, r, next)
	})
}

// dispatch serves the route, or says which kind of miss it was.
func (a *API) dispatch(w http.ResponseWriter, r *http.Request, mux *http.ServeMux) {
	miss, pattern := mux.Handler(r)
	if pattern != "" {
		mux.ServeHTTP(w, r)
		return
	}
	probe := &discard{header: http.Header{}}
	miss.ServeHTTP(probe, r)
	switch {
	case probe.status == http.StatusMethodNotAllowed:
		allow := probe.header.Get("Allow")
		w.Header().Set("Allow", allow)
		writeProblem(w, failure(codeMethod, fmt.Sprintf("%s is not possible here; use %s", r.Method, allow)))
	case a.fallback != nil && !strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasPrefix(r.URL.Path, "/ofrep/"):
		a.fallback.ServeHTTP(w, r)
	default:
		writeProblem(w, failure(codeNotFound, "there is nothing at this path; /openapi.json lists what there is"))
	}
}

// recovered answers for a handler that panicked, if it can still be answered.
func (a *API) recovered(w *recorder, r *http.Request, cause any) {
	if err, ok := cause.(error); ok && err == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
		panic(cause)
	}
	a.logger.ErrorContext(r.Context(), "handler panicked", slog.String("request_id", requestID(r.Context())),
		slog.String("route", r.Pattern), slog.Any("panic", cause), slog.String("stack", string(debug.Stack())))
	if w.status == 0 {
		writeProblem(w, failure(codeInternal, "something went wrong here; the log has it under request "+requestID(r.Context())))
	}
}

// recorder remembers the status.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap gives http.ResponseController what is below.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// discard is a response that only its status and header are wanted of.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
