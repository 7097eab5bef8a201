package flagvet

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
)

// Analyzers returns the three analyzers: staleflag, archivedflag and unknownflag.
// Each has the flag -state, the file with the state of flags.
func Analyzers() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		analyzer("staleflag", "report flags that decide nothing any more, and remove the dead branch", stale),
		analyzer("archivedflag", "report flags that are archived: calls get their default", archived),
		analyzer("unknownflag", "report flags that the server does not know", unknown),
	}
}

// judge says what is wrong with the use of a flag, "" for nothing, and whether
// its decided value may be put in the place of the call.
type judge func(key string, flags states) (message string, fixable bool)

func stale(key string, flags states) (string, bool) {
	f, ok := flags[key]
	if !ok || f.Lifecycle != "stale" {
		return "", false
	}
	why := "decides nothing any more"
	if len(f.Findings) > 0 {
		why = f.Findings[0].Message
	}
	return fmt.Sprintf("flag %q is stale: it %s", key, why), true
}

func archived(key string, flags states) (string, bool) {
	if flags[key].Lifecycle != "archived" {
		return "", false
	}
	return fmt.Sprintf("flag %q is archived: calls get their default", key), true
}

func unknown(key string, flags states) (string, bool) {
	if _, ok := flags[key]; ok {
		return "", false
	}
	message := fmt.Sprintf("flag %q does not exist", key)
	if near := closest(key, flags); near != "" {
		message += fmt.Sprintf("; did you mean %q?", near)
	}
	return message, false
}

func analyzer(name, doc string, judge judge) *analysis.Analyzer {
	a := &analysis.Analyzer{
		Name: name, Doc: doc, Requires: []*analysis.Analyzer{inspect.Analyzer},
		URL: "https://github.com/flagledger/flagledger/blob/main/client/flagvet/README.md",
	}
	file := a.Flags.String("state", "", "file that \"flagledger hygiene report --json\" has made; the nearest "+StateFile+" if left out")
	a.Run = func(pass *analysis.Pass) (any, error) { return nil, run(pass, *file, judge) }
	return a
}

func run(pass *analysis.Pass, file string, judge judge) error {
	if len(pass.Files) == 0 || !slices.ContainsFunc(pass.Files, importsSDK) {
		return nil
	}
	flags, err := stateFor(file, filepath.Dir(pass.Fset.File(pass.Files[0].FileStart).Name()))
	if err != nil {
		return err
	}
	f := &finder{pass, clientMethods(), openFeatureMethods()}
	in, ok := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	if !ok {
		return errors.New("flagvet: there is no inspector")
	}
	for n := range in.PreorderSeq((*ast.CallExpr)(nil)) {
		call, isCall := n.(*ast.CallExpr)
		if !isCall {
			continue
		}
		u, ok := f.use(call)
		if !ok {
			continue
		}
		message, fixable := judge(u.key, flags)
		if message == "" {
			continue
		}
		d := analysis.Diagnostic{Pos: u.call.Pos(), End: u.call.End(), Message: message}
		if value := constantOf(u.kind, flags[u.key]); fixable && value != nil {
			if edits := fold(pass, u.call, value); edits != nil {
				d.SuggestedFixes = []analysis.SuggestedFix{{
					Message: fmt.Sprintf("Replace flag %q by %s, which everybody gets", u.key, value), TextEdits: edits,
				}}
			}
		}
		pass.Report(d)
	}
	return nil
}

func importsSDK(f *ast.File) bool {
	return slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool {
		path, err := strconv.Unquote(i.Path.Value)
		return err == nil && (path == clientPath || path == openFeaturePath)
	})
}

// constantOf is what a call gives to everybody, nil if that is not one value of
// its type.
func constantOf(k kind, f flagState) constant.Value {
	if f.Decided == nil {
		return nil
	}
	switch v := f.Decided.Value.(type) {
	case bool:
		if k == boolean {
			return constant.MakeBool(v)
		}
	case string:
		if k == text {
			return constant.MakeString(v)
		}
	case float64:
		if k == number {
			return constant.MakeFloat64(v)
		}
		if k == integer && v == float64(int64(v)) {
			return constant.MakeInt64(int64(v))
		}
	}
	return nil
}

// closest is the known key that differs least from key, by no more than two
// characters or a third of its length.
func closest(key string, flags states) string {
	best, least := "", min(len(key)-1, max(2, len(key)/3))+1
	for other := range flags {
		if d := distance(key, other); d < least || d == least && best != "" && strings.Compare(other, best) < 0 {
			best, least = other, d
		}
	}
	return best
}

// distance is the edit distance of Levenshtein, in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
