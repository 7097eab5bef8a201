package httpapi

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/ledger"
)

// Transparency proves that nobody rewrote the ledger; *transparency.Keeper does.
// It is called concurrently.
type Transparency interface {
	// Public is the key that checkpoints verify with.
	Public() string
	// Checkpoint returns the signed checkpoint of size events or the first
	// after it, the newest one for 0.
	Checkpoint(size uint64) ([]byte, error)
	// Consistency proves that the first from events begin the first size.
	Consistency(from, size uint64) ([]ledger.Hash, error)
	// Export writes all events from seq on.
	Export(ctx context.Context, w io.Writer, seq uint64) error
	// Select writes the events of a filter, or one of them, with proofs.
	Select(ctx context.Context, w io.Writer, filter string, seq uint64) error
}

// errNoTransparency is for servers that were built without it.
func errNoTransparency() error {
	return failure(codeUnavailable, "this server keeps no checkpoints of its ledger")
}

type consistencyQuery struct {
	From uint64 `query:"from" required:"true" minimum:"1" doc:"Events of the earlier checkpoint."`
	Size uint64 `query:"size" required:"true" minimum:"1" doc:"Events of the later one."`
}

type consistencyProof struct {
	Body struct {
		From   uint64        `json:"from,string"`
		Size   uint64        `json:"size,string"`
		Hashes []ledger.Hash `json:"hashes" doc:"As RFC 6962, section 2.1.2, orders them, in base64."`
	}
}

func (a *API) transparencyRoutes() {
	viewer := admin(ledger.RoleViewer)
	texts := []int{401, 403, 404, 422, 503}
	a.handle(rawRoute{
		route: route{
			method: "GET", path: "/api/v1/ledger/key", id: "getLedgerKey", tag: "ledger", need: viewer,
			summary: "The key that the ledger's checkpoints verify with, in the form of signed notes",
		}, media: "text/plain", errors: texts,
	}, a.ledgerText(func(*http.Request) ([]byte, error) { return []byte(a.transparency.Public() + "\n"), nil }))
	a.handle(rawRoute{
		route: route{
			method: "GET", path: "/api/v1/ledger/checkpoint", id: "getCheckpoint", tag: "ledger", need: viewer,
			summary: "The newest signed checkpoint (C2SP tlog-checkpoint), or the first one of at least size events",
		}, media: "text/plain", errors: texts, query: []string{"size"},
	}, a.ledgerText(func(r *http.Request) ([]byte, error) {
		size, err := number(r, "size")
		if err != nil {
			return nil, err
		}
		return a.transparency.Checkpoint(size)
	}))
	register(a, route{
		method: "GET", path: "/api/v1/ledger/consistency", id: "proveConsistency", tag: "ledger", need: viewer,
		summary: "Proof that an earlier tree of the ledger begins a later one",
	}, func(_ context.Context, in *consistencyQuery) (*consistencyProof, error) {
		if a.transparency == nil {
			return nil, errNoTransparency()
		}
		hashes, err := a.transparency.Consistency(in.From, in.Size)
		if err != nil {
			return nil, failure(codeNotFound, err.Error())
		}
		out := &consistencyProof{}
		out.Body.From, out.Body.Size, out.Body.Hashes = in.From, in.Size, hashes
		return out, nil
	})
	a.handle(rawRoute{
		route: route{
			method: "GET", path: "/api/v1/ledger/export", id: "exportLedger", tag: "ledger", need: viewer,
			summary: "The stored events with their checkpoints as an event file: all from a sequence on, or with proofs those of a project, of a flag, or one",
		}, media: "application/octet-stream", errors: texts, query: []string{"from", "seq", "project", "flag"},
	}, a.exportLedger)
}

// ledgerText serves a text that is not JSON.
func (a *API) ledgerText(get func(r *http.Request) ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, err := a.admit(r, admin(ledger.RoleViewer), ""); err != nil {
			a.fail(w, r, err)
			return
		}
		if a.transparency == nil {
			a.fail(w, r, errNoTransparency())
			return
		}
		text, err := get(r)
		if err != nil {
			a.fail(w, r, asProblem(err))
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(text)
	}
}

// asProblem says what is not there; all else is as it is.
func asProblem(err error) error {
	if _, ok := err.(*huma.ErrorModel); ok { //nolint:errorlint // made here, never wrapped
		return err
	}
	return failure(codeNotFound, err.Error())
}

// selection is what an export is to hold.
type selection struct {
	from, seq uint64
	filter    string // empty for everything
}

func readSelection(r *http.Request) (s selection, project string, err error) {
	if s.from, err = number(r, "from"); err != nil {
		return s, "", err
	}
	if s.seq, err = number(r, "seq"); err != nil {
		return s, "", err
	}
	project, flag := r.URL.Query().Get("project"), r.URL.Query().Get("flag")
	switch {
	case project == "" && flag != "":
		return s, "", failure(codeInvalid, "the query cannot be used", &huma.ErrorDetail{
			Location: "query.project", Message: "is needed with flag",
		})
	case project != "" && ledger.CheckKey(project) != nil, flag != "" && ledger.CheckKey(flag) != nil:
		return s, "", failure(codeInvalid, "the query cannot be used", &huma.ErrorDetail{
			Location: "query", Message: "project or flag is not a key",
		})
	case flag != "":
		s.filter = ledger.Subject{Project: project, Kind: ledger.KindFlag, Key: flag}.String()
	case project != "":
		s.filter = ledger.ProjectFilter(project)
	case s.seq > 0:
		s.filter = ledger.AllSubjects
	}
	return s, project, nil
}

func (a *API) exportLedger(w http.ResponseWriter, r *http.Request) {
	s, project, err := readSelection(r)
	var id identity
	if err == nil {
		id, err = a.admit(r, admin(ledger.RoleViewer), project)
	}
	if only := id.key.Project; err == nil && only != "" && only != project {
		err = failure(codeForbidden, "the token given is limited to project "+only+"; ask for that project only")
	}
	if err == nil && a.transparency == nil {
		err = errNoTransparency()
	}
	if err == nil {
		_, err = a.transparency.Checkpoint(s.seq)
		if err != nil {
			err = asProblem(err)
		}
	}
	if err != nil {
		a.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := &patientWriter{w: w, rc: http.NewResponseController(w), limit: a.cfg.StreamWrite}
	if s.filter == "" {
		err = a.transparency.Export(r.Context(), out, s.from)
	} else {
		err = a.transparency.Select(r.Context(), out, s.filter, s.seq)
	}
	switch {
	case err == nil:
	case out.begun: // without its end record the file does not pass for whole
		a.logger.WarnContext(r.Context(), "export of the ledger ended early", slog.Any("err", err))
		panic(http.ErrAbortHandler)
	default:
		a.fail(w, r, asProblem(err))
	}
}

// patientWriter gives each write its own time, so that a long answer may be
// written for as long as its reader takes it.
type patientWriter struct {
	w     io.Writer
	rc    *http.ResponseController
	limit time.Duration
	begun bool
}

// Write implements io.Writer.
func (p *patientWriter) Write(b []byte) (int, error) {
	_ = p.rc.SetWriteDeadline(time.Now().Add(p.limit)) // absent in tests without a network
	p.begun = true
	return p.w.Write(b)
}

// number reads a query parameter, 0 when it is not given.
func number(r *http.Request, name string) (uint64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, failure(codeInvalid, "the query cannot be used", &huma.ErrorDetail{
			Location: "query." + name, Message: "is not a number", Value: text,
		})
	}
	return n, nil
}
