package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
)

// ingested answers a batch.
type ingested struct {
	Accepted int            `json:"accepted" doc:"How many items are safe now."`
	Rejected []rejectedItem `json:"rejected" doc:"Items that cannot be counted; sending them again does not help."`
}

type rejectedItem struct {
	Kind    string `json:"kind" enum:"exposure,event"`
	Index   int    `json:"index"`
	Path    string `json:"path"`
	Message string `json:"message"`
}

func (a *API) ingestRoutes() {
	a.handle(rawRoute{
		route: route{
			method: "POST", path: "/api/v1/events", id: "reportEvents", tag: "sdk", status: http.StatusAccepted,
			need:    sdk(ledger.AccessServer, ledger.AccessClient),
			summary: "Report exposures and events; send the same batch again until it is answered",
		},
		body: reflect.TypeFor[analytics.Batch](), answer: reflect.TypeFor[ingested](),
		errors: []int{400, 401, 403, 413, 415, 422, 503},
	}, a.report)
	a.handle(rawRoute{
		route: route{
			method: "POST", path: "/api/v1/projects/{project}/environments/{environment}/import", id: "importRecorded", tag: "experiments",
			status: http.StatusAccepted, need: admin(ledger.RoleEditor),
			summary: "Import exposures and events that were recorded elsewhere, of any age; a batch with the same id counts once",
		},
		body: reflect.TypeFor[analytics.Batch](), answer: reflect.TypeFor[ingested](),
		errors: []int{400, 401, 403, 404, 413, 415, 422, 503},
	}, a.importRecorded)
}

// importRecorded takes a batch over like report, on the word of an editor.
func (a *API) importRecorded(w http.ResponseWriter, r *http.Request) {
	project, environment := r.PathValue("project"), r.PathValue("environment")
	if _, err := a.admit(r, admin(ledger.RoleEditor), project); err != nil {
		a.fail(w, r, err)
		return
	}
	err := a.read(r.Context(), 0, func(st *ledger.State) error {
		p, err := projectOf(st, project)
		if err == nil && p.Environment(environment) == nil {
			err = missing("environment", environment)
		}
		return err
	})
	if err != nil {
		a.fail(w, r, err)
		return
	}
	a.take(w, r, project, environment, true)
}

// report takes a batch over. 202 means that it is safe with Ingest.
func (a *API) report(w http.ResponseWriter, r *http.Request) {
	id, err := a.admit(r, sdk(ledger.AccessServer, ledger.AccessClient), "")
	if err != nil {
		a.fail(w, r, err)
		return
	}
	a.take(w, r, id.key.Project, id.key.Environment, false)
}

// take reads a batch and gives what can be counted of it to Ingest.
func (a *API) take(w http.ResponseWriter, r *http.Request, project, environment string, recorded bool) {
	body, err := readBody(r, maxEventBody)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	batch, broken, err := decodeBatch(body)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	batch.Project, batch.Environment, batch.Recorded = project, environment, recorded
	if err := batch.ValidateHeader(); err != nil {
		a.fail(w, r, headerProblem(err))
		return
	}
	good, rejected := batch.Split(a.now())
	if good.Len() > 0 {
		ctx, cancel := context.WithTimeout(r.Context(), a.cfg.Timeout)
		defer cancel()
		if err := a.ingest.Publish(ctx, good); err != nil {
			a.metrics.count(good, "failed")
			a.failPublish(w, r, err)
			return
		}
	}
	a.metrics.count(good, "accepted")
	explain(rejected, broken)
	a.deadLetter(r.Context(), good, rejected)
	answer := ingested{Accepted: good.Len(), Rejected: []rejectedItem{}}
	for _, item := range rejected {
		view := viewRejected(item)
		a.metrics.ingested.WithLabelValues(view.Kind, "rejected").Inc()
		answer.Rejected = append(answer.Rejected, view)
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusAccepted, raw)
}

// maxLetters bounds how many items of one batch become dead letters. A broken
// reporter is seen from a few; all are counted.
const maxLetters = 20

// deadLetter keeps a sample of what was rejected. Losing it loses no count.
func (a *API) deadLetter(ctx context.Context, b analytics.Batch, rejected []analytics.Rejected) {
	if a.letters == nil || len(rejected) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	if err := a.letters.Reject(ctx, b, rejected[:min(len(rejected), maxLetters)], b.ReceivedAt); err != nil {
		a.logger.WarnContext(ctx, "rejected items not kept",
			slog.String("request_id", requestID(ctx)), slog.Int("items", len(rejected)), slog.Any("err", err))
	}
}

// failPublish answers 503 whatever went wrong: the batch is the SDK's still,
// and sending it again is right.
func (a *API) failPublish(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, ErrOverloaded) {
		a.logger.ErrorContext(r.Context(), "batch not published",
			slog.String("request_id", requestID(r.Context())), slog.Any("err", err))
	}
	a.fail(w, r, ErrOverloaded)
}

