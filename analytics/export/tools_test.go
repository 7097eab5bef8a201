package export

import (
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
)

// The servers here answer as the vendors document it. Each counts an insert id
// once.

// body reads a request's body.
func body(r *http.Request) []byte {
	from := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		zip, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil
		}
		from = zip
	}
	data, err := io.ReadAll(from)
	if err != nil {
		return nil
	}
	return data
}

func reply200(w http.ResponseWriter, status int, v any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// store is what a tool has taken, by insert id, in the order of arrival.
type store struct {
	mu    sync.Mutex
	ids   []string
	items map[string]map[string]any
	// interrupt answers requests until it returns false; n counts them from 1.
	interrupt func(w http.ResponseWriter, n int) bool
	requests  int
}

func (s *store) take(id string, item map[string]any) {
	if s.items == nil {
		s.items = map[string]map[string]any{}
	}
	if s.items[id] == nil {
		s.ids = append(s.ids, id)
	}
	s.items[id] = item
}

func (s *store) interrupted(w http.ResponseWriter) bool {
	s.requests++
	return s.interrupt != nil && s.interrupt(w, s.requests)
}

// mixpanelServer is POST /import with strict=1.
type mixpanelServer struct{ store }

func (s *mixpanelServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.interrupted(w) {
		return
	}
	user, _, ok := r.BasicAuth()
	data := body(r)
	var events []struct {
		Event      string         `json:"event"`
		Properties map[string]any `json:"properties"`
	}
	switch {
	case r.URL.Path != "/import" || r.URL.Query().Get("strict") != "1":
		w.WriteHeader(http.StatusNotFound)
		return
	case !ok || user != strings.Repeat("s", 24):
		w.WriteHeader(http.StatusUnauthorized)
		return
	case len(data) > 10<<20 || json.Unmarshal(data, &events) == nil && len(events) > 2000:
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	var failed []map[string]any
	for i, e := range events {
		id, _ := e.Properties["$insert_id"].(string)
		field := ""
		switch distinct, ok := e.Properties["distinct_id"].(string); {
		case !ok || slices.Contains([]string{"anonymous", "null", "none"}, distinct):
			field = "properties.distinct_id"
		case id == "" || len(id) > 36:
			field = "properties.$insert_id"
		case e.Properties["time"] == nil:
			field = "properties.time"
		}
		if field != "" {
			failed = append(failed, map[string]any{"index": i, "insert_id": id, "field": field, "message": "'" + field + "' is invalid"})
			continue
		}
		e.Properties["event"] = e.Event
		s.take(id, e.Properties)
	}
	if len(failed) > 0 {
		reply200(w, http.StatusBadRequest, map[string]any{
			"code": 400, "error": "some data points in the request failed validation", "status": "Bad Request",
			"num_records_imported": len(events) - len(failed), "failed_records": failed,
		})
		return
	}
	reply200(w, http.StatusOK, map[string]any{"code": 200, "num_records_imported": len(events), "status": "OK"})
}

func TestMixpanel(t *testing.T) {
	s := &mixpanelServer{}
	s.interrupt = func(w http.ResponseWriter, n int) bool {
		if n == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
		}
		return n == 1
	}
	w := to(t, "mixpanel", s)
	byAccount := seen("a1", "on", 2)
	byAccount.By = "accountId"
	w.write(t, 1, batch("1", seen("u1", "on", 1), byAccount, seen("anonymous", "off", 3), paid("u1", 9.5)))
	var got []string
	for _, id := range s.ids {
		p := s.items[id]
		got = append(got, fmt.Sprint(p["event"], " ", p["distinct_id"], " ", p["accountId"], " ", p["Experiment name"], " ", p["Variant name"], " ", p["value"], " ", p["time"], " ", p["plan"]))
	}
	want := []string{
		"$experiment_started u1 <nil> dashboard on <nil> 1.77245286e+12 team",
		"$experiment_started  a1 dashboard on <nil> 1.77245292e+12 team",
		"paid u1 a-u1 <nil> <nil> 9.5 1.7724528e+12 <nil>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"out in prod: properties.distinct_id: 'properties.distinct_id' is invalid"}, w.letters.all); diff != "" {
		t.Errorf("dead letters (-want +got):\n%s", diff)
	}
	if st := w.Stats(); st.Delivered != 3 || st.Refused != 1 || st.Requests != 2 || st.Retries != 1 {
		t.Errorf("stats are %+v", st)
	}
}

// TestManyItems needs several requests, each within the tool's limits.
func TestManyItems(t *testing.T) {
	s := &mixpanelServer{}
	w := to(t, "mixpanel", s)
	b := batch("1")
	for n := range 4500 {
		b.Events = append(b.Events, paid(fmt.Sprint("u", n), 1))
	}
	w.write(t, 1, b)
	if len(s.items) != 4500 || s.requests != 3 {
		t.Errorf("%d items in %d requests, want 4500 in 3", len(s.items), s.requests)
	}
}

// amplitudeServer is the HTTP V2 API with the Identify APIs.
type amplitudeServer struct {
	store
	users, groups map[string]string // properties by whom they are of
}

func (s *amplitudeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.interrupted(w) {
		return
	}
	if r.URL.Path != "/2/httpapi" {
		s.identify(w, r)
		return
	}
	data := body(r)
	var upload struct {
		Key     string           `json:"api_key"`
		Events  []map[string]any `json:"events"`
		Options struct {
			MinIDLength int `json:"min_id_length"`
		} `json:"options"`
	}
	_ = json.Unmarshal(data, &upload)
	if upload.Key == "" {
		reply200(w, 400, map[string]any{"code": 400, "error": "Invalid API key: "})
		return
	}
	if len(data) > 1<<20 || len(upload.Events) > 2000 {
		reply200(w, 413, map[string]any{"code": 413, "error": "Payload too large"})
		return
	}
	invalid, missing := map[string][]int{}, map[string][]int{}
	for i, e := range upload.Events {
		if user, _ := e["user_id"].(string); strings.HasPrefix(user, "bad") || e["user_id"] != nil && len(user) < max(1, upload.Options.MinIDLength) {
			invalid["user_id"] = append(invalid["user_id"], i)
		}
		if e["event_type"] == "" || e["user_id"] == nil && e["device_id"] == nil {
			missing["event_type"] = append(missing["event_type"], i)
		}
	}
	if len(invalid)+len(missing) > 0 { // nothing is ingested
		reply200(w, 400, map[string]any{
			"code": 400, "error": "Request missing required field", "events_with_invalid_fields": invalid, "events_with_missing_fields": missing,
		})
		return
	}
	for _, e := range upload.Events {
		s.take(fmt.Sprint(e["insert_id"]), e)
	}
	reply200(w, 200, map[string]any{"code": 200, "events_ingested": len(upload.Events)})
}

func (s *amplitudeServer) identify(w http.ResponseWriter, r *http.Request) {
	if r.ParseForm() != nil || r.Form.Get("api_key") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var all []struct {
		User       string                       `json:"user_id"`
		Set        map[string]map[string]string `json:"user_properties"`
		Type       string                       `json:"group_type"`
		Value      string                       `json:"group_value"`
		Properties map[string]string            `json:"group_properties"`
	}
	if err := json.Unmarshal([]byte(r.Form.Get("identification")), &all); err != nil || len(all) > 1024 {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, i := range all {
		for k, v := range i.Set["$set"] {
			s.users[i.User+" "+k] = v
		}
		for k, v := range i.Properties {
			s.groups[i.Type+" "+i.Value+" "+k] = v
		}
	}
}

func TestAmplitude(t *testing.T) {
	s := &amplitudeServer{users: map[string]string{}, groups: map[string]string{}}
	w := to(t, "amplitude", s)
	byAccount := seen("a1", "on", 2)
	byAccount.By = "accountId"
	w.write(t, 1, batch("1", seen("u1", "on", 1), byAccount, seen("u1", "off", 3), paid("bad-1", 1), paid("u1", 9.5), paid("bad-2", 1)))
	var got []string
	for _, id := range s.ids {
		e := s.items[id]
		p, _ := e["event_properties"].(map[string]any)
		got = append(got, fmt.Sprint(e["event_type"], " ", e["user_id"], " ", e["groups"], " ", p["flag_key"], " ", p["variant"], " ", p["value"]))
	}
	want := []string{
		"$exposure u1 <nil> dashboard on <nil>", "$exposure u1 <nil> dashboard off <nil>", "paid u1 map[accountId:a-u1] <nil> <nil> 9.5",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"u1 [Experiment] dashboard": "off"}, s.users); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"accountId a1 [Experiment] dashboard": "on"}, s.groups); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Repeat([]string{"out in prod: Request missing required field: user_id is invalid"}, 2), w.letters.all); diff != "" {
		t.Errorf("dead letters (-want +got):\n%s", diff)
	}
}

