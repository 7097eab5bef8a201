package archtest

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// The longest files that are still read in one go.
const (
	MaxLines     = 400
	MaxTestLines = 600
)

// Check reads the module in fsys, whose import path is module, and returns one
// sentence for each violation, sorted. The error is for a tree that cannot be
// read.
func Check(fsys fs.FS, module string, rules []Rule) ([]string, error) {
	files, err := readTree(fsys, module)
	if err != nil {
		return nil, err
	}
	var found []string
	packages := map[string][]source{}
	for _, f := range files {
		packages[f.dir()] = append(packages[f.dir()], f)
	}
	for dir, members := range packages {
		rule, ok := lookUp(rules, dir)
		if !ok {
			found = append(found, dir+": has no rule: add it to Rules in internal/archtest/rules.go and say what it may import")
			continue
		}
		for _, f := range members {
			found = append(found, checkImports(f, rule)...)
		}
	}
	found = append(found, checkShape(packages)...)
	slices.Sort(found)
	return found, nil
}

// lookUp returns the rule for the package in dir: its own, or else the longest
// one that covers it with "/...".
func lookUp(rules []Rule, dir string) (best Rule, ok bool) {
	for _, r := range rules {
		if r.Path == dir {
			return r, true
		}
		if covers(r.Path, dir) && len(r.Path) > len(best.Path) {
			best, ok = r, true
		}
	}
	return best, ok
}

// covers reports whether the package in dir is what pattern names.
func covers(pattern, dir string) bool {
	if pattern == Everything {
		return true
	}
	folder, tree := strings.CutSuffix(pattern, "/...")
	return dir == folder || tree && strings.HasPrefix(dir, folder+"/")
}

func checkImports(f source, rule Rule) (found []string) {
	for _, target := range f.imports {
		if allows(rule.Imports, target) || f.test && testMay(rule, f.dir(), target) {
			continue
		}
		found = append(found, fmt.Sprintf("%s: %s must not import %s (allowed: %s)",
			f.path, f.dir(), target, orNothing(rule.Imports)))
	}
	return found
}

func allows(patterns []string, target string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return covers(p, target) })
}

// testMay reports whether a test of the package in dir may import target
// although the package itself may not.
func testMay(rule Rule, dir, target string) bool {
	owner, double := doubles()[target]
	switch {
	case allows(rule.TestImports, target):
		return true
	case covers(dir+"/...", target): // its own adapters and suites
		return true
	case double && (allows(rule.Imports, owner) || covers(owner+"/...", dir)):
		return true
	case target == "internal/natsd":
		return true
	default:
		return strings.HasPrefix(target, "internal/") && strings.HasSuffix(target, "test") &&
			target != "internal/archtest"
	}
}

func orNothing(patterns []string) string {
	if len(patterns) == 0 {
		return "nothing of this module"
	}
	return strings.Join(patterns, ", ")
}

// emptyNames say where code lies and nothing of what it does.
func emptyNames() []string {
	return []string{
		"common", "dto", "helper", "helpers", "impl", "manager", "misc", "model", "models",
		"service", "services", "shared", "types", "util", "utils",
	}
}

func checkShape(packages map[string][]source) (found []string) {
	for dir, members := range packages {
		documented := slices.ContainsFunc(members, func(f source) bool { return f.doc })
		if !documented {
			found = append(found, dir+": has no package comment: say in doc.go what it is for")
		}
		for _, f := range members {
			limit := MaxLines
			if f.test {
				limit = MaxTestLines
			}
			if f.lines > limit && !f.generated {
				found = append(found, fmt.Sprintf("%s: has %d lines, the limit is %d: split it by concept", f.path, f.lines, limit))
			}
		}
		for _, name := range []string{path.Base(dir), strings.TrimSuffix(members[0].pkg, "_test")} {
			if slices.Contains(emptyNames(), name) {
				found = append(found, fmt.Sprintf("%s: %q names no concept: call the package after what it provides", dir, name))
				break
			}
		}
	}
	return found
}
