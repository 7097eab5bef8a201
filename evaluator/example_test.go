package evaluator_test

import (
	"encoding/json"
	"fmt"

	"github.com/flagledger/flagledger/evaluator"
)

const exampleRuleset = `{
	"specVersion": 1, "project": "invoicing", "environment": "production", "revision": "1042",
	"flags": {
		"new-pdf-engine": {
			"version": "1040", "type": "boolean", "salt": "new-pdf-engine", "on": true,
			"variants": [{"name": "on", "value": true}, {"name": "off", "value": false}],
			"offVariant": "off",
			"targets": [{"variant": "on", "by": "accountId", "values": ["our-own"]}],
			"default": {"split": {"by": "accountId", "weights": [{"variant": "on", "weight": 5000}, {"variant": "off", "weight": 95000}]}}
		}
	}
}`

func program() *evaluator.Program {
	var rs evaluator.Ruleset
	if err := json.Unmarshal([]byte(exampleRuleset), &rs); err != nil {
		panic(err)
	}
	p, err := evaluator.Compile(rs)
	if err != nil {
		panic(err)
	}
	for flag, err := range p.Broken() {
		fmt.Printf("flag %s serves nothing: %v\n", flag, err)
	}
	return p
}

func ExampleProgram_Evaluate() {
	p := program()
	r := p.Evaluate("new-pdf-engine", evaluator.NewContext("user-7",
		evaluator.String("accountId", "our-own"),
		evaluator.Int("seats", 25),
	))
	on, _ := r.Value.Bool()
	fmt.Println(on, r.Variant, r.Reason, r.Revision)

	// A missing unit is a result, not a panic: the caller's default applies.
	r = p.Evaluate("new-pdf-engine", evaluator.Context{})
	fmt.Println(r.Value.IsZero(), r.Reason, r.Error)
	// Output:
	// true on TARGETING_MATCH 1042
	// true ERROR TARGETING_KEY_MISSING
}

func ExampleProgram_Explain() {
	ctx, err := evaluator.ParseContext([]byte(`{"targetingKey": "user-7", "accountId": "acme"}`))
	if err != nil {
		panic(err)
	}
	fmt.Print(program().Explain("new-pdf-engine", ctx))
	// Output:
	// new-pdf-engine = true (on): SPLIT (revision 1042, flag version 1040)
	//   - target on: accountId "acme" in [our-own]
	//   + default
	//     split by accountId "acme"
	//       on 5%, off 95%: murmur3("new-pdf-engine:acme") -> bucket 1095 in 0..4999 -> on
}

func ExampleProgram_All() {
	for flag, r := range program().All(evaluator.NewContext("user-7", evaluator.String("accountId", "our-own"))) {
		fmt.Println(flag, r.Value)
	}
	// Output: new-pdf-engine true
}

func ExampleValidateFlag() {
	flag := evaluator.Flag{
		Type:     evaluator.TypeBoolean,
		Salt:     "checkout",
		Variants: []evaluator.Variant{{Name: "on", Value: json.RawMessage("true")}, {Name: "off", Value: json.RawMessage("false")}},
		Config: evaluator.Config{On: true, OffVariant: "off", Default: evaluator.Serve{Split: &evaluator.Split{
			Weights: []evaluator.Weight{{Variant: "on", Weight: 10_000}, {Variant: "off", Weight: 80_000}},
		}}},
	}
	fmt.Println(evaluator.ValidateFlag("checkout", flag, evaluator.Ruleset{}))
	// Output: default.split.weights: weights sum to 90000; they must sum to 100000 (1 unit = 0.001%)
}

func ExampleBucket() {
	fmt.Println(evaluator.Bucket("new-pdf-engine", "acme"))
	// Output: 1095
}
