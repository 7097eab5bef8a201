package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// story is what the demo prints for machines.
type story struct {
	Outcome             string  `json:"outcome"`
	TotalAccounts       int     `json:"totalAccounts"`
	ExposedAccounts     int     `json:"exposedAccounts"`
	Failures            int     `json:"failures"`
	FailuresWithoutGate int     `json:"failuresWithoutGate"`
	DetectionSeconds    float64 `json:"detectionSeconds"`
	PropagationP99Ms    float64 `json:"propagationP99Ms"`
	LedgerEvents        uint64  `json:"ledgerEvents"`
	EventsDropped       uint64  `json:"eventsDropped"`
	Evidence            struct {
		Gates []struct {
			Metric  string `json:"metric"`
			Verdict string `json:"verdict"`
		} `json:"gates"`
	} `json:"evidence"`
}

// TestBadReleaseRollsItselfBack runs the whole product against a release with
// a defect.
func TestBadReleaseRollsItselfBack(t *testing.T) {
	out, err := flagledger(t, nil, "demo", "--once", "--json", "--limit", "4m", "--watchers", "20")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var s story
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if s.Outcome != "rolled_back" || s.Failures == 0 || s.Failures >= s.FailuresWithoutGate {
		t.Errorf("outcome %s, %d failures, %d without the gate", s.Outcome, s.Failures, s.FailuresWithoutGate)
	}
	if share := float64(s.ExposedAccounts) / float64(s.TotalAccounts); share > 0.3 {
		t.Errorf("%.0f%% of the accounts were exposed", 100*share)
	}
	failed := false
	for _, g := range s.Evidence.Gates {
		failed = failed || g.Verdict == "fail"
	}
	if !failed {
		t.Errorf("no gate of the evidence failed: %+v", s.Evidence)
	}
	if s.DetectionSeconds <= 0 || s.PropagationP99Ms <= 0 || s.LedgerEvents == 0 || s.EventsDropped > 0 {
		t.Errorf("detection %v s, propagation %v ms, %d events, %d dropped",
			s.DetectionSeconds, s.PropagationP99Ms, s.LedgerEvents, s.EventsDropped)
	}
	t.Logf("%+v", s)
}

// TestEvalExplains asks the command line why a unit gets what it gets.
func TestEvalExplains(t *testing.T) {
	s := start(t, t.TempDir())
	s.must(http.MethodPost, flags, map[string]string{"key": "new-pdf-engine", "reason": "test"}, nil)
	s.must(http.MethodPost, flags+"/new-pdf-engine/environments/production/rollout", map[string]string{"by": "accountId", "reason": "test"}, nil)
	out, err := flagledger(t, s.asAdmin(), "eval", "new-pdf-engine", "--context", `{"targetingKey":"u1","accountId":"a1"}`, "--explain")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"SPLIT", "accountId", `murmur3("new-pdf-engine:a1")`, "bucket"} {
		if !strings.Contains(out, want) {
			t.Errorf("the explanation lacks %q:\n%s", want, out)
		}
	}
}

// TestNobodyGetsInWithoutAKey tries every route of the API description
// without a key.
func TestNobodyGetsInWithoutAKey(t *testing.T) {
	s := start(t, t.TempDir())
	resp, err := http.Get(s.URL + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var api struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&api); err != nil {
		t.Fatal(err)
	}
	s.Token = ""
	tried := 0
	for path, methods := range api.Paths {
		if path == "/" || path == "/healthz" || path == "/readyz" || path == "/openapi.json" {
			continue
		}
		for method := range methods {
			at := strings.NewReplacer("{", "", "}", "").Replace(path)
			status, err := s.call(t.Context(), strings.ToUpper(method), at, nil, nil)
			if err != nil || status != http.StatusUnauthorized {
				t.Errorf("%s %s without a key: status %d, %v", method, at, status, err)
			}
			tried++
		}
	}
	if tried < 30 {
		t.Errorf("only %d routes were tried", tried)
	}
}
