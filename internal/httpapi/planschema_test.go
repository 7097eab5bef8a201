package httpapi

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/flagledger/flagledger/ledger"
)

// The schema takes the default plan and one with every field, and refuses
// misspelt fields and wrong types.
func TestPlanSchema(t *testing.T) {
	text, err := PlanSchema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("plan.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("plan.json")
	if err != nil {
		t.Fatal(err)
	}
	def, err := json.Marshal(ledger.DefaultPlan())
	if err != nil {
		t.Fatal(err)
	}
	full := `{"name":"n","stages":[{"name":"canary","percentage":5,"minSoak":"1h","maxSoak":"2h","onMaxSoak":"pause","minExpected":3,
		"approveBefore":{"count":2,"roles":["admin"],"tokens":["k"],"notAuthorAlone":true}},{"percentage":12.5}],
		"gates":[{"metric":"error-rate","maxRatio":2,"onFail":"stepBack","dryRun":true},{"check":{"name":"q","source":"prom","query":"up","max":1}}],
		"calendar":{"timeZone":"UTC","schedule":"0 9 * * *","freezes":[{"days":["fri"],"from":"00:00","to":"24:00"}]},"exclusive":true}`
	for plan, valid := range map[string]bool{
		string(def): true, full: true,
		`{}`: false, `{"stages":[{"percentage":"5%"}]}`: false, `{"stages":[{"percentage":5,"minsoak":"1h"}]}`: false,
		`{"stages":[{"percentage":101}]}`: false, `{"stages":[{"percentage":5}],"gate":[]}`: false,
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(plan))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); (err == nil) != valid {
			t.Errorf("%s: %v", plan, err)
		}
	}
}
