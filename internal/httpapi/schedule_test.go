package httpapi

import (
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

const scheduleHere = flagPDF + "/environments/production/schedule"

// due ends a scheduled change as the workflow would.
func (w *world) due(id string) ledger.Receipt {
	w.t.Helper()
	return w.do(ledger.ExecuteScheduledChange{
		PlaceRef: ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}, Environment: "production"}, Schedule: id,
	})
}

func TestSchedule(t *testing.T) {
	w := newWorld(t, Config{})
	w.call("viewer", "GET", scheduleHere, nil).wants(200)
	on := object{"at": "2026-03-02T11:00:00+01:00", "change": "turnOn", "reason": "launch"}
	made := w.call("editor", "POST", scheduleHere, on, "Idempotency-Key", "k-1").wants(201)
	made.is("2026-03-02T10:00:00Z", "scheduled", "at").is("turnOn", "scheduled", "change").is("launch", "scheduled", "reason").
		is("editor", "scheduled", "author", "name").is("production", "scheduled", "environment").is(made.at("seq"), "scheduled", "seq")
	id := as[string](made.at("scheduled", "id"))
	if len(id) != 8 || made.Header().Get("Flagledger-Seq") != made.at("seq") {
		t.Errorf("id %q, header %q", id, made.Header().Get("Flagledger-Seq"))
	}
	w.call("editor", "POST", scheduleHere, object{
		"at": "2026-03-02T09:30:00Z", "change": "replaceConfig", "id": "dark", "config": object{"default": object{"variant": "off"}},
	}).wants(201).is("dark", "scheduled", "id").is("off", "scheduled", "config", "default", "variant")

	for path, at := range map[string][]any{
		scheduleHere: {"scheduled"},
		flagPDF:      {"environments", "production", "scheduled"},
	} {
		r := w.call("viewer", "GET", path, nil).wants(200)
		r.is("dark", append(at, 0, "id")...).is(id, append(at, 1, "id")...)
	}
	w.call("viewer", "GET", flagPDF, nil).is(false, "environments", "production", "config", "on").is(nil, "environments", "staging", "scheduled")

	gone := w.call("editor", "DELETE", scheduleHere+"/dark?reason=no", nil, "Idempotency-Key", "k-2").wants(200)
	if again := w.call("editor", "DELETE", scheduleHere+"/dark", nil, "Idempotency-Key", "k-2").wants(200); again.at("seq") != gone.at("seq") {
		t.Errorf("the retry answered %v, want %v", again.at("seq"), gone.at("seq"))
	}
	w.call("editor", "DELETE", scheduleHere+"/dark", nil).problem(codeNotFound, "")

	w.pass(time.Hour)
	w.due(id)
	w.call("viewer", "GET", flagPDF, nil).is(true, "environments", "production", "config", "on").is(nil, "environments", "production", "scheduled")
	// The retry of what has been executed by now gives the first answer.
	if again := w.call("editor", "POST", scheduleHere, on, "Idempotency-Key", "k-1").wants(201); again.Body.String() != made.Body.String() {
		t.Errorf("the retry answered %s, want %s", again.Body, made.Body)
	}
	w.call("editor", "POST", scheduleHere, object{"at": "2026-03-02T12:00:00Z", "change": "turnOff"}, "Idempotency-Key", "k-2").
		problem(codeConflict, "")
}

// Who scheduled a change and lost the token since does not get it made.
func TestScheduleOfARevokedToken(t *testing.T) {
	w := newWorld(t, Config{})
	body := object{"at": "2026-03-02T10:00:00Z", "change": "turnOn", "id": "launch"}
	w.call("editor", "POST", scheduleHere, body).wants(201)
	w.call("admin", "DELETE", "/api/v1/keys/"+w.keys["editor"].ID, nil).wants(200)
	w.pass(time.Hour)
	w.due("launch")
	w.call("viewer", "GET", flagPDF, nil).is(false, "environments", "production", "config", "on").is(nil, "environments", "production", "scheduled")
	w.call("viewer", "GET", flagPDF+"/history?limit=1", nil).
		is("flag.scheduled_change_refused", "events", 0, "type").is("authority", "events", 0, "data", "refusal")
}

func TestScheduleRefusals(t *testing.T) {
	w := newWorld(t, Config{})
	w.call("editor", "POST", scheduleHere, object{"at": "2026-03-02T10:00:00Z", "change": "turnOn", "id": "launch"}).wants(201)
	nine, at := "2026-03-02T09:00:00Z", "2026-03-02T11:00:00Z"
	for _, tc := range []struct {
		name, key, method, path string
		body                    any
		code                    code
		field                   string
		headers                 []string
	}{
		{"viewer", "viewer", "POST", scheduleHere, object{"at": at, "change": "turnOn"}, codeForbidden, "", nil},
		{"viewer cancels", "viewer", "DELETE", scheduleHere + "/launch", nil, codeForbidden, "", nil},
		{"SDK key", "server", "GET", scheduleHere, nil, codeForbidden, "", nil},
		{"now", "editor", "POST", scheduleHere, object{"at": nine, "change": "turnOn"}, codeInvalid, "body.at", nil},
		{"too far", "editor", "POST", scheduleHere, object{"at": "2027-03-03T00:00:00Z", "change": "turnOn"}, codeInvalid, "body.at", nil},
		{"no time", "editor", "POST", scheduleHere, object{"change": "turnOn"}, codeInvalid, "body", nil},
		{"not a time", "editor", "POST", scheduleHere, object{"at": "soon", "change": "turnOn"}, codeInvalid, "body.at", nil},
		{"no change", "editor", "POST", scheduleHere, object{"at": at}, codeInvalid, "body", nil},
		{"unknown change", "editor", "POST", scheduleHere, object{"at": at, "change": "explode"}, codeInvalid, "body.change", nil},
		{"no configuration", "editor", "POST", scheduleHere, object{"at": at, "change": "replaceConfig"}, codeInvalid, "body.config", nil},
		{"one too many", "editor", "POST", scheduleHere, object{"at": at, "change": "turnOn", "config": object{"default": object{"variant": "on"}}}, codeInvalid, "body.config", nil},
		{"invalid configuration", "editor", "POST", scheduleHere, object{"at": at, "change": "replaceConfig", "config": object{"default": object{"variant": "x"}}}, codeInvalid, "body.config.default.variant", nil},
		{"bad id", "editor", "POST", scheduleHere, object{"at": at, "change": "turnOn", "id": "a b"}, codeInvalid, "body.id", nil},
		{"id in use", "editor", "POST", scheduleHere, object{"at": at, "change": "turnOn", "id": "launch"}, codeExists, "", nil},
		{"another has changed the flag", "editor", "POST", scheduleHere, object{"at": at, "change": "turnOn"}, codeChanged, "", []string{"If-Match", `"1"`}},
		{"no such flag", "editor", "POST", "/api/v1/projects/shop/flags/nope/environments/production/schedule", object{"at": at, "change": "turnOn"}, codeNotFound, "", nil},
		{"no such environment", "viewer", "GET", flagPDF + "/environments/moon/schedule", nil, codeNotFound, "", nil},
		{"nothing to cancel", "editor", "DELETE", scheduleHere + "/nope", nil, codeNotFound, "", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			end := w.end()
			r := w.call(tc.key, tc.method, tc.path, tc.body, tc.headers...)
			r.t = t
			r.problem(tc.code, tc.field)
			if w.end() != end {
				t.Error("something was written")
			}
		})
	}
}
