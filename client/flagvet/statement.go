package flagvet

import (
	"bytes"
	"go/ast"
	"go/token"
	"slices"
)

// ifStmt leaves of an if statement what is run when its condition has the value.
func (f *folder) ifStmt(s *ast.IfStmt, value bool) {
	var kept ast.Stmt = s.Body
	if !value {
		kept = s.Else
	}
	list := statements(f.parents[s])
	around, isElse := f.parents[s].(*ast.IfStmt)
	switch {
	case kept == nil && isElse && around.Else == s:
		f.replace(around.Body.End(), s.End(), "")
	case kept == nil:
		f.removeLines(s)
	case list == nil:
		f.keep(s.Pos(), s.End(), kept.Pos(), kept.End())
	default:
		f.unwrap(s, kept)
		if leaves(kept) {
			f.removeAfter(s, list)
		}
	}
}

// statements is the list that a node holds, nil if it holds none.
func statements(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// unwrap puts what is in a block in the place of the statement, unless its names
// would clash with others.
func (f *folder) unwrap(s *ast.IfStmt, kept ast.Stmt) {
	block, ok := kept.(*ast.BlockStmt)
	if !ok || f.clashes(block, s) {
		f.keep(s.Pos(), s.End(), kept.Pos(), kept.End())
		return
	}
	inside := f.src[f.edits.file.Offset(block.Lbrace)+1 : f.edits.file.Offset(block.Rbrace)]
	if len(bytes.TrimSpace(inside)) == 0 {
		f.removeLines(s)
		return
	}
	start := len(inside) - len(bytes.TrimLeft(inside, " \t\r\n"))
	end := len(bytes.TrimRight(inside, " \t\r\n"))
	f.keep(s.Pos(), s.End(), block.Lbrace+1+token.Pos(start), block.Lbrace+1+token.Pos(end))
}

// clashes tells whether a name that the block declares is used around it.
func (f *folder) clashes(block *ast.BlockStmt, s *ast.IfStmt) bool {
	var names []string
	for _, inner := range block.List {
		names = append(names, declared(inner)...)
	}
	if len(names) == 0 {
		return false
	}
	found := false
	ast.Inspect(f.parents[s], func(n ast.Node) bool {
		if n == s {
			return false
		}
		if id, ok := n.(*ast.Ident); ok && slices.Contains(names, id.Name) {
			found = true
		}
		return !found
	})
	return found
}

// declared are the names that a statement declares for its block.
func declared(s ast.Stmt) []string {
	var names []string
	switch s := s.(type) {
	case *ast.AssignStmt:
		for _, l := range s.Lhs {
			if id, ok := l.(*ast.Ident); ok && s.Tok == token.DEFINE {
				names = append(names, id.Name)
			}
		}
	case *ast.DeclStmt:
		ast.Inspect(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for _, id := range n.Names {
					names = append(names, id.Name)
				}
			case *ast.TypeSpec:
				names = append(names, n.Name.Name)
			}
			return true
		})
	case *ast.LabeledStmt:
		names = append(names, s.Label.Name)
	}
	return names
}

// leaves tells whether what comes after a statement is never reached.
func leaves(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.BlockStmt:
		return len(s.List) > 0 && leaves(s.List[len(s.List)-1])
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.IfStmt:
		return s.Else != nil && leaves(s.Body) && leaves(s.Else)
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		name, ok := call.Fun.(*ast.Ident)
		return ok && name.Name == "panic"
	}
	return false
}

// removeAfter removes what is not reached any more, up to a label, which may be.
func (f *folder) removeAfter(s ast.Stmt, list []ast.Stmt) {
	for _, later := range list[slices.Index(list, s)+1:] {
		if _, label := later.(*ast.LabeledStmt); label {
			return
		}
		f.removeLines(later)
	}
}
