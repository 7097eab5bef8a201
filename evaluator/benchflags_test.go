package evaluator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/flagledger/flagledger/evaluator"
)

// The flags and users of the benchmarks: one neutral set, built for both the
// evaluator and the floor.

const benchUsers = 1024

// benchUser is what a caller would have at hand.
type benchUser struct {
	id, account, plan, country, email, tier string
}

// context builds the evaluator's context as a caller would.
func (u *benchUser) context() evaluator.Context {
	return evaluator.NewContext(u.id,
		evaluator.String("userId", u.id),
		evaluator.String("accountId", u.account),
		evaluator.String("plan", u.plan),
		evaluator.String("country", u.country),
		evaluator.String("email", u.email),
		evaluator.String("tier", u.tier),
	)
}

// floorContext builds the floor's context from the same struct.
func (u *benchUser) floorContext() map[string]string {
	return map[string]string{
		"userId": u.id, "accountId": u.account, "plan": u.plan,
		"country": u.country, "email": u.email, "tier": u.tier,
	}
}

// users gives 1,024 users with ids of 30 bytes: a quarter match rule d, about
// one in a hundred list e, half of them list f.
func users() []benchUser {
	out := make([]benchUser, benchUsers)
	for i := range out {
		mixed := i * 389 % benchUsers // a permutation, so that hits are not in order
		u := benchUser{
			id: fmt.Sprintf("user-%025d", mixed), account: fmt.Sprintf("account-%022d", mixed),
			plan: "pro", country: "DE", email: fmt.Sprintf("u%d@example.com", mixed), tier: "tier-50",
		}
		if mixed%4 == 0 {
			u.plan, u.country = "free", []string{"US", "UK"}[mixed/4%2]
		}
		if mixed%100 == 7 {
			u.account = enterprise[mixed/100%3]
		}
		if mixed%2 == 1 {
			u.account = allowed(mixed * 9)
		}
		out[i] = u
	}
	return out
}

var enterprise = []string{"enterprise-account-00000000001", "enterprise-account-00000000002", "enterprise-account-00000000003"}

func allowed(i int) string { return fmt.Sprintf("allowed-account-%014d", i) }

func allowlist(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = allowed(i)
	}
	return out
}

// benchCase is one flag of the comparison.
type benchCase struct {
	name  string
	flag  evaluator.Flag
	floor floorFlag
}

func onOff(config evaluator.Config) evaluator.Flag {
	config.OffVariant = "off"
	return evaluator.Flag{Version: 1, Type: evaluator.TypeBoolean, Salt: "salt", Config: config, Variants: []evaluator.Variant{
		{Name: "on", Value: json.RawMessage("true")}, {Name: "off", Value: json.RawMessage("false")},
	}}
}

func served(variant string) evaluator.Serve { return evaluator.Serve{Variant: variant} }

func texts(values ...string) []json.RawMessage {
	out := make([]json.RawMessage, len(values))
	for i, v := range values {
		out[i] = json.RawMessage(fmt.Sprintf("%q", v))
	}
	return out
}

func one(rule evaluator.Rule) []evaluator.Rule { return []evaluator.Rule{rule} }

var (
	floorOn  = floorResult{variant: "on", on: true, reason: 1}
	floorOff = floorResult{variant: "off", reason: 2}
)

// benchCases are the cases a to g; salt makes flags of one kind differ.
func benchCases(salt string) []benchCase {
	return []benchCase{
		killCase(), rolloutCase(salt), splitCase(salt), ruleCase(),
		listCase("e_allow3", enterprise), listCase("f_allow10k", allowlist(10_000)), rulesCase(),
	}
}

func killCase() benchCase {
	return benchCase{"a_kill", onOff(evaluator.Config{Default: served("on")}), floorFlag{off: floorOff}}
}

func rolloutCase(salt string) benchCase {
	flag := onOff(evaluator.Config{On: true, Default: evaluator.Serve{Split: &evaluator.Split{By: "accountId", Weights: []evaluator.Weight{
		{Variant: "on", Weight: 5_000}, {Variant: "off", Weight: 95_000},
	}}}})
	flag.Salt = salt
	return benchCase{"b_5pct", flag, floorFlag{on: true, by: "accountId", salt: salt, ranges: []floorRange{{5_000, floorOn}, {100_000, floorOff}}}}
}

