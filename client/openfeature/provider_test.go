package openfeature_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	of "github.com/open-feature/go-sdk/openfeature"
	"github.com/open-feature/go-sdk/openfeature/isolated"
	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/client"
	"github.com/flagledger/flagledger/client/openfeature"
	"github.com/flagledger/flagledger/evaluator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ruleset has one flag that is split by the targeting key, and one that is off.
func ruleset() client.Ruleset {
	variants := []evaluator.Variant{{Name: "on", Value: json.RawMessage("true")}, {Name: "off", Value: json.RawMessage("false")}}
	return client.Ruleset{
		SpecVersion: evaluator.SpecVersion, Project: "shop", Environment: "test", Revision: 7,
		Flags: map[string]evaluator.Flag{"banner": {
			Version: 7, Type: evaluator.TypeBoolean, Salt: "banner", Variants: variants,
			Config: evaluator.Config{On: true, OffVariant: "off", Default: evaluator.Serve{Split: &evaluator.Split{
				Weights: []evaluator.Weight{{Variant: "on", Weight: evaluator.TotalWeight}},
			}}},
		}, "maintenance": {
			Version: 6, Type: evaluator.TypeBoolean, Salt: "maintenance", Variants: variants,
			Config: evaluator.Config{OffVariant: "off", Default: evaluator.Serve{Variant: "on"}},
		}},
	}
}

// offline is a provider with a ruleset and no server.
func offline(t *testing.T) (*of.EvaluationAPI, *openfeature.Provider) {
	t.Helper()
	rs := ruleset()
	return initialized(t, client.Config{URL: "http://127.0.0.1:1", Key: "fl_server_test", Bootstrap: &rs, InitTimeout: -1})
}

func initialized(t *testing.T, cfg client.Config) (*of.EvaluationAPI, *openfeature.Provider) {
	t.Helper()
	api, provider := isolated.NewAPI(), openfeature.New(cfg)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = api.Shutdown(ctx) // nobody takes what was reported
	})
	if err := api.SetProviderAndWait(t.Context(), provider); err != nil {
		t.Fatal(err)
	}
	return api, provider
}

// TestExposures: the caller of an evaluation whose hook fails gets the default,
// so nobody has seen the variant.
func TestExposures(t *testing.T) {
	api, provider := offline(t)
	c, user := api.NewClient(), of.NewEvaluationContext("u1", nil)
	if v, err := c.BooleanValue(t.Context(), "banner", false, user, of.WithHooks(failing{})); err == nil || v {
		t.Errorf("with a failing hook: %v, %v", v, err)
	}
	if n := provider.Client().Stats().Exposures; n != 0 {
		t.Errorf("%d exposures after a failed hook, want none", n)
	}
	for range 3 {
		if v, err := c.BooleanValue(t.Context(), "banner", false, user); err != nil || !v {
			t.Errorf("banner: %v, %v", v, err)
		}
	}
	if _, err := c.StringValue(t.Context(), "banner", "", of.NewEvaluationContext("u2", nil)); err == nil {
		t.Error("a boolean flag served a text")
	}
	if n := provider.Client().Stats().Exposures; n != 1 {
		t.Errorf("%d exposures, want 1", n)
	}
}

// failing fails before the evaluation.
type failing struct{ of.UnimplementedHook }

func (failing) Before(context.Context, of.HookContext, of.HookHints) (*of.EvaluationContext, error) {
	return nil, errors.New("told to fail")
}

// TestClosed: a provider that was let go answers nothing, and can be set again.
func TestClosed(t *testing.T) {
	provider := openfeature.New(client.Config{URL: "http://127.0.0.1:1", Key: "fl_server_test", InitTimeout: -1})
	if d := provider.BooleanEvaluation(t.Context(), "banner", true, nil); !d.Value || d.Reason != of.ErrorReason {
		t.Errorf("before Init: %+v", d)
	}
	for range 2 {
		if err := provider.Init(of.EvaluationContext{}); err == nil {
			t.Error("Init without a ruleset succeeded")
		}
		if err := provider.ShutdownWithContext(t.Context()); err != nil {
			t.Error(err)
		}
		provider.Shutdown()
	}
	provider.Track(t.Context(), "late", of.NewEvaluationContext("u", nil), of.NewTrackingEventDetails(1))
}

// TestRevokedKey: a server that refuses the key later is an error, and the last
// ruleset goes on.
func TestRevokedKey(t *testing.T) {
	var refuses atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case refuses.Load():
			http.Error(w, `{"title":"no"}`, http.StatusUnauthorized)
		case r.URL.Path == "/api/v1/ruleset/stream":
			http.Error(w, `{"title":"no streams here"}`, http.StatusServiceUnavailable)
		default:
			_ = json.NewEncoder(w).Encode(ruleset())
		}
	}))
	defer server.Close()
	api, provider := initialized(t, client.Config{URL: server.URL, Key: "fl_server_test", PollInterval: 5 * time.Millisecond})
	c, user := api.NewClient(), of.NewEvaluationContext("u1", nil)
	refuses.Store(true)
	for end := time.Now().Add(20 * time.Second); c.State() != of.ErrorState; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the state is %s, %+v", c.State(), provider.Client().Status())
		}
	}
	if v, err := c.BooleanValue(t.Context(), "banner", false, user); err != nil || !v {
		t.Errorf("banner: %v, %v", v, err)
	}
}

func Example() {
	rs := ruleset()
	provider := openfeature.New(client.Config{
		URL: "http://127.0.0.1:1", Key: "fl_server_test", // in production: the server's address, and a key of the environment
		Bootstrap: &rs, InitTimeout: -1,
	})
	ctx := context.Background()
	if err := of.SetProviderWithContextAndWait(ctx, provider); err != nil {
		fmt.Println(err)
		return
	}
	defer of.Shutdown()
	user := of.NewEvaluationContext("user-1", map[string]any{"accountId": "acme"})
	fmt.Println(of.NewClient("billing").Boolean(ctx, "maintenance", true, user))
	// Output: false
}
