package flagvet_test

import (
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/packages"

	"github.com/flagledger/flagledger/client/flagvet"
)

// BenchmarkAnalyze measures what the analyzers take for a file of this
// repository's demo and SDK, loaded before, beside the inspector that they and
// most analyzers stand on.
func BenchmarkAnalyze(b *testing.B) {
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax}, "../../internal/demo", "../openfeature")
	if err != nil || packages.PrintErrors(pkgs) > 0 {
		b.Fatal(err)
	}
	files := 0
	for _, p := range pkgs {
		files += len(p.Syntax)
	}
	all := flagvet.Analyzers()
	for _, a := range all {
		if err := a.Flags.Set("state", "testdata/src/a/"+flagvet.StateFile); err != nil {
			b.Fatal(err)
		}
	}
	for name, analyzers := range map[string][]*analysis.Analyzer{"inspector": {inspect.Analyzer}, "flagvet": all} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := checker.Analyze(analyzers, pkgs, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N*files), "ms/file")
		})
	}
}
