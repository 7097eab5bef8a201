package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	of "github.com/open-feature/go-sdk/openfeature"
	"github.com/open-feature/go-sdk/openfeature/isolated"

	"github.com/flagledger/flagledger/client"
	"github.com/flagledger/flagledger/client/openfeature"
)

// openfeatureAPI is an OpenFeature of its own, which records what the provider
// tells.
type openfeatureAPI struct {
	*of.EvaluationAPI
	tb       testing.TB
	provider *openfeature.Provider
	mu       sync.Mutex
	heard    []string
}

func newOpenFeature(tb testing.TB, cfg client.Config) *openfeatureAPI {
	tb.Helper()
	a := &openfeatureAPI{EvaluationAPI: isolated.NewAPI(), tb: tb, provider: openfeature.New(cfg)}
	for _, kind := range []of.EventType{of.ProviderReady, of.ProviderStale, of.ProviderError, of.ProviderConfigChange} {
		callback := func(d of.EventDetails) {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.heard = append(a.heard, string(kind))
			for _, flag := range d.FlagChanges {
				a.heard = append(a.heard, "changed "+flag)
			}
		}
		a.AddHandler(kind, &callback)
	}
	tb.Cleanup(func() { _ = a.Shutdown(context.Background()) })
	return a
}

func (a *openfeatureAPI) hears(what string) {
	a.tb.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		a.mu.Lock()
		found := slices.Contains(a.heard, what)
		all := fmt.Sprint(a.heard)
		a.mu.Unlock()
		if found {
			return
		}
		if time.Now().After(end) {
			a.tb.Fatalf("%s was not told, only %s", what, all)
		}
	}
}

func (a *openfeatureAPI) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.heard = nil
}

// TestOpenFeature follows a server through changes, its death and its return.
func TestOpenFeature(t *testing.T) {
	data := t.TempDir()
	s := start(t, data)
	mustRun(t, s, "flag", "create", "banner")
	mustRun(t, s, "flag", "set", "banner", "--env", "production", "--on", "--rule", "guests: plan in guest => off", "--percentage", "on=100", "--by", "accountId")
	mustRun(t, s, "flag", "create", "limits", "--type", "json", "--variant", `free={"seats":3}`)
	mustRun(t, s, "flag", "on", "limits", "--env", "production")
	mustRun(t, s, "flag", "create", "size", "--type", "number", "--variant", "some=2.5")
	mustRun(t, s, "flag", "on", "size", "--env", "production")
	a := newOpenFeature(t, client.Config{URL: s.URL, Key: s.sdkKey("server"), FlushInterval: 10 * time.Millisecond})
	if err := a.SetProviderAndWait(t.Context(), a.provider); err != nil {
		t.Fatal(err)
	}
	c := a.NewClient()
	ctx, acme := t.Context(), of.NewEvaluationContext("u1", map[string]any{"accountId": "acme", "plan": "pro", "seats": 7})

	d, err := c.BooleanValueDetails(ctx, "banner", false, acme)
	if err != nil || !d.Value || d.Variant != "on" || d.Reason != of.SplitReason || d.FlagMetadata["version"] == nil {
		t.Errorf("banner: %+v, %v", d, err)
	}
	guest := of.NewEvaluationContext("u2", map[string]any{"plan": "guest"})
	if d, err := c.BooleanValueDetails(ctx, "banner", true, guest); err != nil || d.Value || d.Reason != of.TargetingMatchReason || d.FlagMetadata["rule"] != "guests" {
		t.Errorf("banner for guests: %+v, %v", d, err)
	}
	if v, err := c.ObjectValue(ctx, "limits", nil, acme); err != nil || fmt.Sprint(v) != "map[seats:3]" {
		t.Errorf("limits: %v, %v", v, err)
	}
	if v, err := c.FloatValue(ctx, "size", 0, acme); err != nil || v != 2.5 {
		t.Errorf("size: %v, %v", v, err)
	}
	for _, wrong := range []struct {
		name string
		code of.ErrorCode
		of   func() (of.ErrorCode, error)
	}{
		{"a fraction is no int", of.TypeMismatchCode, func() (of.ErrorCode, error) {
			d, err := c.IntValueDetails(ctx, "size", 1, acme)
			return d.ErrorCode, err
		}},
		{"a number is no text", of.TypeMismatchCode, func() (of.ErrorCode, error) {
			d, err := c.StringValueDetails(ctx, "size", "", acme)
			return d.ErrorCode, err
		}},
		{"no such flag", of.FlagNotFoundCode, func() (of.ErrorCode, error) {
			d, err := c.BooleanValueDetails(ctx, "none", true, acme)
			return d.ErrorCode, err
		}},
		{"no unit", of.TargetingKeyMissingCode, func() (of.ErrorCode, error) {
			d, err := c.BooleanValueDetails(ctx, "banner", true, of.NewTargetlessEvaluationContext(nil))
			return d.ErrorCode, err
		}},
		{"a context of functions", of.InvalidContextCode, func() (of.ErrorCode, error) {
			d, err := c.BooleanValueDetails(ctx, "banner", true, of.NewEvaluationContext("u", map[string]any{"f": func() {}}))
			return d.ErrorCode, err
		}},
	} {
		if code, err := wrong.of(); code != wrong.code || err == nil {
			t.Errorf("%s: %s, %v; want %s", wrong.name, code, err, wrong.code)
		}
	}

	c.Track(ctx, "invoice.paid", acme, of.NewTrackingEventDetails(40.5).Add("failed", false).Add("currency", "GBP"))
	stats := a.provider.Client().Stats
	waitFor(t, "an exposure and an event", func() bool { s := stats(); return s.Accepted == 2 && s.Exposures == 1 && s.Events == 1 })

	a.forget()
	mustRun(t, s, "flag", "kill", "banner", "--env", "production", "--wait", "0s")
	a.hears("changed banner")
	if v, _ := c.BooleanValue(ctx, "banner", true, acme); v {
		t.Error("the banner is on after the kill was told")
	}

	address, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	s.Kill()
	a.hears(string(of.ProviderStale))
	if d, err := c.FloatValueDetails(ctx, "size", 0, acme); err != nil || d.Value != 2.5 || d.FlagMetadata["stale"] != true {
		t.Errorf("size without a server: %+v, %v", d, err)
	}
	a.forget()
	start(t, data, "--listen", address.Host)
	a.hears(string(of.ProviderReady))
}

