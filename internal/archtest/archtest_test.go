package archtest_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/internal/archtest"
)

const module = archtest.Module

// TestModule applies the table to this module.
func TestModule(t *testing.T) {
	found, err := archtest.Check(os.DirFS("../.."), module, archtest.Rules())
	if err != nil {
		t.Fatal(err)
	}
	for _, violation := range found {
		t.Error(violation)
	}
}

// goFile returns a documented file of package name that imports the given
// packages of the module.
func goFile(name string, imports ...string) *fstest.MapFile {
	var b strings.Builder
	b.WriteString("// Package " + name + " is a specimen.\npackage " + name + "\n")
	for _, i := range imports {
		b.WriteString("import _ \"" + module + "/" + i + "\"\n")
	}
	return &fstest.MapFile{Data: []byte(b.String())}
}

func check(t *testing.T, tree fstest.MapFS) []string {
	t.Helper()
	found, err := archtest.Check(tree, module, archtest.Rules())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestImports plants one file in an otherwise empty tree.
func TestImports(t *testing.T) {
	const forbidden, allowed = true, false
	tests := []struct {
		name   string
		file   string
		target string
		caught bool
	}{
		{"the evaluator knows nobody", "evaluator/a.go", "ledger", forbidden},
		{"not in tests either", "evaluator/a_test.go", "ledger/memlog", forbidden},
		{"analytics knows nobody", "analytics/a.go", "evaluator", forbidden},
		{"but its own statistics", "analytics/a.go", "analytics/stats", allowed},
		{"stats knows not even analytics", "analytics/stats/a.go", "analytics", forbidden},
		{"the ledger knows the evaluator", "ledger/a.go", "evaluator", allowed},
		{"the ledger does not know its readers", "ledger/a.go", "projector", forbidden},
		{"the ledger does not know its adapters", "ledger/a.go", "ledger/memlog", forbidden},
		{"its tests do", "ledger/a_test.go", "ledger/memlog", allowed},
		{"the client knows only the evaluator", "client/a.go", "ledger", forbidden},
		{"workflow reaches the ledger's values", "workflow/a.go", "ledger", allowed},
		{"workflow does not know the projector", "workflow/a.go", "projector", forbidden},
		{"the rim does not know adapters", "internal/httpapi/a.go", "ledger/natslog", forbidden},
		{"its tests may use doubles", "internal/httpapi/a_test.go", "ledger/memlog", allowed},
		{"its tests may not use real adapters", "internal/httpapi/a_test.go", "ledger/natslog", forbidden},
		{"a test may start a server", "ledger/natslog/a_test.go", "internal/natsd", allowed},
		{"an adapter may not", "ledger/natslog/a.go", "internal/natsd", forbidden},
		{"a test may use internal suites", "workflow/a_test.go", "internal/natsd/natsdtest", allowed},
		{"an adapter runs its owner's suite", "projector/pgstore/a_test.go", "projector/storetest", allowed},
		{"an adapter feeds on its owner's doubles", "projector/memstore/a_test.go", "ledger/memlog", allowed},
		{"a lower double is out of reach from below", "ledger/a_test.go", "projector/memstore", forbidden},
		{"only cmd knows the dashboard", "internal/httpapi/a.go", "web", forbidden},
		{"cmd wires everything", "cmd/flagledger/a.go", "projector/pgstore", allowed},
		{"examples use what users use", "examples/invoicing/a.go", "client", allowed},
		{"and nothing else", "examples/invoicing/a.go", "ledger", forbidden},
		{"end-to-end tests see everything", "internal/e2e/story/a_test.go", "ledger/natslog", allowed},
		{"nobody imports the command", "internal/httpapi/a.go", "cmd/flagledger", forbidden},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			found := check(t, fstest.MapFS{tc.file: goFile("specimen", tc.target)})
			caught := slices.ContainsFunc(found, func(v string) bool {
				return strings.HasPrefix(v, tc.file+": ") && strings.Contains(v, " must not import "+tc.target+" ")
			})
			if caught != tc.caught || !caught && len(found) > 0 {
				t.Errorf("%s imports %s: caught = %v, want %v; found %q", tc.file, tc.target, caught, tc.caught, found)
			}
		})
	}
}

