package httpprobe_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/internal/webhook"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
	"github.com/flagledger/flagledger/workflow/httpprobe"
)

const secret = "a secret of twenty-four bytes"

var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// sources are one source "s" of a kind, that has the last word on its config.
func sources(t *testing.T, c httpprobe.Config) *httpprobe.Sources {
	t.Helper()
	c.Name = "s"
	if c.Kind == httpprobe.Webhook {
		c.Secret = secret
	}
	text, err := json.Marshal([]httpprobe.Config{c})
	if err != nil {
		t.Fatal(err)
	}
	configs, err := httpprobe.ParseConfig(text, func(name string) string { return map[string]string{"TOKEN": "s3cret"}[name] })
	if err != nil {
		t.Fatal(err)
	}
	s, err := httpprobe.New(configs, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func question(query, control string) workflow.Question {
	return workflow.Question{
		Source: "s", Check: "jobs", Query: query, ControlQuery: control,
		Project: "shop", Environment: "prod", Flag: "pdf", Rollout: "r1", Treatment: "on", Control: "off",
		Percentage: 12_500, Stage: 1, From: began, Until: began.Add(2 * time.Minute), For: 2 * time.Minute, Step: time.Minute,
	}
}

// matrix answers like a Prometheus: values for the times that were asked about.
func matrix(w http.ResponseWriter, r *http.Request, values ...string) {
	var start, step float64
	_, err1 := fmt.Sscan(r.FormValue("start"), &start)
	_, err2 := fmt.Sscan(r.FormValue("step"), &step)
	if err1 != nil || err2 != nil || r.Method != http.MethodPost || r.URL.Path != "/prefix/api/v1/query_range" {
		http.Error(w, `{"status":"error","errorType":"bad_data","error":"invalid parameter"}`, http.StatusBadRequest)
		return
	}
	var points []any
	for i, v := range values {
		points = append(points, []any{start + float64(i)*step, v})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{
		"resultType": "matrix", "result": []any{map[string]any{"metric": map[string]string{"job": "x"}, "values": points}},
	}, "infos": []string{"metric might not be a counter"}})
}

func TestPrometheusAnswers(t *testing.T) {
	var mu sync.Mutex
	got := map[string]http.Header{}
	at := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		got[r.FormValue("query")] = r.Header
		if r.FormValue("end") != "1772442120.000" || r.FormValue("timeout") != "5000ms" {
			t.Errorf("asked %v", r.Form)
		}
		if r.FormValue("query") == "off" {
			matrix(w, r, "0.25", "NaN", "+Inf")
			return
		}
		matrix(w, r, "1", "2e-3", "-4")
	})
	s := sources(t, httpprobe.Config{
		Kind: httpprobe.Prometheus, URL: at + "/prefix/", Token: "$TOKEN", Headers: map[string]string{"x-scope-orgid": "$TOKEN"},
	})
	a, err := s.Ask(t.Context(), question("on", "off"))
	if err != nil || a.Took <= 0 {
		t.Fatalf("%+v, %v", a, err)
	}
	want := []workflow.Point{{At: began, Value: 1}, {At: began.Add(time.Minute), Value: .002}, {At: began.Add(2 * time.Minute), Value: -4}}
	if diff := cmp.Diff(want, a.Treatment); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(a.Control) != 3 || !math.IsNaN(a.Control[1].Value) || !math.IsInf(a.Control[2].Value, 1) {
		t.Errorf("control %v", a.Control)
	}
	if h := got["on"]; len(got) != 2 || h.Get("Authorization") != "Bearer s3cret" || h.Get("X-Scope-Orgid") != "s3cret" {
		t.Errorf("asked with %v", got)
	}
	if _, err := s.Ask(t.Context(), workflow.Question{Source: "t"}); !errors.Is(err, workflow.ErrUnknownSource) {
		t.Errorf("an unknown source: %v", err)
	}
}

