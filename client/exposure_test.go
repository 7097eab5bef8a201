package client

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/flagledger/flagledger/evaluator"
)

// queued empties the queue of a client nobody else empties.
func queued(c *Client) (exposures []exposure, events []event) {
	for b := c.queue.take(false); b != nil; b = c.queue.take(false) {
		exposures = append(exposures, b.Exposures...)
		events = append(events, b.Events...)
	}
	return exposures, events
}

func TestExposureOnlyOfSplits(t *testing.T) {
	c := benchClient(t, pdfRuleset(7))
	ctx := NewContext("user-1", String("accountId", "acme"))
	for range 3 {
		c.IsEnabled("maintenance-mode", ctx)          // off
		c.String("greeting", ctx, "")                 // static
		c.IsEnabled("nonsense", ctx)                  // unknown
		c.IsEnabled("new-pdf-engine", Context{})      // no unit
		c.String("new-pdf-engine", ctx, "")           // another type: the default is served
		c.IsEnabled("new-pdf-engine", ctx)            // split by account
		c.IsEnabled("new-pdf-engine", norway("u-9"))  // split by user
		c.IsEnabled("new-pdf-engine", number(12_345)) // a number can be a unit
	}
	got, _ := queued(c)
	want := []exposure{
		{Flag: "new-pdf-engine", By: "accountId", Unit: "acme", Version: 7},
		{Flag: "new-pdf-engine", By: "targetingKey", Unit: "u-9", Version: 7, Rule: "norway"},
		{Flag: "new-pdf-engine", By: "accountId", Unit: "12345", Version: 7},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(exposure{}, "At", "Variant")); diff != "" {
		t.Errorf("exposures (-want +got):\n%s", diff)
	}
	for _, e := range got {
		if e.At.IsZero() || e.Variant != "on" && e.Variant != "off" {
			t.Errorf("exposure without time or variant: %+v", e)
		}
	}
}