func splitCase(salt string) benchCase {
	blue, green := floorResult{variant: "blue", text: "#00f", reason: 1}, floorResult{variant: "green", text: "#0f0", reason: 1}
	return benchCase{
		"c_ab",
		evaluator.Flag{Version: 1, Type: evaluator.TypeString, Salt: salt, Variants: []evaluator.Variant{
			{Name: "blue", Value: json.RawMessage(`"#00f"`)}, {Name: "green", Value: json.RawMessage(`"#0f0"`)},
		}, Config: evaluator.Config{On: true, OffVariant: "blue", Default: evaluator.Serve{Split: &evaluator.Split{By: "userId", Weights: []evaluator.Weight{
			{Variant: "blue", Weight: 50_000}, {Variant: "green", Weight: 50_000},
		}}}}},
		floorFlag{on: true, by: "userId", salt: salt, ranges: []floorRange{{50_000, blue}, {100_000, green}}},
	}
}

func ruleCase() benchCase {
	return benchCase{
		"d_rule",
		onOff(evaluator.Config{On: true, Default: served("off"), Rules: one(evaluator.Rule{ID: "free", Serve: served("on"), Clauses: []evaluator.Clause{
			{Attribute: "plan", Op: evaluator.OpEquals, Values: texts("free")},
			{Attribute: "country", Op: evaluator.OpIn, Values: texts("US", "UK")},
		}})}),
		floorFlag{on: true, fallback: floorOff, rules: []floorRule{{result: floorOn, clauses: []floorClause{
			{attribute: "plan", values: []string{"free"}}, {attribute: "country", values: []string{"US", "UK"}},
		}}}},
	}
}

func listCase(name string, values []string) benchCase {
	clause := floorClause{attribute: "accountId", values: values}
	if len(values) > 8 {
		clause.set = make(map[string]struct{}, len(values))
		for _, v := range values {
			clause.set[v] = struct{}{}
		}
	}
	return benchCase{
		name,
		onOff(evaluator.Config{On: true, Default: served("off"), Rules: one(evaluator.Rule{ID: "listed", Serve: served("on"), Clauses: []evaluator.Clause{
			{Attribute: "accountId", Op: evaluator.OpIn, Values: texts(values...)},
		}})}),
		floorFlag{on: true, fallback: floorOff, rules: []floorRule{{result: floorOn, clauses: []floorClause{clause}}}},
	}
}

func rulesCase() benchCase {
	c := benchCase{name: "g_50rules", floor: floorFlag{on: true, fallback: floorOff}}
	config := evaluator.Config{On: true, Default: served("off")}
	for i := range 50 {
		tier := fmt.Sprintf("tier-%d", i+1)
		config.Rules = append(config.Rules, evaluator.Rule{ID: tier, Serve: served("on"), Clauses: []evaluator.Clause{
			{Attribute: "tier", Op: evaluator.OpEquals, Values: texts(tier)},
		}})
		c.floor.rules = append(c.floor.rules, floorRule{result: floorOn, clauses: []floorClause{{attribute: "tier", values: []string{tier}}}})
	}
	c.flag = onOff(config)
	return c
}

// benchRuleset has n flags, cases a to e in turn, with keys of their own.
func benchRuleset(n int) (evaluator.Ruleset, *floor) {
	rs := evaluator.Ruleset{SpecVersion: evaluator.SpecVersion, Project: "bench", Environment: "bench", Revision: 1, Flags: make(map[string]evaluator.Flag, n)}
	flags := make(map[string]*floorFlag, n)
	for i := 0; len(rs.Flags) < n; i++ {
		salt := fmt.Sprintf("salt-%d", i)
		for _, c := range []benchCase{killCase(), rolloutCase(salt), splitCase(salt), ruleCase(), listCase("e_allow3", enterprise)} {
			key := fmt.Sprintf("%s-%05d", c.name, i)
			rs.Flags[key] = c.flag
			flags[key] = &c.floor
		}
	}
	f := &floor{}
	f.flags.Store(&flags)
	for _, key := range slices.Sorted(maps.Keys(flags)) {
		f.order = append(f.order, flags[key])
	}
	return rs, f
}

func mustCompile(tb testing.TB, rs evaluator.Ruleset) *evaluator.Program {
	tb.Helper()
	p, err := evaluator.Compile(rs)
	if err != nil {
		tb.Fatal(err)
	}
	for key, err := range p.Broken() {
		tb.Fatalf("flag %s: %v", key, err)
	}
	return p
}
