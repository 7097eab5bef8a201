package archtest

// Module is the import path of the module that Rules describes.
const Module = "github.com/flagledger/flagledger"

// Rule says what one package may import of its own module. Paths are relative
// to the module root; a path that ends in "/..." covers the folder and all
// below it.
type Rule struct {
	Path string
	// Imports is what its files may import.
	Imports []string
	// TestImports is what its _test.go files may import on top of Imports,
	// of the package itself, of what lies below it, and of the test doubles
	// and suites whose owner is in reach.
	TestImports []string
}

// Everything is the entry of Imports that allows all packages.
const Everything = "..."

// Rules returns the import table of this module, lowest level first. Each
// level may import the ones above it in this list, never the other way round.
func Rules() []Rule {
	return []Rule{
		// Level 1: nothing of ours; evaluator says what a flag means.
		{Path: "evaluator"},
		{Path: "evaluator/schema", TestImports: []string{"evaluator"}},
		{Path: "analytics/stats"},
		{Path: "migrations"},
		{Path: "web"},
		{Path: "internal/archtest"},
		{Path: "internal/lifecycle"},
		{Path: "internal/webhook"},
		{Path: "internal/chdb"},
		{Path: "internal/chdb/chdbtest", Imports: []string{"internal/chdb"}},
		{Path: "internal/pgtest"},
		{Path: "internal/natsd"},
		{Path: "internal/natsd/natsdtest", Imports: []string{"internal/natsd"}},

		// Its exported types name those of stats, so whoever may import
		// analytics may import both.
		{Path: "analytics", Imports: []string{"analytics/stats"}},

		// Level 2: what happened, and the SDK beside it.
		// Its tests decide against the projector, which is the View it runs on.
		{Path: "ledger", Imports: []string{"evaluator"}, TestImports: []string{"projector"}},
		{Path: "client", Imports: []string{"evaluator"}},
		{Path: "client/flagvet"},
		{Path: "client/openfeature", Imports: []string{"client", "evaluator"}},

		// Level 3: what is true now, and what happens next.
		{Path: "projector", Imports: []string{"ledger", "evaluator"}},
		{Path: "analytics/experiment", Imports: []string{"ledger", "evaluator", "analytics", "analytics/stats"}},
		// experiment says how a metric is made of events and compares variants
		// cell by cell; a gate on a metric must not have its own idea of either.
		{Path: "workflow", Imports: []string{"ledger", "analytics", "analytics/stats", "analytics/experiment"}, TestImports: []string{"evaluator"}},
		{Path: "workflow/notify", Imports: []string{"ledger", "internal/webhook"}},

		{Path: "internal/hygiene", Imports: []string{"ledger", "evaluator", "analytics"}},
		{Path: "internal/hygiene/natsscans", Imports: []string{"internal/hygiene"}},

		{Path: "internal/hygiene/hygienetest", Imports: []string{"internal/hygiene"}},
		{Path: "internal/scan", Imports: []string{"internal/hygiene"}},

		// Level 4: the rim.
		{Path: "internal/demo", Imports: []string{"client", "evaluator"}},
		{Path: "internal/httpapi", Imports: []string{
			"evaluator", "ledger", "projector", "analytics", "analytics/stats", "analytics/experiment", "workflow",
			"internal/hygiene",
		}},

		// Adapters: their owner and what its exported types name. Those that
		// keep tables may read the schema.
		{Path: "ledger/memlog", Imports: []string{"ledger", "evaluator"}},
		{Path: "ledger/natslog", Imports: []string{"ledger", "evaluator"}},
		{Path: "ledger/archive", Imports: []string{"ledger", "evaluator"}},
		{Path: "ledger/transparency", Imports: []string{"ledger", "evaluator"}},
		{Path: "ledger/logtest", Imports: []string{"ledger", "evaluator"}},
		{Path: "projector/natsdigest", TestImports: []string{"projector", "ledger", "evaluator"}},
		{Path: "projector/statedir", Imports: []string{"projector", "ledger", "evaluator"}},
		{Path: "projector/memstore", Imports: []string{"projector", "ledger", "evaluator"}},
		{Path: "projector/pgstore", Imports: []string{"projector", "ledger", "evaluator", "migrations"}, TestImports: []string{"projector/memstore"}},
		{Path: "projector/natskv", Imports: []string{"ledger", "evaluator"}},
		{Path: "projector/storetest", Imports: []string{"projector", "ledger", "ledger/memlog", "evaluator"}},
		{Path: "analytics/sqlreader", Imports: []string{"analytics", "analytics/stats"}},
		{Path: "analytics/duckstore", Imports: []string{"analytics", "analytics/stats", "analytics/sqlreader", "migrations"}},
		{Path: "analytics/chstore", Imports: []string{"analytics", "analytics/sqlreader", "migrations"}},
		{Path: "analytics/natsingest", Imports: []string{"analytics", "analytics/stats"}},
		{Path: "analytics/export", Imports: []string{"analytics", "analytics/stats", "internal/webhook"}},
		{Path: "workflow/natslease", TestImports: []string{"workflow"}},
		{Path: "workflow/httpprobe", Imports: []string{"workflow", "ledger", "internal/webhook"}},
		{Path: "analytics/storetest", Imports: []string{"analytics", "analytics/stats"}},

		{Path: "internal/abtest"},
		{Path: "internal/importer", Imports: []string{"analytics"}},

		// Level 5: wires everything.
		{Path: "cmd/flagledger", Imports: []string{Everything}},
		{Path: "cmd/flagledger-vet", Imports: []string{"client/flagvet"}},

		// Beside the levels: what uses the product from outside.
		{Path: "internal/e2e/...", TestImports: []string{Everything}, Imports: []string{Everything}},
		{Path: "internal/difftest/...", Imports: []string{"evaluator", "internal/difftest"}},
		// It measures the gates where they are at work: the engine that judges by
		// them, on the ledger that carries its decisions out. A model of those
		// would be one more thing to be wrong. Its tests hold the simulated
		// store against a real one.
		{Path: "internal/sim", Imports: []string{
			"ledger", "ledger/memlog", "projector", "workflow", "analytics", "analytics/stats",
		}, TestImports: []string{"analytics/duckstore"}},
		{Path: "examples/...", Imports: []string{"client", "client/openfeature", "evaluator"}},
	}
}

// doubles are the packages that exist for the tests of others: in-memory
// adapters and conformance suites, with the package that owns each. A test may
// import one if it may import the owner. Packages under internal whose name
// ends in "test" are open to every test, as is internal/natsd.
func doubles() map[string]string {
	return map[string]string{
		"ledger/memlog":       "ledger",
		"ledger/logtest":      "ledger",
		"projector/memstore":  "projector",
		"projector/storetest": "projector",
		"analytics/storetest": "analytics",
	}
}