func TestExposureAttributes(t *testing.T) {
	rs := pdfRuleset(7)
	c, err := New(Config{
		URL: "http://127.0.0.1:1", Key: "fl_server_x", Bootstrap: &rs,
		ExposureAttributes: []string{"country", "seats", "trial", "tags", "missing", "note"},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.queue.setOpen(true)
	c.IsEnabled("new-pdf-engine", NewContext("user-1", String("accountId", "acme"), String("country", "DE"), evaluator.Number("seats", 12.5),
		evaluator.Bool("trial", false), evaluator.Strings("tags", []string{"a", "b"}), String("note", strings.Repeat("é", 600))))
	got, _ := queued(c)
	want := map[string]string{"country": "DE", "seats": "12.5", "trial": "false", "tags": "a,b", "note": strings.Repeat("é", 500)}
	if len(got) != 1 {
		t.Fatalf("%d exposures, want 1", len(got))
	}
	if !cmp.Equal(got[0].Attributes, want) {
		t.Errorf("attributes (-want +got):\n%s", cmp.Diff(want, got[0].Attributes))
	}
	if _, err := New(Config{URL: "http://127.0.0.1:1", Key: "fl_server_x", ExposureAttributes: []string{""}}); err == nil {
		t.Error("an attribute without a name was taken")
	}
}

// TestOutsideIsNotExposed: units outside the share of a split take no part in
// it, and would unbalance an experiment.
func TestOutsideIsNotExposed(t *testing.T) {
	rs := pdfRuleset(7)
	f := rs.Flags["new-pdf-engine"]
	f.Default.Split.Include = &evaluator.Include{Weight: 0, Salt: "share", Otherwise: "off"}
	c := benchClient(t, rs)
	if d := c.BoolDetails("new-pdf-engine", NewContext("u", String("accountId", "acme")), true); d.Variant != "off" || d.Reason != ReasonSplit {
		t.Fatalf("got %+v", d)
	}
	if got, _ := queued(c); len(got) != 0 {
		t.Errorf("exposed %+v", got)
	}
}

func norway(user string) Context { return NewContext(user, String("country", "NO")) }
func number(id int64) Context    { return NewContext("", Int("accountId", id)) }

// TestExposureAgainAfterDrop fills the queue, so that an exposure is dropped.
func TestExposureAgainAfterDrop(t *testing.T) {
	rs := pdfRuleset(7)
	c, err := New(Config{URL: "http://localhost", Key: "fl_server_x", Bootstrap: &rs, QueueSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	c.queue.setOpen(true)
	c.IsEnabled("new-pdf-engine", norway("first"))
	c.IsEnabled("new-pdf-engine", norway("second"))
	if n := c.Stats().Dropped; n != 1 {
		t.Fatalf("dropped = %d, want 1", n)
	}
	queued(c)
	c.IsEnabled("new-pdf-engine", norway("first"))
	c.IsEnabled("new-pdf-engine", norway("second"))
	got, _ := queued(c)
	if len(got) != 1 || got[0].Unit != "second" {
		t.Errorf("exposures after the drop = %+v, want that of second", got)
	}
}

// TestExposureAgainAfterLoss has a server that refuses a batch for good.
func TestExposureAgainAfterLoss(t *testing.T) {
	f := newFake(t, pdfRuleset(7))
	f.events = func(_ batch, attempt int) (int, string) {
		if attempt == 1 {
			return http.StatusForbidden, `{}`
		}
		return http.StatusAccepted, `{"accepted":1}`
	}
	c := openFast(t, f.URL, nil)
	c.IsEnabled("new-pdf-engine", norway("u"))
	eventually(t, "the loss", func() bool { return c.Stats().Lost == 1 })
	c.IsEnabled("new-pdf-engine", norway("u"))
	eventually(t, "the delivery", func() bool { return c.Stats().Accepted == 1 })
}

func TestExposureAgainForNewVersionAndEpoch(t *testing.T) {
	c := benchClient(t, pdfRuleset(7))
	steps := []struct {
		name  string
		do    func()
		wants int
	}{
		{"first", func() {}, 1},
		{"again", func() {}, 0},
		{"same version", func() { use(t, c, 7) }, 0},
		{"new version", func() { use(t, c, 8) }, 1},
		{"one epoch later", c.memory.tick, 0},
		{"two epochs later", c.memory.tick, 1},
	}
	for _, step := range steps {
		step.do()
		c.IsEnabled("new-pdf-engine", norway("u"))
		if got, _ := queued(c); len(got) != step.wants {
			t.Errorf("%s: %d exposures, want %d", step.name, len(got), step.wants)
		}
	}
}

func use(t testing.TB, c *Client, revision uint64) {
	t.Helper()
	s, err := newState(pdfRuleset(revision), SourceServer, c.memory.seed)
	if err != nil {
		t.Fatal(err)
	}
	c.state.Store(s)
}

// TestMemoryNeverForgetsToReport compares a tiny memory, which evicts all the
// time, with the set of everything that was seen: each key must be reported
// before it counts as known.
func TestMemoryNeverForgetsToReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMemory(rapid.IntRange(1, 40).Draw(t, "size"))
		type full struct {
			flag, variant, unit string
			version             uint64
		}
		reported := make(map[full]bool)
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			k := full{
				rapid.SampledFrom([]string{"a", "b"}).Draw(t, "flag"),
				rapid.SampledFrom([]string{"on", "off"}).Draw(t, "variant"),
				fmt.Sprint(rapid.IntRange(0, 30).Draw(t, "unit")),
				rapid.Uint64Range(1, 3).Draw(t, "version"),
			}
			f := &splitFlag{key: k.flag, version: k.version, hash: flagHash(m.seed, k.flag, k.version)}
			hash := m.hash(f, []byte(k.unit))
			m.add(hash, exposureKey{flag: k.flag, variant: k.variant, unit: k.unit, version: k.version},
				func() bool { reported[k] = true; return true })
			if !reported[k] {
				t.Fatalf("%+v counts as known and was never reported", k)
			}
			if !m.has(hash, f, k.variant, []byte(k.unit)) {
				t.Fatalf("%+v was reported and is not known", k)
			}
			if rapid.IntRange(0, 9).Draw(t, "lose") == 0 {
				m.forget(&exposure{Flag: k.flag, Variant: k.variant, Unit: k.unit, Version: k.version})
				delete(reported, k)
			}
		}
	})
}

// TestMemoryExact remembers many keys at once: none may be lost to another
// while there is room, and every one is reported exactly once.
func TestMemoryExact(t *testing.T) {
	c := benchClient(t, pdfRuleset(7))
	const units = 20_000
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for i := range units {
				c.IsEnabled("new-pdf-engine", norway(fmt.Sprint("u", i)))
			}
		})
	}
	workers.Wait()
	got, _ := queued(c)
	seen := make(map[string]int, units)
	for _, e := range got {
		seen[e.Unit]++
	}
	if len(seen) != units {
		t.Errorf("%d units reported, want %d", len(seen), units)
	}
	// Sets of eight places overflow now and then, long before the table is
	// full; an overflow reports again.
	if extra := len(got) - units; extra > units/1000 {
		t.Errorf("%d exposures reported again, of %d", extra, units)
	}
}
