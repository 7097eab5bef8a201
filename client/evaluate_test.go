package client

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/evaluator"
)

// offline is a client that serves pdfRuleset and does no I/O.
func offline(t testing.TB) *Client {
	t.Helper()
	rs := pdfRuleset(7)
	c, err := New(Config{URL: "http://localhost", Key: "fl_server_offline", Bootstrap: &rs})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestValuesOfEveryType(t *testing.T) {
	c, ctx := offline(t), NewContext("user-1", String("userId", "u3"))
	type theme struct {
		Accent  string
		Columns int
	}
	type values struct {
		On           bool
		Text         string
		Number       float64
		Int          int64
		NotWhole     int64
		WrongType    string
		Theme        theme
		ThemeOK      bool
		MismatchedOK bool
	}
	got := values{
		On: c.Bool("maintenance-mode", ctx, true), Text: c.String("greeting", ctx, "-"),
		Number: c.Number("price", ctx, 9), Int: c.Int("limit", ctx, 9), NotWhole: c.Int("price", ctx, 9),
		WrongType: c.String("limit", ctx, "default"), Theme: theme{Accent: "default"},
	}
	always := NewContext("user-1", String("userId", themed(t, c)))
	got.ThemeOK = c.JSON("theme", always, &got.Theme)
	numbers := []int{1}
	got.MismatchedOK = c.JSON("theme", always, &numbers)
	want := values{
		On: false, Text: "good day", Number: 2.5, Int: 250, NotWhole: 9, WrongType: "default",
		Theme: theme{"teal", 3}, ThemeOK: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{1}, numbers); diff != "" {
		t.Errorf("a value that does not fit changed its target (-want +got):\n%s", diff)
	}
}

// themed finds a user who gets the theme with fields.
func themed(t testing.TB, c *Client) string {
	t.Helper()
	for i := range 100 {
		user := fmt.Sprint("u", i)
		if string(c.JSONDetails("theme", NewContext("x", String("userId", user)), new(any)).Value) != "{}" {
			return user
		}
	}
	t.Fatal("nobody gets the theme")
	return ""
}

func TestDefaultsAndReasons(t *testing.T) {
	empty, err := New(Config{URL: "http://localhost", Key: "fl_server_x"})
	if err != nil {
		t.Fatal(err)
	}
	c, ctx := offline(t), NewContext("user-1")
	tests := map[string]struct {
		got  Details[bool]
		want Details[bool]
	}{
		"no ruleset": {
			empty.BoolDetails("new-pdf-engine", ctx, true),
			Details[bool]{Value: true, Reason: ReasonError, ErrorCode: ErrorProviderNotReady, Stale: true},
		},
		"unknown flag": {
			c.BoolDetails("nonsense", ctx, true),
			Details[bool]{Value: true, Reason: ReasonError, ErrorCode: ErrorFlagNotFound, Revision: 7, Stale: true},
		},
		"other type": {
			c.BoolDetails("greeting", ctx, true),
			Details[bool]{Value: true, Reason: ReasonError, ErrorCode: ErrorTypeMismatch, Version: 1, Revision: 7, Stale: true},
		},
		"no unit": {
			c.BoolDetails("new-pdf-engine", ctx, true),
			Details[bool]{Value: true, Reason: ReasonError, ErrorCode: ErrorTargetingKeyMissing, Version: 7, Revision: 7, Stale: true},
		},
		"off": {
			c.BoolDetails("maintenance-mode", ctx, true),
			Details[bool]{Value: false, Variant: "off", Reason: ReasonDisabled, Version: 1, Revision: 7, Stale: true},
		},
		"split in a rule": {
			c.BoolDetails("new-pdf-engine", NewContext("user-1", String("country", "NO")), false),
			norwegian("user-1"),
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.got); diff != "" {
				t.Errorf("details (-want +got):\n%s", diff)
			}
		})
	}
}

// norwegian is the answer of the rule for Norway, drawn by hand.
func norwegian(unit string) Details[bool] {
	d := Details[bool]{Reason: ReasonSplit, Rule: "norway", Version: 7, Revision: 7, Stale: true}
	d.Value, d.Variant = evaluator.Bucket("salt", unit) < 50_000, "off"
	if d.Value {
		d.Variant = "on"
	}
	return d
}

func TestConfigIsChecked(t *testing.T) {
	tests := map[string]Config{
		"no URL":            {Key: "fl_server_x"},
		"not HTTP":          {URL: "ftp://host", Key: "fl_server_x"},
		"no host":           {URL: "http://", Key: "fl_server_x"},
		"no key":            {URL: "http://host"},
		"client key":        {URL: "http://host", Key: "fl_client_x"},
		"key of two lines":  {URL: "http://host", Key: "fl_server_x\n"},
		"negative interval": {URL: "http://host", Key: "fl_server_x", FlushInterval: -1},
		"other bootstrap":   {URL: "http://host", Key: "fl_server_x", Bootstrap: &Ruleset{SpecVersion: 99}},
	}
	for name, cfg := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := New(cfg); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	c := benchClient(t, pdfRuleset(7))
	contexts := []Context{
		NewContext("user-1", String("accountId", "account-1"), String("plan", "free")),
		NewContext("user-2", Int("accountId", 17), String("country", "GB")),
		NewContext("user-3", String("country", "NO")), // the rule buckets by another attribute
	}
	i := 0
	evaluate := func() {
		c.Bool("new-pdf-engine", contexts[i%len(contexts)], false)
		c.String("greeting", contexts[i%len(contexts)], "")
		c.BoolDetails("new-pdf-engine", contexts[i%len(contexts)], false)
		i++
	}
	for range contexts {
		evaluate()
	}
	if got := c.Stats().Exposures; got != 3 {
		t.Fatalf("exposures = %d, want 3", got)
	}
	if allocs := testing.AllocsPerRun(300, evaluate); allocs != 0 {
		t.Errorf("allocations = %v, want 0", allocs)
	}
	if got := c.Stats().Exposures; got != 3 {
		t.Errorf("exposures after the steady state = %d, want 3", got)
	}
}
