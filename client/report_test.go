package client

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// closeNow closes a client and fails the test if something was lost.
func closeNow(t testing.TB, c *Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.Close(ctx); err != nil {
		t.Errorf("Close = %v", err)
	}
}

func TestTrackAndObserve(t *testing.T) {
	f := newFake(t, pdfRuleset(7))
	c := openFast(t, f.URL, nil)
	ctx := NewContext("user-1", Int("accountId", 42), String("plan", "pro"), String("userId", "u1"), String("secret", "x"))
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("CET", 3600))
	c.Track("signup", ctx, Event{At: at, Flags: []string{"pdf"}, Attributes: map[string]string{"page": "home"}})
	c.Track("paid", ctx, Event{Value: new(12.5)})
	c.Observe("render", ctx, 1500*time.Microsecond, errors.New("no memory"))
	c.Track("nobody", Context{}, Event{})
	c.Track("", ctx, Event{})
	c.Track("nan", ctx, Event{Value: new(math.NaN())})
	closeNow(t, c)

	var got []event
	for _, b := range f.batches {
		got = append(got, b.Events...)
	}
	// What is bucketed by, and nothing else: not the plan, not the secret.
	units := map[string]string{"targetingKey": "user-1", "accountId": "42", "userId": "u1"}
	want := []event{
		{Name: "signup", Units: units, Flags: []string{"pdf"}, Attributes: map[string]string{"page": "home"}, At: at.UTC()},
		{Name: "paid", Units: units, Value: new(12.5)},
		{Name: "render", Units: units, Value: new(1.5), Failed: true},
	}
	ignoreNow := cmpopts.IgnoreFields(event{}, "At")
	if diff := cmp.Diff(want, got, ignoreNow); diff != "" {
		t.Fatalf("events (-want +got):\n%s", diff)
	}
	if !got[0].At.Equal(at) || time.Since(got[1].At) > time.Minute {
		t.Errorf("times = %s, %s", got[0].At, got[1].At)
	}
	if n := c.Stats().Invalid; n != 3 {
		t.Errorf("invalid = %d, want 3", n)
	}
}

// TestOddTimeSpoilsNothing tracks an event whose time no JSON can hold, beside
// one that must arrive.
func TestOddTimeSpoilsNothing(t *testing.T) {
	f := newFake(t, pdfRuleset(7))
	c := openFast(t, f.URL, func(cfg *Config, _ *timing) { cfg.FlushInterval = time.Hour })
	c.Track("e", alice, Event{At: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)})
	c.Track("e", alice, Event{At: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)})
	c.Track("e", alice, Event{})
	closeNow(t, c)
	if s := c.Stats(); s.Accepted != 1 || s.Invalid != 2 || s.Lost != 0 {
		t.Errorf("stats = %+v, want 1 accepted and 2 invalid", s)
	}
}

// TestCloseFlushes reports and closes at once, with a flush interval that
// never comes.
func TestCloseFlushes(t *testing.T) {
	f := newFake(t, pdfRuleset(7))
	c := openFast(t, f.URL, func(cfg *Config, _ *timing) { cfg.FlushInterval = time.Hour })
	const items = 2*MaxBatch + 345
	for i := range items {
		c.Track("e", NewContext(fmt.Sprint(i)), Event{})
	}
	closeNow(t, c)
	seen := make(map[string]bool)
	for _, b := range f.batches {
		if b.len() > MaxBatch || b.SDK != "go/"+Version {
			t.Errorf("batch of %d items by %q", b.len(), b.SDK)
		}
		for _, e := range b.Events {
			seen[e.Units["targetingKey"]] = true
		}
	}
	if len(seen) != items || f.gzipped == 0 {
		t.Errorf("%d events arrived, want %d; %d batches compressed", len(seen), items, f.gzipped)
	}
	c.Track("late", NewContext("x"), Event{})
	if !c.BoolDetails("maintenance-mode", alice, true).Stale || c.IsEnabled("maintenance-mode", alice) {
		t.Error("a closed client must answer from its last ruleset, stale")
	}
	closeNow(t, c)
	if n := c.Stats().Events; n != items {
		t.Errorf("events = %d, want %d: a closed client reports nothing", n, items)
	}
}

func TestRetryKeepsTheBatchID(t *testing.T) {
	f := newFake(t, pdfRuleset(7))
	f.events = func(b batch, attempt int) (int, string) {
		return []int{500, 429, 503, 202}[min(attempt, 4)-1], fmt.Sprintf(`{"accepted":%d}`, b.len())
	}
	c := openFast(t, f.URL, nil)
	c.Track("e", NewContext("x"), Event{})
	eventually(t, "the delivery", func() bool { return c.Stats().Accepted == 1 })
	ids := get(f, func() (ids []string) {
		for _, b := range f.batches {
			ids = append(ids, b.ID)
		}
		return ids
	})
	if len(ids) != 4 || len(slices.Compact(ids)) != 1 || len(ids[0]) != 36 {
		t.Errorf("ids = %q, want one UUID four times", ids)
	}
	if n := c.Stats().Retries; n != 3 {
		t.Errorf("retries = %d, want 3", n)
	}
}

