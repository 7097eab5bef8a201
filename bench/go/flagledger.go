package bench

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/flagledger/flagledger/client"
	"github.com/flagledger/flagledger/evaluator"
)

func nameOf(p Part) string {
	if p.Text != "" {
		return p.Text
	}
	if p.On {
		return "on"
	}
	return "off"
}

func flagOf(f Flag) evaluator.Flag {
	out := evaluator.Flag{Version: 1, Type: evaluator.TypeBoolean, Salt: f.Key, Variants: []evaluator.Variant{
		{Name: "on", Value: json.RawMessage("true")}, {Name: "off", Value: json.RawMessage("false")},
	}}
	if f.IsText() {
		out.Type, out.Variants = evaluator.TypeString, nil
		for _, p := range f.Split.Parts {
			out.Variants = append(out.Variants, evaluator.Variant{Name: p.Text, Value: json.RawMessage(`"` + p.Text + `"`)})
		}
	}
	last := out.Variants[len(out.Variants)-1].Name
	out.Config = evaluator.Config{On: f.On, OffVariant: last, Default: evaluator.Serve{Variant: last}}
	if f.Split != nil {
		split := &evaluator.Split{By: f.Split.By}
		for _, p := range f.Split.Parts {
			split.Weights = append(split.Weights, evaluator.Weight{Variant: nameOf(p), Weight: p.Percent * evaluator.TotalWeight / 100})
		}
		out.Config.Default = evaluator.Serve{Split: split}
	}
	for i, conditions := range f.Rules {
		rule := evaluator.Rule{ID: "rule-" + string(rune('a'+i%26)) + string(rune('a'+i/26)), Serve: evaluator.Serve{Variant: "on"}}
		for _, c := range conditions {
			clause := evaluator.Clause{Attribute: c.Attribute, Op: evaluator.OpIn}
			for _, v := range c.Values {
				clause.Values = append(clause.Values, json.RawMessage(`"`+v+`"`))
			}
			rule.Clauses = append(rule.Clauses, clause)
		}
		out.Config.Rules = append(out.Config.Rules, rule)
	}
	return out
}

func rulesetOf(flags []Flag) *evaluator.Ruleset {
	rs := &evaluator.Ruleset{
		SpecVersion: evaluator.SpecVersion, Project: "bench", Environment: "bench", Revision: 1,
		Flags: map[string]evaluator.Flag{},
	}
	for _, f := range flags {
		rs.Flags[f.Key] = flagOf(f)
	}
	return rs
}

func contextOf(u User) evaluator.Context {
	return evaluator.NewContext(u.ID,
		evaluator.String("userId", u.ID), evaluator.String("accountId", u.Account), evaluator.String("plan", u.Plan),
		evaluator.String("country", u.Country), evaluator.String("email", u.Email), evaluator.String("tier", u.Tier))
}

func contextsOf(users []User) []evaluator.Context {
	out := make([]evaluator.Context, len(users))
	for i, u := range users {
		out[i] = contextOf(u)
	}
	return out
}

func loadFlagledger(flags []Flag, users []User) (*Loaded, error) {
	program, err := evaluator.Compile(*rulesetOf(flags))
	if err != nil {
		return nil, err
	}
	contexts := contextsOf(users)
	var kept evaluator.Context
	return &Loaded{
		On: func(key string, user int) bool {
			v, _ := program.Evaluate(key, contexts[user]).Value.Bool()
			return v
		},
		Text: func(key string, user int) string {
			v, _ := program.Evaluate(key, contexts[user]).Value.String()
			return v
		},
		All: func(user int) int {
			n := 0
			for range program.All(contexts[user]) {
				n++
			}
			return n
		},
		Context: func(u User) { kept = contextOf(u) },
		Close:   func() { _ = kept },
	}, nil
}

// loadClient is the whole SDK, exposures on, with a server that takes them.
func loadClient(flags []Flag, users []User) (*Loaded, error) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/events") {
			http.NotFound(w, r) // the ruleset stays that of the bootstrap
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write([]byte(`{"accepted":1,"rejected":[]}`))
	}))
	c, err := client.Open(context.Background(), client.Config{
		URL: server.URL, Key: "fl_server_bench", Bootstrap: rulesetOf(flags), InitTimeout: -1,
	})
	if err != nil {
		server.Close()
		return nil, err
	}
	contexts := contextsOf(users)
	l := &Loaded{
		On:      func(key string, user int) bool { return c.Bool(key, contexts[user], false) },
		Text:    func(key string, user int) string { return c.String(key, contexts[user], "") },
		Context: func(u User) { contexts[0] = contextOf(u) },
		Close: func() {
			_ = c.Close(context.Background())
			server.Close()
		},
	}
	l.All = eachFlag(flags, l)
	return l, nil
}