// TestAdaptersAreStrangers lets every adapter of the table import every other.
func TestAdaptersAreStrangers(t *testing.T) {
	adapters := []string{
		"ledger/memlog", "ledger/natslog", "projector/memstore", "projector/pgstore",
		"projector/natskv", "analytics/duckstore", "analytics/chstore", "analytics/natsingest",
		"analytics/export",
	}
	for _, importer := range adapters {
		for _, target := range adapters {
			found := check(t, fstest.MapFS{importer + "/a.go": goFile("specimen", target)})
			if len(found) != 1 {
				t.Errorf("%s imports %s: found %q, want one violation", importer, target, found)
			}
		}
	}
}

func TestPackageWithoutRule(t *testing.T) {
	found := check(t, fstest.MapFS{"billing/a.go": goFile("billing")})
	want := []string{"billing: has no rule: add it to Rules in internal/archtest/rules.go and say what it may import"}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}

func TestShape(t *testing.T) {
	lines := func(n int) *fstest.MapFile {
		head := "// Package evaluator is a specimen.\npackage evaluator\n"
		return &fstest.MapFile{Data: []byte(head + strings.Repeat("\n", n-2))}
	}
	tests := map[string]struct {
		tree fstest.MapFS
		want []string
	}{
		"400 lines":  {tree: fstest.MapFS{"evaluator/a.go": lines(400)}},
		"401 lines":  {fstest.MapFS{"evaluator/a.go": lines(401)}, []string{"evaluator/a.go: has 401 lines, the limit is 400: split it by concept"}},
		"600 tested": {tree: fstest.MapFS{"evaluator/a_test.go": lines(600)}},
		"601 tested": {fstest.MapFS{"evaluator/a_test.go": lines(601)}, []string{"evaluator/a_test.go: has 601 lines, the limit is 600: split it by concept"}},
		"generated": {tree: fstest.MapFS{
			"evaluator/doc.go": goFile("evaluator"),
			"evaluator/a.go": {Data: []byte("// Code generated by a machine. DO NOT EDIT.\n\npackage evaluator\n" +
				strings.Repeat("\n", 900))},
		}},
		"no comment": {
			fstest.MapFS{"evaluator/a.go": {Data: []byte("package evaluator\n")}},
			[]string{"evaluator: has no package comment: say in doc.go what it is for"},
		},
		"comment elsewhere": {tree: fstest.MapFS{
			"evaluator/a.go":   {Data: []byte("package evaluator\n")},
			"evaluator/doc.go": goFile("evaluator"),
		}},
		"empty folder name": {
			fstest.MapFS{"examples/utils/a.go": goFile("clock")},
			[]string{`examples/utils: "utils" names no concept: call the package after what it provides`},
		},
		"empty package name": {
			fstest.MapFS{"examples/clock/a.go": goFile("helper")},
			[]string{`examples/clock: "helper" names no concept: call the package after what it provides`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, check(t, tc.tree)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNotOurs plants files that the go command would not build either.
func TestNotOurs(t *testing.T) {
	bad := &fstest.MapFile{Data: []byte("package util\n")}
	found := check(t, fstest.MapFS{
		"evaluator/testdata/a.go":   bad,
		"node_modules/flatted/a.go": bad,
		".cache/a.go":               bad,
		"_attic/a.go":               bad,
		"tools/go.mod":              {Data: []byte("module m\n")},
		"tools/deep/a.go":           bad,
		"evaluator/read.me":         {Data: []byte("not Go")},
	})
	if len(found) > 0 {
		t.Errorf("violations in files that are none of ours: %q", found)
	}
}

func TestUnreadableFileIsAnError(t *testing.T) {
	tree := fstest.MapFS{"evaluator/a.go": {Data: []byte("package")}}
	if _, err := archtest.Check(tree, module, archtest.Rules()); err == nil {
		t.Error("Check = nil error for a file that does not parse")
	}
}

// TestRulesAreUnique keeps a second row from hiding behind the first.
func TestRulesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range archtest.Rules() {
		if seen[r.Path] {
			t.Errorf("%s has two rules", r.Path)
		}
		seen[r.Path] = true
	}
}
