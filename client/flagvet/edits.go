package flagvet

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// edits are changes of a file that are made together; what lies inside a deleted
// stretch is deleted with it.
type edits struct {
	file *token.File
	src  []byte
	all  []analysis.TextEdit
}

func (e *edits) replace(from, to token.Pos, with string) {
	if from < to || with != "" {
		e.all = append(e.all, analysis.TextEdit{Pos: from, End: to, NewText: []byte(with)})
	}
}

// keep leaves of [from, to) only the part [keptFrom, keptTo).
func (e *edits) keep(from, to, keptFrom, keptTo token.Pos) {
	e.replace(from, keptFrom, "")
	e.replace(keptTo, to, "")
}

// removeLines deletes a node, with its line if it is alone on it.
func (e *edits) removeLines(n ast.Node) {
	from, to := e.file.Offset(n.Pos()), e.file.Offset(n.End())
	start, end := from, to
	for start > 0 && (e.src[start-1] == ' ' || e.src[start-1] == '\t') {
		start--
	}
	for end < len(e.src) && (e.src[end] == ' ' || e.src[end] == '\t' || e.src[end] == ';') {
		end++
	}
	if (start == 0 || e.src[start-1] == '\n') && end < len(e.src) && e.src[end] == '\n' {
		from, to = start, end+1
	}
	e.replace(e.file.Pos(from), e.file.Pos(to), "")
}

// drops tells whether what stands at a place is deleted.
func (e *edits) drops(at token.Pos) bool {
	return slices.ContainsFunc(e.all, func(t analysis.TextEdit) bool { return t.Pos <= at && at < t.End })
}

// resolved are those that count, in order: none inside of another.
func (e *edits) resolved() []analysis.TextEdit {
	sorted := slices.Clone(e.all)
	slices.SortStableFunc(sorted, func(a, b analysis.TextEdit) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(b.End, a.End))
	})
	var out []analysis.TextEdit
	for _, t := range sorted {
		if n := len(out); n > 0 && t.Pos < out[n-1].End {
			out[n-1].End = max(out[n-1].End, t.End)
			continue
		}
		out = append(out, t)
	}
	return out
}
