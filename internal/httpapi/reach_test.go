package httpapi

import (
	"fmt"
	"testing"
	"time"
)

// TestReach has 50 evaluators, of which two never hear of a change.
func TestReach(t *testing.T) {
	w := newWorld(t, Config{})
	at := place{"shop", "production"}
	const url = "/api/v1/projects/shop/environments/production/reach"
	w.call("viewer", "GET", url, nil).wants(200).is(true, "inForce").is(float64(0), "connected")
	before := w.api.projector.Snapshot(at.project, at.environment).Ruleset.Revision
	for i := range 50 {
		leave := w.api.evaluators.join(at, caller{instance: fmt.Sprintf("web-%02d", i), sdk: "go/0.1.0", revision: before}, w.now())
		defer leave()
	}
	w.pass(time.Minute)
	w.call("editor", "POST", flagPDF+"/environments/production/on", object{"reason": "go"}).wants(200).
		is(float64(50), "reach", "connected").is(float64(0), "reach", "acknowledged").is(false, "reach", "inForce")
	revision := w.api.projector.Snapshot(at.project, at.environment).Ruleset.Revision
	for i := range 48 {
		w.pass(10 * time.Millisecond)
		w.api.evaluators.acknowledge(at, caller{instance: fmt.Sprintf("web-%02d", i), revision: revision}, w.now())
	}
	w.call("viewer", "GET", url, nil).wants(200).is(float64(48), "acknowledged").is(false, "inForce").
		is("web-48", "stragglers", 0, "instance").is(fmt.Sprint(before), "stragglers", 0, "revision").is("web-49", "stragglers", 1, "instance")
	w.pass(20 * time.Millisecond)
	for _, instance := range []string{"web-48", "web-49"} {
		w.api.evaluators.acknowledge(at, caller{instance: instance, revision: revision + 1}, w.now())
	}
	w.call("viewer", "GET", url+"?revision="+fmt.Sprint(revision), nil).wants(200).is(true, "inForce").
		is(float64(500), "milliseconds").is(float64(50), "acknowledged")
	w.call("viewer", "GET", url+"?wait=1h", nil).problem(codeInvalid, "query.wait")
	w.call("client", "GET", url, nil).problem(codeForbidden, "")
}
