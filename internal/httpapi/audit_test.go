package httpapi

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
)

// TestAuditVerdicts records exposures that are true, forged, older than a change,
// and of a version that never was.
func TestAuditVerdicts(t *testing.T) {
	w := newWorld(t, Config{})
	place := ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}, Environment: "production"}
	w.pass(time.Hour)
	w.do(ledger.TurnOn{PlaceRef: place})
	on := w.end()
	w.pass(time.Hour)
	w.do(ledger.TurnOff{PlaceRef: place})
	off := w.end()
	w.pass(time.Hour)
	state := w.api.projector.Snapshot("shop", "production").Ruleset.Flags["pdf"]
	if state.Version != off {
		t.Fatalf("version %d, want %d", state.Version, off)
	}
	exposure := func(variant string, version uint64) analytics.Exposure {
		return analytics.Exposure{Flag: "pdf", Variant: variant, Unit: "acc-1", Version: version, At: w.now()}
	}
	err := w.ingest.Publish(t.Context(), analytics.Batch{Project: "shop", Environment: "production", Exposures: []analytics.Exposure{
		exposure("on", on), exposure("off", off), // true
		exposure("on", off), exposure("off", on), // forged
		exposure("on", off+1000),
	}})
	if err != nil {
		t.Fatal(err)
	}
	const path = "/api/v1/projects/shop/environments/production/audit/exposures"
	type report struct {
		Total    int64
		Sampled  int
		Verdicts map[string]int
		Findings []struct {
			Verdict, Variant, Found string
			Explanation             json.RawMessage
		}
	}
	asks := func(query string) (out report) {
		body := w.call("viewer", "GET", path+query, nil).wants(200).Body
		if err := json.Unmarshal(body.Bytes(), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := asks("")
	want := map[string]int{auditReproduced: 2, auditDiffers: 2, auditUndetermined: 0, auditUnknown: 1}
	if got.Total != 5 || got.Sampled != 5 || !maps.Equal(got.Verdicts, want) {
		t.Errorf("%d of %d: %v, want %v", got.Sampled, got.Total, got.Verdicts, want)
	}
	for i, forged := range []string{"on", "off"} {
		if f := got.Findings[i]; f.Verdict != auditDiffers || f.Variant != forged || f.Found == forged || len(f.Explanation) == 0 {
			t.Errorf("forged %q: %+v", forged, f)
		}
	}
	if later := asks("?since=" + w.now().Add(time.Second).Format(time.RFC3339)); later.Total != 0 {
		t.Errorf("since later: %d", later.Total)
	}
	w.call("viewer", "GET", path+"?since=yesterday", nil).wants(422)
	w.call("viewer", "GET", "/api/v1/projects/shop/environments/nowhere/audit/exposures", nil).wants(404)
}