func TestPrometheusFails(t *testing.T) {
	say := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	const series = `{"metric":{},"values":[[1772442000,"1"]]}`
	result := func(series string) string {
		return `{"status":"success","data":{"resultType":"matrix","result":[` + series + `]}}`
	}
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		reason string
	}{
		"bad query":          {say(400, `{"status":"error","errorType":"bad_data","error":"parse error: unexpected end"}`), "status 400: bad_data: parse error"},
		"cannot be executed": {say(422, `{"status":"error","errorType":"execution","error":"many-to-many"}`), "status 422: execution: many-to-many"},
		"overloaded":         {say(503, "upstream is away\n"+strings.Repeat("x", 5000)), "status 503: upstream is away"},
		"no permission":      {say(401, ""), "status 401"},
		"error beside data":  {say(200, `{"status":"error","errorType":"timeout","error":"query timed out","data":{"resultType":"matrix","result":[`+series+`]}}`), "timeout: query timed out"},
		"partial":            {say(200, `{"status":"success","warnings":["store is away"],"data":{"resultType":"matrix","result":[`+series+`]}}`), "warns: store is away"},
		"several series":     {say(200, result(series+","+series)), "gives 2 series; aggregate it"},
		"instant vector":     {say(200, `{"status":"success","data":{"resultType":"vector","result":[]}}`), `result type "vector"`},
		"a page":             {say(200, "<html>login</html>"), "not that of a Prometheus"},
		"other JSON":         {say(200, `{"ok":true}`), "not that of a Prometheus"},
		"null":               {say(200, `null`), "not that of a Prometheus"},
		"empty":              {say(200, ``), "not that of a Prometheus"},
		"garbled value":      {say(200, result(`{"values":[[1772442000,"many"]]}`)), `"many" is not a value`},
		"bare value":         {say(200, result(`{"values":[[1772442000,1]]}`)), "not that of a Prometheus"},
		"short sample":       {say(200, result(`{"values":[[1772442000]]}`)), "1 members"},
		"far time":           {say(200, result(`{"values":[[1e300,"1"]]}`)), "not a time"},
		"histograms":         {say(200, result(`{"histograms":[[1772442000,{"count":"1"}]]}`)), "histograms"},
		"too large":          {say(200, result(series)+strings.Repeat(" ", 1<<20)), "more than 1024 KiB"},
		"broken off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"status":`)
		}, "breaks off"},
	} {
		t.Run(name, func(t *testing.T) {
			s := sources(t, httpprobe.Config{Kind: httpprobe.Prometheus, URL: serve(t, tt.answer)})
			a, err := s.Ask(t.Context(), question("q", ""))
			if err == nil || !strings.Contains(err.Error(), tt.reason) || len(err.Error()) > 300 {
				t.Errorf("%+v, %v; want %s", a, err, tt.reason)
			}
		})
	}
	s := sources(t, httpprobe.Config{Kind: httpprobe.Prometheus, URL: serve(t, say(200, result("")))})
	if a, err := s.Ask(t.Context(), question("q", "q")); err != nil || len(a.Treatment)+len(a.Control) != 0 {
		t.Errorf("an empty matrix: %+v, %v", a, err)
	}
	if _, err := s.Ask(t.Context(), question("", "")); err == nil || !strings.Contains(err.Error(), "needs a query") {
		t.Errorf("without a query: %v", err)
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	s = sources(t, httpprobe.Config{Kind: httpprobe.Prometheus, URL: gone.URL + "/secret-path"})
	if _, err := s.Ask(t.Context(), question("q", "")); err == nil || !strings.Contains(err.Error(), "refused") || strings.Contains(err.Error(), "secret-path") {
		t.Errorf("nobody there: %v", err)
	}
}

func TestTimeout(t *testing.T) {
	hang := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush() // the headers come, the answer does not
		<-r.Context().Done()
	}
	for _, kind := range []httpprobe.Kind{httpprobe.Prometheus, httpprobe.Webhook} {
		var asked int
		s := sources(t, httpprobe.Config{Kind: kind, Timeout: ledger.Duration(50 * time.Millisecond), URL: serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked++
			hang(w, r)
		})})
		query := ""
		if kind == httpprobe.Prometheus {
			query = "q"
		}
		_, err := s.Ask(t.Context(), question(query, ""))
		if err == nil || err.Error() != "no answer within 50ms" || asked != 1 {
			t.Errorf("%s: %v after %d requests", kind, err, asked)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("enough"))
		if _, err := s.Ask(ctx, question(query, "")); err == nil || err.Error() != "enough" {
			t.Errorf("%s: cancelled: %v", kind, err)
		}
	}
}

