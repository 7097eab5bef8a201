package httpapi

import (
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/ledger"
)

// PlanSchema is the JSON Schema (draft 2020-12) of a plan, as the API describes
// it, for editors and for checks before a plan gets here.
func PlanSchema() ([]byte, error) {
	registry := huma.NewMapRegistry("#/$defs/", huma.DefaultSchemaNamer)
	alias[ledger.Duration, durationText](registry)
	alias[ledger.Percentage, percent](registry)
	plan := registry.Schema(reflect.TypeFor[ledger.Plan](), false, "Plan")
	loosen(registry)
	body, err := json.Marshal(plan)
	if err != nil {
		return nil, err
	}
	var document map[string]any
	if err := json.Unmarshal(body, &document); err != nil {
		return nil, err
	}
	document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	document["title"] = "Plan of a rollout"
	document["$defs"] = registry.Map()
	return json.MarshalIndent(document, "", "  ")
}

// loosen says which fields may be left out: all but a plan's stages and a
// stage's percentage.
func loosen(registry huma.Registry) {
	for name, schema := range registry.Map() {
		var required []string
		switch name {
		case "Plan":
			required = []string{"stages"}
		case "Stage":
			required = []string{"percentage"}
		}
		schema.Required = required
	}
}