func TestRefusedBatchIsDropped(t *testing.T) {
	f := newFake(t, pdfRuleset(7))
	f.events = func(b batch, attempt int) (int, string) {
		if attempt <= 2 {
			return http.StatusUnprocessableEntity, `{"title":"invalid"}`
		}
		return http.StatusAccepted, `{"accepted":1,"rejected":[{"kind":"event","index":1,"path":"events[1].name","message":"is too long"}]}`
	}
	var log strings.Builder
	c := openFast(t, f.URL, func(cfg *Config, _ *timing) { cfg.Logger = textLogger(&log) })
	for want := range uint64(2) {
		c.Track("e", NewContext("x"), Event{})
		eventually(t, "the refusal", func() bool { return c.Stats().Refused == want+1 })
	}
	for want := range uint64(2) {
		c.queue.addEvent(event{Name: "a"})
		c.queue.addEvent(event{Name: "b"})
		eventually(t, "the rejection", func() bool { return c.Stats().Rejected >= want+1 })
	}
	closeNow(t, c)
	for _, text := range []string{"server refuses what was reported", "server rejects an item"} {
		if n := strings.Count(log.String(), text); n != 1 {
			t.Errorf("%q was logged %d times, want once:\n%s", text, n, log.String())
		}
	}
}

func TestQueueIsBounded(t *testing.T) {
	f := newFake(t, pdfRuleset(7))
	c := openFast(t, f.URL, func(cfg *Config, _ *timing) { cfg.QueueSize, cfg.FlushInterval = 50, time.Hour })
	for i := range 80 {
		c.Track("e", NewContext(fmt.Sprint(i)), Event{})
	}
	if s := c.Stats(); s.Queued != 50 || s.Dropped != 30 || s.Events != 80 {
		t.Errorf("stats = %+v, want 50 queued and 30 dropped of 80", s)
	}
	closeNow(t, c)
	got := 0
	for _, b := range f.batches {
		for _, e := range b.Events {
			if e.Units["targetingKey"] != fmt.Sprint(got) {
				t.Fatalf("event %d is of %s: the newest are dropped, not the oldest", got, e.Units["targetingKey"])
			}
			got++
		}
	}
	if got != 50 {
		t.Errorf("%d events arrived, want 50", got)
	}
}

// TestStatsAddUp gives everything that can happen to a report a try.
func TestStatsAddUp(t *testing.T) {
	f := newFake(t, pdfRuleset(7))
	f.events = func(b batch, attempt int) (int, string) {
		switch attempt % 4 {
		case 0:
			return http.StatusBadRequest, `{}`
		case 1:
			return http.StatusBadGateway, ``
		case 2:
			return http.StatusAccepted, `{"rejected":[{"kind":"event","index":0,"path":"events[0]","message":"no"}]}`
		default:
			return http.StatusAccepted, `{}`
		}
	}
	c := openFast(t, f.URL, func(cfg *Config, at *timing) {
		cfg.QueueSize, at.retryFor = 100, time.Millisecond
		at.post = pause{time.Millisecond, 2 * time.Millisecond}
	})
	for i := range 3000 {
		c.Track("e", NewContext(fmt.Sprint(i)), Event{})
		c.IsEnabled("new-pdf-engine", norway(fmt.Sprint(i%500)))
	}
	_ = c.Close(t.Context())
	s := c.Stats()
	if sum := s.Accepted + s.Rejected + s.Refused + s.Dropped + s.Lost; sum != s.Events+s.Exposures || s.Queued != 0 {
		t.Errorf("the parts are %d, the whole %d: %+v", sum, s.Events+s.Exposures, s)
	}
}

// TestCloseGivesUp closes while the server is down: the loss is told.
func TestCloseGivesUp(t *testing.T) {
	f := newFake(t, pdfRuleset(7))
	c := openFast(t, f.URL, func(cfg *Config, at *timing) { cfg.FlushInterval, at.closing = time.Hour, 30*time.Millisecond })
	f.set(func() { f.status = http.StatusServiceUnavailable })
	for range 1200 {
		c.Track("e", NewContext("x"), Event{})
	}
	err := c.Close(t.Context())
	if !errors.Is(err, ErrUndelivered) || !strings.Contains(err.Error(), "1200 items") || c.Stats().Lost != 1200 {
		t.Errorf("Close = %v, lost %d; want 1200", err, c.Stats().Lost)
	}
}