func TestAmplitudeThrottles(t *testing.T) {
	a := &amplitude{}
	o := a.judge(reply{status: http.StatusTooManyRequests, body: []byte(`{"code":429,"throttled_events":[0]}`)}, nil)
	if o.verdict != later || o.wait != throttled {
		t.Errorf("throttled: %+v", o)
	}
	o = a.judge(reply{status: http.StatusBadRequest, body: []byte(`{"code":400,"error":"Invalid JSON"}`)}, nil)
	if o.verdict != spoilt {
		t.Errorf("a request of which nobody knows what is wrong: %+v", o)
	}
}

// segmentServer is POST /v1/batch.
type segmentServer struct{ store }

func (s *segmentServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.interrupted(w) {
		return
	}
	data := body(r)
	var upload struct {
		Batch []json.RawMessage `json:"batch"`
	}
	if r.URL.Path != "/v1/batch" || len(data) > 500<<10 || json.Unmarshal(data, &upload) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, raw := range upload.Batch {
		var call map[string]any
		if len(raw) > 32<<10 || json.Unmarshal(raw, &call) != nil || call["userId"] == "poison" {
			w.WriteHeader(http.StatusBadRequest) // which one, nobody says
			return
		}
	}
	for _, raw := range upload.Batch {
		var call map[string]any
		_ = json.Unmarshal(raw, &call)
		s.take(fmt.Sprint(call["messageId"]), call)
	}
	reply200(w, 200, map[string]bool{"success": true})
}

