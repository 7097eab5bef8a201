package ledger_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/ledger"
)

func TestExpandQuery(t *testing.T) {
	values := map[string]string{"variant": `a."b'c\d`, "flag": "pdf", "environment": "prod", "project": "shop", "rollout": "r\n1"}
	for name, tt := range map[string]struct{ query, want string }{
		"nothing to expand":     {`rate(up[5m]) > 0 # it's $fine`, `rate(up[5m]) > 0 # it's $fine`},
		"in double quotes":      {`up{v="$variant"}`, `up{v="a.\"b'c\\d"}`},
		"in single quotes":      {`up{v='$variant'}`, `up{v='a."b\'c\\d'}`},
		"as part of a text":     {`up{v="x-$flag-$environment"}`, `up{v="x-pdf-prod"}`},
		"in a pattern":          {`up{v=~"$variant|x"}`, `up{v=~"a\\.\"b'c\\\\d|x"}`},
		"in a negative pattern": {`up{v !~ '$variant'}`, `up{v !~ 'a\\."b\'c\\\\d'}`},
		"a line break":          {`up{r="$rollout"}`, `up{r="r\n1"}`},
		"after escaped quotes":  {`up{a="\"", v="$flag"}`, `up{a="\"", v="pdf"}`},
		"end of a pattern":      {`up{path=~"^/api$"}`, `up{path=~"^/api$"}`},
		"after a comment":       {"up # \"\n{v=\"$flag\"}", "up # \"\n{v=\"pdf\"}"},
		"backquotes":            {"up{v=~`a\\`, w=\"$project\"}", "up{v=~`a\\`, w=\"shop\"}"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ledger.ExpandQuery(tt.query, func(name string) string { return values[name] })
			if err != nil || got != tt.want {
				t.Errorf("%s, %v; want %s", got, err, tt.want)
			}
		})
	}
	for name, query := range map[string]string{
		"outside of quotes": `up_$variant`, "unknown": `up{v="$pod"}`, "in backquotes": "up{v=`$variant`}",
		"open": `up{v="$variant}`, "escaped end": `up{v="\"}`, "lone dollar": `up $`,
	} {
		if got, err := ledger.ExpandQuery(query, func(string) string { return "" }); err == nil {
			t.Errorf("%s: no error but %s", name, got)
		}
	}
}

// FuzzExpandQuery: whatever a value is, a query means it and nothing more.
func FuzzExpandQuery(f *testing.F) {
	for _, value := range []string{`a"b`, `\`, `\"`, "'\n\xff", "$flag"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for query, want := range map[string]string{
			`{v="$flag"}`: value, `{v='$flag'}`: value,
			`{v=~"$flag"}`: regexp.QuoteMeta(value), `{v!~'$flag'}`: regexp.QuoteMeta(value),
		} {
			got, err := ledger.ExpandQuery(query, func(string) string { return value })
			if err != nil {
				t.Fatal(err)
			}
			text := strings.TrimPrefix(strings.TrimSuffix(got, "}"), query[:strings.IndexAny(query, "\"'")])
			if meant := unquoted(t, text); meant != want {
				t.Errorf("%s means %q, want %q", got, meant, want)
			}
		}
	})
}

// unquoted reads a quoted text to its end as Go and PromQL do.
func unquoted(t *testing.T, text string) string {
	t.Helper()
	var out []byte
	for rest := text[1:]; rest != text[:1]; {
		r, wide, tail, err := strconv.UnquoteChar(rest, text[0])
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if rest = tail; r < utf8.RuneSelf || !wide {
			out = append(out, byte(r))
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// TestCheckEvidenceTravels keeps what a check recorded, and keeps it out of
// the evidence of other gates.
func TestCheckEvidenceTravels(t *testing.T) {
	at := time.Date(2026, 11, 22, 3, 4, 5, 0, time.UTC)
	series := &ledger.SeriesEvidence{Points: 6, Min: .1, Max: .3, Last: .2, At: at}
	want := *sampleEvidence(at)
	want.Gates = append(want.Gates, ledger.GateEvidence{Verdict: ledger.VerdictHold, Reason: "why", DryRun: true, Check: &ledger.CheckEvidence{
		Name: "jobs", Source: "prom", Query: "q", ControlQuery: "r", Condition: "below 2 times the control",
		From: at, Until: at, For: 1, Step: 2, Treatment: series, Control: series, Ratio: series, Violated: 3,
		Answer: "pass", Said: "well", Took: 5,
	}})
	held, ok := ledger.Decode(encoded(t, ledger.RolloutHeld{Environment: "prod", Evidence: &want})).Event.(ledger.RolloutHeld)
	if diff := cmp.Diff(&want, held.Evidence); diff != "" || !ok {
		t.Errorf("-recorded +read:\n%s", diff)
	}
	plain, err := json.Marshal(want.Gates[0])
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(plain, &fields); err != nil || fields["check"] != nil || fields["dryRun"] != nil {
		t.Errorf("%s, %v", plain, err)
	}
}

func encoded(t *testing.T, e ledger.Event) ledger.Stored {
	t.Helper()
	data, err := ledger.Encode(ledger.Recorded{ID: "x", Event: e, Parts: 1, Part: 1})
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Stored{Seq: 7, Subject: "ledger.shop.flag.pdf", Data: data}
}
