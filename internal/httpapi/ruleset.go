package httpapi

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// place is one environment of one project.
type place struct{ project, environment string }

func placeOf(id identity) place { return place{id.key.Project, id.key.Environment} }

func (a *API) rulesetRoutes() {
	ruleset := reflect.TypeFor[evaluator.Ruleset]()
	a.handle(rawRoute{
		route: route{
			method: "GET", path: "/api/v1/ruleset", id: "getOwnRuleset", tag: "sdk", need: sdk(ledger.AccessServer),
			summary: "The ruleset of the key's environment; the ETag is its revision",
		},
		answer: ruleset, errors: []int{304, 401, 403, 503}, query: []string{"minSeq"},
	}, func(w http.ResponseWriter, r *http.Request) {
		id, err := a.admit(r, sdk(ledger.AccessServer), "")
		if err != nil {
			a.fail(w, r, err)
			return
		}
		a.writeRuleset(w, r, placeOf(id))
	})
	viewer := admin(ledger.RoleViewer)
	a.handle(rawRoute{
		route: route{
			method: "GET", path: "/api/v1/projects/{project}/environments/{environment}/ruleset", id: "getRuleset",
			tag: "rulesets", need: viewer,
			summary: "The ruleset of an environment, now (the ETag is its revision) or as it was at an event or a time",
		},
		answer: ruleset, errors: []int{304, 401, 403, 404, 422, 503}, query: []string{"minSeq", "at", "flag"},
	}, func(w http.ResponseWriter, r *http.Request) {
		if _, err := a.admit(r, viewer, r.PathValue("project")); err != nil {
			a.fail(w, r, err)
			return
		}
		at := place{r.PathValue("project"), r.PathValue("environment")}
		if r.URL.Query().Get("at") != "" {
			a.writePast(w, r, at)
			return
		}
		a.writeRuleset(w, r, at)
	})
	a.handle(rawRoute{
		route: route{
			method: "GET", path: "/api/v1/ruleset/stream", id: "streamRuleset", tag: "sdk", need: sdk(ledger.AccessServer),
			summary: "Server-sent events: 'put' with the ruleset, then 'patch' with each change; the event id is the revision",
		},
		media: "text/event-stream", errors: []int{401, 403, 503}, query: []string{"since"},
	}, a.streamRuleset)
}

// writeRuleset serves the bytes that are kept with the snapshot, compressed for
// whoever takes that.
func (a *API) writeRuleset(w http.ResponseWriter, r *http.Request, at place) {
	min, err := minSeq(r)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	s, err := a.snapshot(r.Context(), at, min)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	etag, zipped := etagOf(s.Ruleset.Revision), acceptsGzip(r)
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Add("Vary", "Authorization")
	h.Add("Vary", "Accept-Encoding")
	h.Set("ETag", etag)
	if zipped { // other bytes with the same meaning: that is a weak ETag
		h.Set("ETag", "W/"+etag)
	}
	if notModified(r, etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	encode := s.JSON
	if zipped {
		encode = func() ([]byte, error) { return a.patches.zipped(s) }
	}
	body, err := encode()
	if err != nil {
		a.fail(w, r, err)
		return
	}
	if zipped {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

func minSeq(r *http.Request) (uint64, error) {
	text := r.URL.Query().Get("minSeq")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, failure(codeInvalid, "the query cannot be used", &huma.ErrorDetail{
			Location: "query.minSeq", Message: "is not a sequence number",
		})
	}
	return n, nil
}

// streamRuleset keeps one evaluator up to date.
func (a *API) streamRuleset(w http.ResponseWriter, r *http.Request) {
	id, err := a.admit(r, sdk(ledger.AccessServer), "")
	if err != nil {
		a.fail(w, r, err)
		return
	}
	at, since := placeOf(id), resumeFrom(r)
	if s := a.projector.Snapshot(at.project, at.environment); s == nil || since > s.Ruleset.Revision {
		since = 0 // not a revision of this ledger: start over
	}
	leave := a.evaluators.join(at, caller{
		instance: r.Header.Get("Flagledger-Instance"), sdk: r.Header.Get("Flagledger-SDK"), revision: since,
	}, a.now())
	defer leave()
	a.stream(w, r, id, streamServer, func(sent uint64, first bool) ([]byte, uint64, error) {
		s := a.projector.Snapshot(at.project, at.environment)
		switch {
		case s == nil:
			return nil, sent, nil
		case first && since > 0:
			sent = since
		case first: // everything
		case s.Ruleset.Revision <= sent:
			return nil, sent, nil
		}
		frame, err := a.patches.frame(s, sent)
		return frame, s.Ruleset.Revision, err
	})
}

// resumeFrom returns the revision that the client has, 0 for none. A value
// that is no revision is none: the client then gets everything.
func resumeFrom(r *http.Request) uint64 {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("since")
	}
	n, _ := strconv.ParseUint(text, 10, 64)
	return n
}
