package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
)

// The OpenFeature Remote Evaluation Protocol, version 0.3.0. Its errors have
// a form of their own, and unknown fields of a request are ignored, so that
// newer providers work.

const (
	ofrepOne    = "/ofrep/v1/evaluate/flags/{key}"
	ofrepBulk   = "/ofrep/v1/evaluate/flags"
	ofrepStream = "/ofrep/v1/stream"
)

// An SDK that knows when a flag is really used reports exposures itself, and
// says so with this header: an evaluation of all flags then exposes none.
const (
	exposuresHeader   = "Flagledger-Exposures"
	exposuresByCaller = "caller"
)

// ofrepRequest asks for an evaluation.
type ofrepRequest struct {
	Context json.RawMessage `json:"context,omitempty"`
}

// ofrepSuccess describes an answer; ofrepjson.go writes it.
type ofrepSuccess struct {
	Key      string            `json:"key"`
	Value    any               `json:"value"`
	Reason   string            `json:"reason"`
	Variant  string            `json:"variant"`
	Metadata map[string]string `json:"metadata"`
}

// ofrepFailure is an evaluation, or a request, that failed.
type ofrepFailure struct {
	Key          string              `json:"key,omitempty"`
	ErrorCode    evaluator.ErrorCode `json:"errorCode"`
	ErrorDetails string              `json:"errorDetails,omitempty"`
}

type ofrepBulkAnswer struct {
	Flags        []ofrepSuccess     `json:"flags"`
	EventStreams []ofrepEventStream `json:"eventStreams,omitempty"`
}

// ofrepEventStream says where changes are announced. The endpoint is relative
// to where the provider found this server, so proxies need no configuration.
type ofrepEventStream struct {
	Type               string        `json:"type"`
	Endpoint           ofrepEndpoint `json:"endpoint"`
	InactivityDelaySec int           `json:"inactivityDelaySec,omitempty"`
}

type ofrepEndpoint struct {
	RequestURI string `json:"requestUri"`
}

// inactivityDelay is after how many seconds in the background a provider
// should close its stream.
const inactivityDelay = 120

func ofrepNeed() need { return sdk(ledger.AccessClient, ledger.AccessServer) }

func (a *API) ofrepRoutes() {
	request := reflect.TypeFor[ofrepRequest]()
	a.handle(rawRoute{
		route: route{
			method: "POST", path: ofrepOne, id: "ofrepEvaluate", tag: "ofrep", need: ofrepNeed(),
			summary: "Evaluate one flag (OFREP 0.3.0)",
		},
		body: request, answer: reflect.TypeFor[ofrepSuccess](), errors: []int{400, 401, 403, 404, 413, 415, 503},
	}, a.ofrepEvaluate)
	a.handle(rawRoute{
		route: route{
			method: "POST", path: ofrepBulk, id: "ofrepEvaluateAll", tag: "ofrep", need: ofrepNeed(),
			summary: "Evaluate all flags (OFREP 0.3.0); the ETag stands for the answer",
		},
		body: request, answer: reflect.TypeFor[ofrepBulkAnswer](), errors: []int{304, 400, 401, 403, 413, 415, 503},
		query: []string{"flagConfigEtag", "flagConfigLastModified"},
	}, a.ofrepEvaluateAll)
	a.handle(rawRoute{
		route: route{
			method: "GET", path: ofrepStream, id: "ofrepStream", tag: "ofrep", need: ofrepNeed(),
			summary: "Server-sent events that say when to evaluate again (OFREP 0.3.0)",
		},
		media: "text/event-stream", errors: []int{401, 403, 503}, query: []string{"key"},
	}, a.ofrepStreamChanges)
}

// asked is a request that has been understood.
type asked struct {
	id       identity
	reported bool // the caller reports exposures itself
	snapshot *projector.Snapshot
	program  *evaluator.Program
	context  evaluator.Context
}

// ofrepAsk does what both evaluations begin with.
func (a *API) ofrepAsk(r *http.Request) (asked, error) {
	id, err := a.admit(r, ofrepNeed(), "")
	if err != nil {
		return asked{}, err
	}
	body, err := readBody(r, maxAdminBody)
	if err != nil {
		return asked{}, err
	}
	var request ofrepRequest
	if body != nil {
		if err := json.Unmarshal(body, &request); err != nil {
			return asked{}, failure(codeMalformed, `the body must be an object such as {"context":{"targetingKey":"u1"}}`)
		}
	}
	q := asked{id: id, reported: r.Header.Get(exposuresHeader) == exposuresByCaller}
	if raw := string(request.Context); raw != "" && raw != "null" {
		if q.context, err = evaluator.ParseContext(request.Context); err != nil {
			return asked{}, err
		}
	}
	at := placeOf(id)
	if q.snapshot = a.projector.Snapshot(at.project, at.environment); q.snapshot == nil {
		return asked{}, failure(codeUnavailable, "the ruleset is not built yet")
	}
	q.program, err = q.snapshot.Program()
	return q, err
}