// headerProblem locates what makes a whole batch unusable.
func headerProblem(err error) error {
	var invalid *analytics.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	details := make([]*huma.ErrorDetail, len(invalid.Problems))
	for i, p := range invalid.Problems {
		details[i] = &huma.ErrorDetail{Location: joinPath("body", p.Path), Message: p.Message}
	}
	return failure(codeInvalid, "the batch cannot be used", details...)
}

// decodeBatch reads a batch. Items that do not have the form of an item stay
// in their places, empty; broken says by path what is wrong with them.
func decodeBatch(body []byte) (b analytics.Batch, broken map[string]string, err error) {
	if body == nil {
		return b, nil, failure(codeMalformed, "a body is required")
	}
	if n := countItems(body); n > analytics.MaxItems {
		return b, nil, badBatch("body", fmt.Sprintf("has %d items; the limit is %d", n, analytics.MaxItems))
	}
	if strict(body, &b) == nil {
		return b, nil, nil
	}
	// Something is wrong; find out where.
	var loose struct {
		ID        string            `json:"id"`
		SDK       string            `json:"sdk"`
		Exposures []json.RawMessage `json:"exposures"`
		Events    []json.RawMessage `json:"events"`
	}
	if field := unknownField(body); field != "" {
		return b, nil, badBatch(joinPath("body", field), "is not a field of a batch")
	}
	if err := json.Unmarshal(body, &loose); err != nil {
		return b, nil, badBatch(fieldOf(err), say(err))
	}
	broken = map[string]string{}
	b = analytics.Batch{ID: loose.ID, SDK: loose.SDK}
	b.Exposures = decodeItems[analytics.Exposure]("exposures", loose.Exposures, broken)
	b.Events = decodeItems[analytics.Event]("events", loose.Events, broken)
	return b, broken, nil
}

// countItems says how many items body holds, without making any: a few bytes
// each would become hundreds. Bodies with too few commas for many are spared.
func countItems(body []byte) int {
	if bytes.Count(body, []byte(",")) < analytics.MaxItems {
		return 0
	}
	var lists struct{ Exposures, Events itemCount }
	_ = json.Unmarshal(body, &lists) // what is wrong with it is said by others
	return int(lists.Exposures + lists.Events)
}

// itemCount is the length of a list, and of all lists when there are several
// under one name.
type itemCount int

// UnmarshalJSON implements json.Unmarshaler.
func (c *itemCount) UnmarshalJSON(data []byte) error {
	var list []weightless
	err := json.Unmarshal(data, &list)
	*c += itemCount(len(list))
	return err
}

// weightless is an item that takes no memory.
type weightless struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (*weightless) UnmarshalJSON([]byte) error { return nil }

func badBatch(location, message string) error {
	return failure(codeInvalid, "the batch cannot be used", &huma.ErrorDetail{Location: location, Message: message})
}

// unknownField returns a field that no batch has, or "".
func unknownField(body []byte) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch strings.ToLower(name) {
		case "id", "sdk", "exposures", "events":
		case "project", "environment", "receivedat", "recorded": // set by the server; sending them does no harm
		default:
			return name
		}
	}
	return ""
}

func decodeItems[T any](name string, raw []json.RawMessage, broken map[string]string) []T {
	out := make([]T, len(raw))
	for i, item := range raw {
		if err := strict(item, &out[i]); err != nil {
			var empty T
			out[i] = empty
			broken[fmt.Sprintf("%s[%d]", name, i)] = say(err)
		}
	}
	return out
}

// say puts a decoding error in words that do not speak of Go.
func say(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return strings.TrimSpace(wrong.Field + " is a " + wrong.Value + ", which does not fit")
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// strict decodes and refuses unknown fields.
func strict(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// fieldOf locates a decoding error as well as it can.
func fieldOf(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return joinPath("body", wrong.Field)
	}
	return "body"
}

// explain gives the items that could not be decoded their real problem; Split
// found them empty.
func explain(rejected []analytics.Rejected, broken map[string]string) {
	for i := range rejected {
		if message, ok := broken[rejected[i].Path]; ok {
			rejected[i].Problems = []analytics.Problem{{Path: rejected[i].Path, Message: message}}
		}
	}
}

func viewRejected(item analytics.Rejected) rejectedItem {
	v := rejectedItem{Kind: "event", Path: item.Path}
	if item.Exposure != nil {
		v.Kind = "exposure"
	}
	if _, rest, ok := strings.Cut(item.Path, "["); ok {
		v.Index, _ = strconv.Atoi(strings.TrimSuffix(rest, "]"))
	}
	if len(item.Problems) == 1 {
		v.Path, v.Message = item.Problems[0].Path, item.Problems[0].Message
		return v
	}
	messages := make([]string, len(item.Problems))
	for i, p := range item.Problems {
		messages[i] = p.Path + " " + p.Message
	}
	v.Message = strings.Join(messages, "; ")
	return v
}
