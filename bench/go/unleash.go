package bench

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"

	unleash "github.com/Unleash/unleash-go-sdk/v6"
	unleashcontext "github.com/Unleash/unleash-go-sdk/v6/context"
)

func unleashFlag(f Flag) object {
	var strategies []object
	for _, conditions := range f.Rules {
		var constraints []object
		for _, c := range conditions {
			constraints = append(constraints, object{"contextName": c.Attribute, "operator": "IN", "values": c.Values})
		}
		strategies = append(strategies, object{"name": "default", "parameters": object{}, "constraints": constraints})
	}
	if f.Split != nil {
		strategy := object{"name": "flexibleRollout", "constraints": []object{}, "parameters": object{
			"rollout": "100", "stickiness": f.Split.By, "groupId": f.Key,
		}}
		if f.IsText() {
			var variants []object
			for _, p := range f.Split.Parts {
				variants = append(variants, object{
					"name": p.Text, "weight": p.Percent * 10, "stickiness": f.Split.By,
					"payload": object{"type": "string", "value": p.Text},
				})
			}
			strategy["variants"] = variants
		} else {
			strategy["parameters"].(object)["rollout"] = strconv.Itoa(f.Split.Parts[0].Percent)
		}
		strategies = append(strategies, strategy)
	}
	return object{"name": f.Key, "enabled": f.On, "strategies": strategies}
}

func unleashContext(u User) unleashcontext.Context {
	return unleashcontext.Context{UserId: u.ID, Properties: map[string]string{
		"accountId": u.Account, "plan": u.Plan, "country": u.Country, "email": u.Email, "tier": u.Tier,
	}}
}

func loadUnleash(flags []Flag, users []User) (*Loaded, error) {
	features := []object{}
	for _, f := range flags {
		features = append(features, unleashFlag(f))
	}
	raw, err := json.Marshal(object{"version": 2, "features": features})
	if err != nil {
		return nil, err
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(raw)
	}))
	c, err := unleash.NewClient(unleash.WithUrl(server.URL), unleash.WithAppName("bench"), unleash.WithDisableMetrics(true),
		unleash.WithListener(&unleash.NoopListener{}),
		unleash.WithStorage(&unleash.BootstrapStorage{Reader: bytes.NewReader(raw)}))
	if err != nil {
		server.Close()
		return nil, err
	}
	c.WaitForReady()
	contexts := make([]unleashcontext.Context, len(users))
	for i, u := range users {
		contexts[i] = unleashContext(u)
	}
	l := &Loaded{
		On: func(key string, user int) bool {
			return c.IsEnabled(key, unleash.FeatureOptions{Ctx: contexts[user]})
		},
		Text: func(key string, user int) string {
			return c.GetVariant(key, unleash.VariantOptions{Ctx: contexts[user]}).Payload.Value
		},
		Context: func(u User) { contexts[0] = unleashContext(u) },
		Close: func() {
			_ = c.Close()
			server.Close()
		},
	}
	l.All = eachFlag(flags, l)
	return l, nil
}