func TestRedirects(t *testing.T) {
	elsewhere := serve(t, func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("the question and %q went to another host", r.Header.Get("Authorization"))
		matrix(w, r, "0")
	})
	at := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/prefix/api/v1/query_range":
			matrix(w, r, "1")
		case "/here/api/v1/query_range":
			http.Redirect(w, r, "/prefix/api/v1/query_range", http.StatusPermanentRedirect)
		case "/lost/api/v1/query_range":
			http.Redirect(w, r, "/prefix/api/v1/query_range", http.StatusFound)
		case "/round/api/v1/query_range":
			http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
		default:
			http.Redirect(w, r, elsewhere+"/prefix/api/v1/query_range", http.StatusTemporaryRedirect)
		}
	})
	for path, reason := range map[string]string{
		"/here": "", "/lost": "loses the question", "/round": "without end", "/away": "another host",
	} {
		s := sources(t, httpprobe.Config{Kind: httpprobe.Prometheus, URL: at + path, User: "u", Password: "p"})
		a, err := s.Ask(t.Context(), question("q", ""))
		if reason == "" && (err != nil || len(a.Treatment) != 1) || reason != "" && (err == nil || !strings.Contains(err.Error(), reason)) {
			t.Errorf("%s: %+v, %v", path, a, err)
		}
	}
}

func TestWebhookIsSigned(t *testing.T) {
	key, err := webhook.ParseSecret(secret)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	var body []byte
	at := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			t.Error(err)
		}
		if err := key.Verify(r.Header, body, time.Now()); err != nil {
			t.Error(err)
		}
		ids = append(ids, r.Header.Get("webhook-id"))
		_, _ = io.WriteString(w, `{"verdict":"fail","reason":"eleven tickets","more":1}`)
	})
	s := sources(t, httpprobe.Config{Kind: httpprobe.Webhook, URL: at + "?key=1"})
	q := question("", "")
	a, err := s.Ask(t.Context(), q)
	a.Took = 0
	if diff := cmp.Diff(workflow.Answer{Verdict: "fail", Reason: "eleven tickets"}, a); diff != "" || err != nil {
		t.Errorf("-want +got:\n%s\n%v", diff, err)
	}
	want := `{"type":"flagledger.check","check":"jobs","project":"shop","environment":"prod","flag":"pdf","rollout":"r1",` +
		`"treatment":"on","control":"off","percentage":12.5,"stage":1,"from":"2026-03-02T09:00:00Z","until":"2026-03-02T09:02:00Z","for":"2m0s"}`
	if diff := cmp.Diff(want, string(body)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	later := q
	later.Until = later.Until.Add(time.Minute)
	for _, q := range []workflow.Question{q, later} {
		if _, err := s.Ask(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if ids[0] != ids[1] || ids[0] == ids[2] {
		t.Errorf("ids %v: the same question has one, another has another", ids)
	}
}

func TestWebhookFails(t *testing.T) {
	for name, tt := range map[string]struct {
		status       int
		body, reason string
	}{
		"no JSON":      {200, "ok", "no verdict"},
		"empty":        {204, "", "no verdict"},
		"without":      {200, `{"reason":"x"}`, `no "verdict"`},
		"null":         {200, `null`, `no "verdict"`},
		"of a type":    {200, `{"verdict":true}`, "no verdict"},
		"two":          {200, `{"verdict":"hold"}{"verdict":"pass"}`, "no verdict"},
		"a list":       {200, `["pass"]`, "no verdict"},
		"other status": {500, `{"verdict":"pass"}`, "status 500"},
		"not modified": {304, ``, "status 304"},
		"too large":    {200, `{"verdict":"pass","reason":"` + strings.Repeat("x", 64<<10) + `"}`, "more than 64 KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			s := sources(t, httpprobe.Config{Kind: httpprobe.Webhook, URL: serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})})
			a, err := s.Ask(t.Context(), question("", ""))
			if err == nil || !strings.Contains(err.Error(), tt.reason) || a.Verdict != "" {
				t.Errorf("%+v, %v; want %s", a, err, tt.reason)
			}
		})
	}
}
