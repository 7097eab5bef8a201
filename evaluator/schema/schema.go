// Package schema holds the JSON Schemas (draft 2020-12) of the documents that
// evaluators exchange: the ruleset and the patch. They describe the shape;
// evaluator.Ruleset.Validate also checks what a schema cannot say, such as
// names that must exist and weights that must sum to 100000.
//
// It takes nothing and gives bytes; it runs no goroutines and never parses.
//
//  1. The schemas and the Go types have the same fields
//     (TestFieldsAgree).
//  2. Every ruleset that evaluator.Validate accepts conforms; what the schema
//     refuses, Validate refuses (TestVectorsConform, TestSchemaIsNotStricter).
package schema

import _ "embed"

//go:embed ruleset.schema.json
var ruleset []byte

//go:embed patch.schema.json
var patch []byte

// Ruleset returns the schema of evaluator.Ruleset, in memory of the caller's
// own.
func Ruleset() []byte { return append([]byte(nil), ruleset...) }

// Patch returns the schema of evaluator.Patch, which refers to that of the
// ruleset by the relative name ruleset.schema.json.
func Patch() []byte { return append([]byte(nil), patch...) }