// TestOpenFeatureWithoutServer: an error that says why, and ready once there is
// a server.
func TestOpenFeatureWithoutServer(t *testing.T) {
	data := t.TempDir()
	s := start(t, data)
	key := s.sdkKey("server")
	mustRun(t, s, "flag", "create", "banner")
	mustRun(t, s, "flag", "on", "banner", "--env", "production")
	address, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	s.Stop()
	a := newOpenFeature(t, client.Config{URL: s.URL, Key: key, InitTimeout: 200 * time.Millisecond})
	var initial *of.ProviderInitError
	if err := a.SetProviderAndWait(t.Context(), a.provider); !errors.As(err, &initial) || initial.ErrorCode != of.ProviderNotReadyCode {
		t.Fatalf("without a server: %v", err)
	}
	c := a.NewClient()
	if d, err := c.BooleanValueDetails(t.Context(), "banner", false, of.NewEvaluationContext("u", nil)); err == nil || d.ErrorCode != of.ProviderNotReadyCode {
		t.Errorf("banner without a ruleset: %+v, %v", d, err)
	}
	a.forget()
	start(t, data, "--listen", address.Host)
	a.hears(string(of.ProviderReady))
	if v, err := c.BooleanValue(t.Context(), "banner", false, of.NewEvaluationContext("u", nil)); err != nil || !v {
		t.Errorf("banner: %v, %v", v, err)
	}
}

// TestOpenFeatureRefused: a key that the server does not know is fatal, and so
// is a configuration that cannot be used.
func TestOpenFeatureRefused(t *testing.T) {
	s := start(t, t.TempDir())
	for name, cfg := range map[string]client.Config{
		"unknown key": {URL: s.URL, Key: "fl_server_aaaaaaaaaa_" + s.Token[len(s.Token)-20:]},
		"client key":  {URL: s.URL, Key: s.sdkKey("client")},
	} {
		a := newOpenFeature(t, cfg)
		var initial *of.ProviderInitError
		if err := a.SetProviderAndWait(t.Context(), a.provider); !errors.As(err, &initial) || initial.ErrorCode != of.ProviderFatalCode {
			t.Errorf("%s: %v, want %s", name, err, of.ProviderFatalCode)
		}
		if state := a.NewClient().State(); state != of.FatalState {
			t.Errorf("%s: state %s", name, state)
		}
	}
}

func mustRun(t testing.TB, s *server, args ...string) {
	t.Helper()
	if _, err := flagledger(t, s.asAdmin(), args...); err != nil {
		t.Fatalf("flagledger %v: %v", args, err)
	}
}

func waitFor(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("gave up waiting for %s", what)
		}
	}
}