func TestSegment(t *testing.T) {
	s := &segmentServer{}
	w := to(t, "segment", s)
	b := batch("1", seen("u1", "on", 1), paid("poison", 1))
	for n := range 40 {
		b.Events = append(b.Events, paid(fmt.Sprint("u", n), 1))
	}
	huge := paid("u1", 1)
	huge.Attributes = map[string]string{}
	for n := range analytics.MaxAttributes {
		huge.Attributes[fmt.Sprint(n)] = strings.Repeat("x", analytics.MaxAttribute)
	}
	b.Events = append(b.Events, huge)
	w.write(t, 1, b)
	kinds := map[string]int{}
	for _, c := range s.items {
		kinds[fmt.Sprint(c["type"], " ", c["event"])]++
	}
	want := map[string]int{"track Experiment Viewed": 1, "identify <nil>": 1, "track paid": 40}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if len(w.letters.all) != 2 || !strings.Contains(w.letters.all[0], "Segment takes 32768") || !strings.Contains(w.letters.all[1], "status 400") {
		t.Errorf("dead letters: %v", w.letters.all)
	}
	if first, _ := s.items[s.ids[0]]["properties"].(map[string]any); first["experiment_name"] != "dashboard" || first["variation_name"] != "on" {
		t.Errorf("the assignment: %v", first)
	}
}

func TestWebhook(t *testing.T) {
	var got []string
	secret := strings.Repeat("s", 24)
	w := to(t, "webhook", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		data := body(r)
		mac := hmac.New(sha256.New, []byte(secret))
		_, _ = fmt.Fprintf(mac, "%s.%s.%s", r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Timestamp"), data)
		if r.Header.Get("Webhook-Signature") != "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)) {
			rw.WriteHeader(http.StatusUnauthorized)
			return
		}
		var message struct {
			Data []struct{ Type, Environment string }
		}
		_ = json.Unmarshal(data, &message)
		for _, d := range message.Data {
			got = append(got, d.Type+" in "+d.Environment)
		}
		rw.WriteHeader(http.StatusNoContent)
	}))
	w.write(t, 1, batch("1", seen("u1", "on", 1), paid("u1", 1)))
	if diff := cmp.Diff([]string{"assignment in prod", "event in prod"}, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}
