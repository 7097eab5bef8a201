package analytics_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
)

func now() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 123_456_789, time.UTC) }

func valid() analytics.Batch {
	value := 412.5
	return analytics.Batch{
		ID: "0195-ab:1.2", Project: "invoicing", Environment: "prod", SDK: "go/1.0",
		Exposures: []analytics.Exposure{{Flag: "f", Variant: "on", Unit: "a1", Version: 7, At: now().Add(-time.Second)}},
		Events: []analytics.Event{{
			Name: "pdf", Value: &value, Units: map[string]string{"accountId": "a1"},
			Flags: []string{"f", "0.A-b_c", strings.Repeat("x", analytics.MaxFlagKey)}, Attributes: map[string]string{"country": "GB"}, At: now().Add(-time.Second),
		}},
	}
}

func TestValidate(t *testing.T) {
	if err := valid().Validate(now()); err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	tests := []struct {
		name  string
		spoil func(*analytics.Batch)
		path  string
	}{
		{"no id", func(b *analytics.Batch) { b.ID = "" }, "id"},
		{"id with a space", func(b *analytics.Batch) { b.ID = "a b" }, "id"},
		{"id with a slash", func(b *analytics.Batch) { b.ID = "a/0" }, "id"},
		{"no environment", func(b *analytics.Batch) { b.Environment = "" }, "environment"},
		{"empty", func(b *analytics.Batch) { b.Exposures, b.Events = nil, nil }, ""},
		{"too many", func(b *analytics.Batch) { b.Events = make([]analytics.Event, analytics.MaxItems+1) }, ""},
		{"no flag", func(b *analytics.Batch) { b.Exposures[0].Flag = "" }, "exposures[0].flag"},
		{"no unit", func(b *analytics.Batch) { b.Exposures[0].Unit = "" }, "exposures[0].unit"},
		{"long unit", func(b *analytics.Batch) { b.Exposures[0].Unit = strings.Repeat("x", 501) }, "exposures[0].unit"},
		{"not UTF-8", func(b *analytics.Batch) { b.Exposures[0].Variant = "\xff" }, "exposures[0].variant"},
		{"version", func(b *analytics.Batch) { b.Exposures[0].Version = 1 << 63 }, "exposures[0].version"},
		{"old", func(b *analytics.Batch) { b.Exposures[0].At = now().Add(-analytics.MaxAge - time.Second) }, "exposures[0].at"},
		{"NaN", func(b *analytics.Batch) { b.Events[0].Value = &nan }, "events[0].value"},
		{"no units", func(b *analytics.Batch) { b.Events[0].Units = nil }, "events[0].units"},
		{"NUL", func(b *analytics.Batch) { b.Events[0].Units["x"] = "a\x00" }, "events[0].units"},
		{"a flag without a key", func(b *analytics.Batch) { b.Events[0].Flags = []string{"f", ""} }, "events[0].flags[1]"},
		{"a flag with a space", func(b *analytics.Batch) { b.Events[0].Flags = []string{"a b"} }, "events[0].flags[0]"},
		{"a flag in bad UTF-8", func(b *analytics.Batch) { b.Events[0].Flags = []string{"\xff"} }, "events[0].flags[0]"},
		{"a long flag", func(b *analytics.Batch) { b.Events[0].Flags = []string{strings.Repeat("x", 101)} }, "events[0].flags[0]"},
		{"many flags", func(b *analytics.Batch) { b.Events[0].Flags = make([]string, analytics.MaxFlags+1) }, "events[0].flags"},
		{"long attribute of an exposure", func(b *analytics.Batch) {
			b.Exposures[0].Attributes = map[string]string{"x": strings.Repeat("x", 1001)}
		}, "exposures[0].attributes"},
		{"long attribute", func(b *analytics.Batch) { b.Events[0].Attributes["x"] = strings.Repeat("x", 1001) }, "events[0].attributes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := valid()
			tt.spoil(&b)
			var invalid *analytics.ValidationError
			if err := b.Validate(now()); !errors.As(err, &invalid) {
				t.Fatalf("error = %v, want a *ValidationError", err)
			}
			found := false
			for _, p := range invalid.Problems {
				found = found || p.Path == tt.path
			}
			if !found {
				t.Errorf("problems %v, want one at %q", invalid.Problems, tt.path)
			}
			header := b.ValidateHeader() != nil
			if want := !strings.Contains(tt.path, "["); header != want {
				t.Errorf("header refused = %v, want %v", header, want)
			}
		})
	}
}

