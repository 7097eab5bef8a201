package bench

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"

	growthbook "github.com/growthbook/growthbook-golang"
)

type object = map[string]any

func growthbookFlag(f Flag) object {
	rules := []object{}
	for _, conditions := range f.Rules {
		condition := object{}
		for _, c := range conditions {
			condition[c.Attribute] = object{"$in": c.Values}
		}
		rules = append(rules, object{"condition": condition, "force": true})
	}
	value := any(false)
	if f.IsText() {
		parts := f.Split.Parts
		value = parts[len(parts)-1].Text
		rule := object{"key": f.Key, "hashAttribute": f.Split.By, "hashVersion": 2}
		var variations, weights []any
		for _, p := range parts {
			variations, weights = append(variations, p.Text), append(weights, float64(p.Percent)/100)
		}
		rule["variations"], rule["weights"] = variations, weights
		rules = append(rules, rule)
	} else if f.Split != nil {
		rules = append(rules, object{
			"force": true, "coverage": float64(f.Split.Parts[0].Percent) / 100, "hashAttribute": f.Split.By,
		})
	}
	if !f.On { // its payload has no rules of a flag that is off
		rules = nil
	}
	return object{"defaultValue": value, "rules": rules}
}

func loadGrowthBook(flags []Flag, users []User) (*Loaded, error) {
	features := object{}
	for _, f := range flags {
		features[f.Key] = growthbookFlag(f)
	}
	raw, err := json.Marshal(features)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	root, err := growthbook.NewClient(ctx, growthbook.WithJsonFeatures(string(raw)),
		growthbook.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	if err != nil {
		return nil, err
	}
	child := func(u User) *growthbook.Client {
		c, err := root.WithAttributes(growthbook.Attributes{
			"userId": u.ID, "accountId": u.Account, "plan": u.Plan, "country": u.Country, "email": u.Email, "tier": u.Tier,
		})
		if err != nil {
			panic(err)
		}
		return c
	}
	clients := make([]*growthbook.Client, len(users))
	for i, u := range users {
		clients[i] = child(u)
	}
	l := &Loaded{
		On: func(key string, user int) bool { return clients[user].EvalFeature(ctx, key).On },
		Text: func(key string, user int) string {
			v, _ := clients[user].EvalFeature(ctx, key).Value.(string)
			return v
		},
		Context: func(u User) { clients[0] = child(u) },
		Close:   func() { _ = root.Close() },
	}
	l.All = eachFlag(flags, l)
	return l, nil
}
