package httpapi

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"
)

const experimentPDF = flagPDF + "/environments/production/experiment"

// running starts an experiment on the flag pdf.
func running(w *world) {
	w.t.Helper()
	w.call("editor", "PUT", "/api/v1/projects/shop/metrics/paid", object{"metric": object{"kind": "conversion", "event": "paid"}}).wants(200)
	w.call("editor", "PUT", flagPDF+"/environments/production", object{"config": object{"default": object{"split": object{
		"by": "accountId", "weights": []object{{"variant": "on", "weight": 50000}, {"variant": "off", "weight": 50000}},
	}}}}).wants(200)
	w.call("editor", "POST", experimentPDF, object{"design": object{"control": "off", "goals": []string{"paid"}}, "reason": "try it"}).
		wants(201).is("running", "experiment", "status").is("accountId", "experiment", "by").is("off", "experiment", "variants", 0).
		is("conversion", "experiment", "metrics", "paid", "kind")
	w.pass(3 * time.Hour)
}

func TestExperiment(t *testing.T) {
	w := newWorld(t, Config{})
	w.call("viewer", "GET", experimentPDF, nil).problem(codeNotFound, "")
	w.call("viewer", "GET", experimentPDF+"/results", nil).problem(codeNotFound, "")
	running(w)
	w.call("editor", "POST", experimentPDF, object{"design": object{"control": "off", "goals": []string{"paid"}}}).problem(codeRefused, "")
	w.call("viewer", "GET", flagPDF, nil).wants(200).is("running", "environments", "production", "experiment", "status").
		is(true, "environments", "production", "config", "on")
	w.call("viewer", "GET", experimentPDF+"/results", nil).wants(200).is("wait", "conclusion", "advice").is("noData", "metrics", 0, "results", 0, "finding")

	w.converted = map[string]float64{"off": 100, "on": 200}
	w.call("viewer", "GET", experimentPDF+"/results?step=1h", nil).wants(200).is("serve", "conclusion", "advice").is("on", "conclusion", "variant").
		is(.1, "metrics", 0, "results", 0, "difference", "value").is(1.0, "metrics", 0, "results", 0, "lift", "value").
		is(1000.0, "variants", 0, "units").is(w.now().Format(time.RFC3339), "until")
	if q := w.asked[len(w.asked)-1]; q.Step != time.Hour || q.Dimension != "" || q.By != "accountId" || q.Variants[0] != "off" {
		t.Errorf("asked the store %+v", q)
	}
	w.call("editor", "POST", experimentPDF+"/stop", object{"reason": "long enough"}).wants(200).is("stopped", "experiment", "status")
	w.call("editor", "POST", experimentPDF+"/decide", object{"variant": "blue"}).problem(codeRefused, "")
	w.call("editor", "POST", experimentPDF+"/decide", object{"variant": "on", "serve": true, "reason": "more pay"}).wants(200).
		is("decided", "experiment", "status").is("on", "experiment", "decision", "variant").
		is("better", "experiment", "decision", "evidence", "metrics", 0, "finding")
	w.call("viewer", "GET", flagPDF, nil).wants(200).is("on", "environments", "production", "config", "default", "variant")
	w.call("editor", "POST", experimentPDF+"/decide", object{"variant": "off"}).problem(codeRefused, "")
}

func TestExperimentResultsAsTable(t *testing.T) {
	w := newWorld(t, Config{})
	running(w)
	w.converted = map[string]float64{"off": 100, "on": 200}
	answer := w.call("viewer", "GET", experimentPDF+"/results.csv?dimension=country", nil).wants(200)
	rows, err := csv.NewReader(answer.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(rows); n != 3 {
		t.Fatalf("%d rows, want a heading, a result and a subgroup: %v", n, rows)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for row, want := range map[int]map[string]string{
		1: {"metric": "paid", "role": "goal", "variant": "on", "control": "0.1", "treatment": "0.2", "lift": "1", "finding": "better", "value": ""},
		2: {"dimension": "country", "value": "'=1+1", "control_units": "1000"},
	} {
		for name, value := range want {
			if got := rows[row][column[name]]; got != value {
				t.Errorf("row %d: %s is %q, want %q", row, name, got, value)
			}
		}
	}
	if d := answer.Header().Get("Content-Disposition"); !strings.Contains(d, "pdf-results.csv") {
		t.Errorf("Content-Disposition %q", d)
	}
}

func TestBadExperimentRequests(t *testing.T) {
	w := newWorld(t, Config{})
	w.call("editor", "POST", experimentPDF, object{"design": object{"control": "off", "goals": []string{"paid"}}}).problem(codeInvalid, "body.design.rule")
	running(w)
	for _, step := range []string{"day", "-1h", "1ns", "1s"} {
		w.call("viewer", "GET", experimentPDF+"/results?step="+step, nil).problem(codeInvalid, "query.step")
		w.call("viewer", "GET", experimentPDF+"/results.csv?step="+step, nil).problem(codeInvalid, "query.step")
	}
	for _, key := range []string{"client", "server", ""} {
		want := codeForbidden
		if key == "" {
			want = codeUnauthenticated
		}
		w.call(key, "GET", experimentPDF+"/results.csv", nil).problem(want, "")
	}
	w.call("viewer", "POST", experimentPDF+"/stop", nil).problem(codeForbidden, "")
}