func (a *API) ofrepEvaluate(w http.ResponseWriter, r *http.Request) {
	key := r.PathValue("key")
	q, err := a.ofrepAsk(r)
	if err != nil {
		a.ofrepFail(w, r, key, err)
		return
	}
	result := q.program.Evaluate(key, q.context)
	switch result.Error {
	case "":
		in := q.share(nil, key, result)
		a.expose(q, key, in, result)
		writeJSON(w, http.StatusOK, appendSuccess(nil, key, in, result))
	case evaluator.ErrorFlagNotFound:
		writeOFREP(w, http.StatusNotFound, ofrepFailure{key, result.Error, "there is no such flag"})
	default:
		writeOFREP(w, http.StatusBadRequest, failedEvaluation(q, key, result))
	}
}

// failedEvaluation names the cause in terms of the protocol.
func failedEvaluation(q asked, key string, result evaluator.Result) ofrepFailure {
	f := ofrepFailure{Key: key, ErrorCode: result.Error}
	switch result.Error {
	case evaluator.ErrorTargetingKeyMissing:
		f.ErrorDetails = "the context has no attribute that can be bucketed"
		if split := splitOf(q.snapshot.Ruleset.Flags[key], result.Rule); split != nil && split.By != "" {
			f.ErrorDetails = "the context has no attribute " + split.By + " that can be bucketed"
		}
	case evaluator.ErrorParse:
		f.ErrorDetails = "the flag is not valid"
	default:
		f.ErrorDetails = "the flag cannot be evaluated"
	}
	return f
}

func (a *API) ofrepEvaluateAll(w http.ResponseWriter, r *http.Request) {
	q, err := a.ofrepAsk(r)
	if err != nil {
		a.ofrepFail(w, r, "", err)
		return
	}
	body := append(make([]byte, 0, 256*len(q.snapshot.Ruleset.Flags)+256), `{"flags":[`...)
	first := true
	var room [64]byte
	for key, result := range q.program.All(q.context) {
		if !first {
			body = append(body, ',')
		}
		first = false
		if result.Error != "" {
			body = appendFailure(body, failedEvaluation(q, key, result))
			continue
		}
		in := q.share(room[:0], key, result)
		a.expose(q, key, in, result)
		body = appendSuccess(body, key, in, result)
	}
	body = append(body, ']')
	body = appendEventStreams(body, r, q.id)
	body = append(body, '}')

	sum := sha256.Sum256(body)
	etag := `"` + hex.EncodeToString(sum[:16]) + `"`
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", "no-cache")
	if notModified(r, etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	writeJSON(w, http.StatusOK, body)
}

// appendEventStreams advertises the stream. EventSource sends no headers, so
// the key is part of the address; a server key is a secret and must not be,
// and is told of no stream.
func appendEventStreams(dst []byte, r *http.Request, id identity) []byte {
	if id.key.Kind != ledger.AccessClient {
		return dst
	}
	text, err := keyText(r, false)
	if err != nil {
		return dst
	}
	streams, err := json.Marshal([]ofrepEventStream{{
		Type:               "sse",
		Endpoint:           ofrepEndpoint{ofrepStream + "?key=" + url.QueryEscape(text)},
		InactivityDelaySec: inactivityDelay,
	}})
	if err != nil {
		return dst
	}
	return append(append(dst, `,"eventStreams":`...), streams...)
}

// ofrepStreamChanges tells providers to evaluate again after each change.
func (a *API) ofrepStreamChanges(w http.ResponseWriter, r *http.Request) {
	n := ofrepNeed()
	n.inQuery = true
	id, err := a.admit(r, n, "")
	if err != nil {
		a.ofrepFail(w, r, "", err)
		return
	}
	at, since := placeOf(id), resumeFrom(r)
	a.stream(w, r, id, streamOFREP, func(sent uint64, first bool) ([]byte, uint64, error) {
		s := a.projector.Snapshot(at.project, at.environment)
		if s == nil {
			return nil, sent, nil
		}
		revision := s.Ruleset.Revision
		// A provider that connects for the first time has evaluated before, and
		// cannot say at which revision: a change in between would stay unseen.
		if first && since == revision || revision == sent {
			return nil, revision, nil
		}
		data, err := json.Marshal(refetch{Type: "refetchEvaluation", ETag: etagOf(revision)})
		return appendEvent(nil, "message", revision, data), revision, err
	})
}

type refetch struct {
	Type string `json:"type"`
	ETag string `json:"etag"`
}

// ofrepFail answers in the form that providers understand.
func (a *API) ofrepFail(w http.ResponseWriter, r *http.Request, key string, err error) {
	f := ofrepFailure{Key: key, ErrorCode: evaluator.ErrorGeneral}
	var bad *evaluator.ContextError
	if errors.As(err, &bad) {
		f.ErrorCode, f.ErrorDetails = evaluator.ErrorInvalidContext, bad.Error()
		writeOFREP(w, http.StatusBadRequest, f)
		return
	}
	model := a.problem(r.Context(), err)
	f.ErrorDetails = model.Detail
	if model.Status == http.StatusBadRequest {
		f.ErrorCode = evaluator.ErrorParse
	}
	withHeaders(model, w.Header())
	writeOFREP(w, model.Status, f)
}

func writeOFREP(w http.ResponseWriter, status int, f ofrepFailure) {
	writeJSON(w, status, appendFailure(nil, f))
}

func writeJSON(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may be gone; there is nobody else to tell
}
