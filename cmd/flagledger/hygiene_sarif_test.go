package main

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/flagledger/flagledger/internal/hygiene"
)

// sarifSchema is the schema that OASIS publishes for SARIF 2.1.0.
func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open("testdata/sarif/sarif-schema-2.1.0.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(r)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSARIF(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	stale := func(key string) hygiene.State {
		return hygiene.State{Key: key, Lifecycle: hygiene.Stale, Findings: []hygiene.Finding{{Rule: hygiene.OneSided, Since: at, Message: `serves "on"`}}}
	}
	report := hygiene.Inventory{Project: "shop", At: at, Flags: []hygiene.State{
		stale("called"), stale("mentioned"), stale("unused"),
		{Key: "live", Lifecycle: hygiene.Live, Findings: []hygiene.Finding{{Rule: hygiene.ServedToAll, Environment: "dev", Since: at}}},
		{Key: "gone", Lifecycle: hygiene.Archived, Findings: []hygiene.Finding{{Rule: hygiene.ArchivedEvaluated, Since: at, Message: "is archived"}}},
	}}
	scans := []hygiene.Scan{{References: []hygiene.Reference{
		{Flag: "called", Path: "flags.ts", Line: 1, Kind: "declaration"},
		{Flag: "called", Path: "a.ts", Line: 7, Column: 3, Kind: "call"},
		{Flag: "mentioned", Path: "docs/ä.md", Line: 2, Kind: "text"},
	}}}
	data, err := json.Marshal(sarifOf(report, scans))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	schema := sarifSchema(t)
	if err := schema.Validate(v); err != nil {
		t.Errorf("not SARIF 2.1.0: %v", err)
	}
	broken, _ := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(string(data), `"warning"`, `"loud"`, 1)))
	if schema.Validate(broken) == nil {
		t.Error("the schema takes a level that SARIF has not")
	}
	var places []string
	for _, r := range sarifOf(report, scans).Runs[0].Results {
		where := "the flag itself"
		if p := r.Locations[0].Physical; p != nil {
			where = p.Artifact.URI
		}
		places = append(places, r.RuleID+" "+r.Level+" "+where)
	}
	want := "one-sided warning a.ts\none-sided warning docs/ä.md\none-sided warning the flag itself\narchived-evaluated error the flag itself"
	if got := strings.Join(places, "\n"); got != want {
		t.Errorf("results:\n%s\nwant:\n%s", got, want)
	}
}
