package client

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/evaluator"
)

func TestChangedFlags(t *testing.T) {
	inSegment := func(key string) []evaluator.Rule {
		raw, _ := json.Marshal(key)
		return []evaluator.Rule{{ID: "r", Clauses: []evaluator.Clause{{Op: evaluator.OpInSegment, Values: []json.RawMessage{raw}}}}}
	}
	flag := func(version uint64, rules []evaluator.Rule, needs ...string) evaluator.Flag {
		f := evaluator.Flag{Version: version, Config: evaluator.Config{Rules: rules}}
		for _, n := range needs {
			f.Prerequisites = append(f.Prerequisites, evaluator.Prerequisite{Flag: n})
		}
		return f
	}
	before := evaluator.Ruleset{
		Flags: map[string]evaluator.Flag{
			"same": flag(1, nil), "changed": flag(2, nil), "gone": flag(3, nil), "needs": flag(4, nil, "changed"),
			"needs-needs": flag(5, nil, "needs"), "staff-only": flag(6, inSegment("staff")), "beta-only": flag(7, inSegment("beta")),
		},
		Segments: map[string]evaluator.Segment{
			"staff": {Version: 8}, "other": {Version: 9},
			"beta": {Version: 10, Rules: []evaluator.SegmentRule{{Clauses: inSegment("staff")[0].Clauses}}},
		},
	}
	after := evaluator.Ruleset{Flags: map[string]evaluator.Flag{}, Segments: map[string]evaluator.Segment{}}
	for key, f := range before.Flags {
		after.Flags[key] = f
	}
	for key, s := range before.Segments {
		after.Segments[key] = s
	}
	if got := changedFlags(&before, after); len(got) != 0 {
		t.Errorf("nothing has changed, got %v", got)
	}
	delete(after.Flags, "gone")
	after.Flags["new"] = flag(20, nil)
	after.Flags["changed"] = flag(21, nil)
	want := []string{"changed", "gone", "needs", "needs-needs", "new"}
	if diff := cmp.Diff(want, changedFlags(&before, after)); diff != "" {
		t.Errorf("flags (-want +got):\n%s", diff)
	}
	after = before
	after.Segments = map[string]evaluator.Segment{"staff": {Version: 30}, "other": before.Segments["other"], "beta": before.Segments["beta"]}
	if diff := cmp.Diff([]string{"beta-only", "staff-only"}, changedFlags(&before, after)); diff != "" {
		t.Errorf("segments (-want +got):\n%s", diff)
	}
	if got := changedFlags(nil, before); len(got) != len(before.Flags) {
		t.Errorf("the first ruleset changes %v, want all", got)
	}
}

// TestPeek reports nothing; Expose makes up for it.
func TestPeek(t *testing.T) {
	c := benchClient(t, pdfRuleset(7))
	for range 2 {
		if d := c.Peek("new-pdf-engine", norway("u")); d.Reason != ReasonSplit && d.Reason != ReasonTargetingMatch || d.Variant == "" {
			t.Fatalf("peeked %+v", d)
		}
	}
	if got, _ := queued(c); len(got) != 0 {
		t.Errorf("a look exposed %+v", got)
	}
	c.Expose("new-pdf-engine", norway("u"))
	c.Expose("new-pdf-engine", norway("u"))
	c.Expose("unknown", norway("u"))
	if got, _ := queued(c); len(got) != 1 || got[0].Unit != "u" {
		t.Errorf("exposed %+v, want u once", got)
	}
	if d := c.Peek("unknown", norway("u")); d.ErrorCode != ErrorFlagNotFound {
		t.Errorf("peeked %+v", d)
	}
}

// TestOnStatus: fresh once the server has answered, and told why it is not.
func TestOnStatus(t *testing.T) {
	f := newFake(t, pdfRuleset(7))
	heard := make(chan Status, 100)
	c := openFast(t, f.URL, func(cfg *Config, _ *timing) { cfg.OnStatus = func(s Status) { heard <- s } })
	wait := func(what string, holds func(Status) bool) {
		t.Helper()
		eventually(t, what, func() bool {
			select {
			case s := <-heard:
				return holds(s)
			default:
				return false
			}
		})
	}
	wait("a fresh status", func(s Status) bool { return !s.Stale && s.Err == nil && s.Revision == 7 })
	f.set(func() { f.status = http.StatusUnauthorized })
	f.CloseClientConnections()
	wait("a refused key", func(s Status) bool { return s.Stale && errors.Is(s.Err, ErrUnauthorized) })
	if !c.Status().Stale {
		t.Error("the status is not stale")
	}
}