func TestSplitKeepsTheGood(t *testing.T) {
	b := valid()
	b.Exposures = append(b.Exposures, analytics.Exposure{Flag: "f", Variant: "on", Unit: ""},
		analytics.Exposure{Flag: "f", Variant: "off", By: "accountId", Unit: "a2"})
	b.Events = append([]analytics.Event{{Name: "", Units: nil}}, b.Events...)
	good, rejected := b.Split(now())
	if len(good.Exposures) != 2 || len(good.Events) != 1 || len(rejected) != 2 {
		t.Fatalf("%d exposures, %d events and %d rejected; want 2, 1 and 2", len(good.Exposures), len(good.Events), len(rejected))
	}
	if rejected[0].Path != "exposures[1]" || rejected[0].Exposure == nil || rejected[1].Path != "events[0]" || len(rejected[1].Problems) != 2 {
		t.Errorf("rejected %+v", rejected)
	}
	if good.Exposures[0].By != analytics.DefaultBy || good.Exposures[1].By != "accountId" {
		t.Errorf("by = %q and %q", good.Exposures[0].By, good.Exposures[1].By)
	}
	if at := good.Exposures[1].At; !at.Equal(now().Truncate(time.Microsecond)) {
		t.Errorf("missing time became %v", at)
	}
	if err := good.Validate(now()); err != nil {
		t.Errorf("what was kept is not valid: %v", err)
	}
	if b.Exposures[0].By != "" {
		t.Error("Split changed its batch")
	}
}

// TestSplitKeepsOrder: whatever the clocks say, an exposure that came before an
// event stays before it.
func TestSplitKeepsOrder(t *testing.T) {
	for _, ahead := range []time.Duration{-time.Hour, -time.Nanosecond, 0, time.Second, 4*time.Minute + 59*time.Second, time.Hour} {
		b := valid()
		b.Exposures[0].At = now().Add(ahead)
		b.Events[0].At = now().Add(ahead + time.Second)
		good, _ := b.Split(now())
		if good.Events[0].At.Before(good.Exposures[0].At) {
			t.Errorf("ahead %v: event at %v, exposure at %v", ahead, good.Events[0].At, good.Exposures[0].At)
		}
		if good.Events[0].At.After(now()) {
			t.Errorf("ahead %v: event in the future, %v", ahead, good.Events[0].At)
		}
	}
}

func TestJSON(t *testing.T) {
	b := valid()
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"version":"7"`) || strings.Contains(string(text), "receivedAt") {
		t.Errorf("wire form %s", text)
	}
	var back analytics.Batch
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, back); diff != "" {
		t.Errorf("round trip (-want +got):\n%s", diff)
	}
}

func FuzzSplit(f *testing.F) {
	text, err := json.Marshal(valid())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"id":"x","exposures":[{"flag":"f","unit":"\u0000"}],"events":[{"value":1e308}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b analytics.Batch
		if json.Unmarshal(data, &b) != nil {
			return
		}
		good, rejected := b.Split(now())
		if good.Len()+len(rejected) != b.Len() {
			t.Fatalf("%d kept and %d rejected of %d", good.Len(), len(rejected), b.Len())
		}
		again, none := good.Split(now())
		if len(none) != 0 || !cmp.Equal(good, again) {
			t.Fatalf("a second Split differs: %+v", none)
		}
	})
}

func TestRecordedBatchesMayBeOld(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	b := analytics.Batch{Exposures: []analytics.Exposure{{Flag: "f", Variant: "on", Unit: "u", At: now.AddDate(-2, 0, 0)}}}
	if good, rejected := b.Split(now); good.Len() != 0 || len(rejected) != 1 {
		t.Errorf("an old exposure: %d taken, %d rejected", good.Len(), len(rejected))
	}
	b.Recorded = true
	if good, rejected := b.Split(now); good.Len() != 1 || len(rejected) != 0 {
		t.Errorf("one that was recorded elsewhere: %d taken, %d rejected", good.Len(), len(rejected))
	}
}
