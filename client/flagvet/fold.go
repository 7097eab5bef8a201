package flagvet

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// fold works out the change that removes what a value of a flag has decided, nil
// if there is none that is safe.
func fold(pass *analysis.Pass, call *ast.CallExpr, value constant.Value) []analysis.TextEdit {
	file := fileOf(pass, call.Pos())
	if file == nil || !pure(pass.TypesInfo, &ast.CompositeLit{Elts: call.Args}) || !pure(pass.TypesInfo, receiver(call)) {
		return nil
	}
	src, err := pass.ReadFile(pass.Fset.File(call.Pos()).Name())
	if err != nil {
		return nil
	}
	f := &folder{
		info: pass.TypesInfo, file: file, parents: parentsOf(file),
		edits: edits{file: pass.Fset.File(call.Pos()), src: src},
	}
	if !f.climb(call, value) || !f.tidy() {
		return nil
	}
	return f.resolved()
}

func receiver(call *ast.CallExpr) ast.Expr {
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
		return selector.X
	}
	return call.Fun
}

func fileOf(pass *analysis.Pass, at token.Pos) *ast.File {
	for _, f := range pass.Files {
		if f.FileStart <= at && at < f.FileEnd {
			return f
		}
	}
	return nil
}

// parentsOf maps each node of a file to the one around it.
func parentsOf(file *ast.File) map[ast.Node]ast.Node {
	parents := map[ast.Node]ast.Node{}
	var stack []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if len(stack) > 0 {
			parents[n] = stack[len(stack)-1]
		}
		stack = append(stack, n)
		return true
	})
	return parents
}

type folder struct {
	edits
	info    *types.Info
	file    *ast.File
	parents map[ast.Node]ast.Node
}

// climb follows a known value outwards as far as it decides, and changes the code
// there. It returns false if it must not be changed.
func (f *folder) climb(n ast.Node, value constant.Value) bool {
	switch parent := f.parents[n].(type) {
	case *ast.ParenExpr:
		return f.climb(parent, value)
	case *ast.UnaryExpr:
		if parent.Op == token.NOT {
			return f.climb(parent, constant.MakeBool(!constant.BoolVal(value)))
		}
	case *ast.BinaryExpr:
		return f.binary(parent, n, value)
	case *ast.IfStmt:
		if parent.Cond == n && parent.Init == nil {
			f.ifStmt(parent, constant.BoolVal(value))
			return true
		}
	case *ast.AssignStmt:
		return f.assign(parent, n, value)
	case *ast.ExprStmt:
		f.removeLines(parent)
		return true
	}
	return f.literal(n, value)
}

func (f *folder) literal(n ast.Node, value constant.Value) bool {
	e, ok := n.(ast.Expr)
	if !ok {
		return false
	}
	if _, several := f.info.Types[e].Type.(*types.Tuple); several {
		return false // the value comes with an error that somebody looks at
	}
	written := value.ExactString()
	if value.Kind() == constant.Float {
		written = value.String()
	}
	if t := f.info.Types[e].Type; t != nil && !types.Identical(t, types.Default(types.Typ[untyped(value)])) {
		written = types.TypeString(t, func(*types.Package) string { return "" }) + "(" + written + ")"
	}
	f.replace(n.Pos(), n.End(), written)
	return true
}

func untyped(value constant.Value) types.BasicKind {
	switch value.Kind() {
	case constant.Bool:
		return types.UntypedBool
	case constant.String:
		return types.UntypedString
	case constant.Int:
		return types.UntypedInt
	default:
		return types.UntypedFloat
	}
}

func (f *folder) binary(parent *ast.BinaryExpr, n ast.Node, value constant.Value) bool {
	left := parent.X == n
	other := parent.X
	if left {
		other = parent.Y
	}
	switch parent.Op {
	case token.LAND, token.LOR:
		if constant.BoolVal(value) == (parent.Op == token.LOR) { // it decides
			if left || pure(f.info, other) {
				return f.climb(parent, value)
			}
			return f.literal(n, value)
		}
		f.keep(parent.Pos(), parent.End(), other.Pos(), other.End())
		return true
	case token.EQL, token.NEQ:
		if with := f.info.Types[other].Value; with != nil {
			return f.climb(parent, constant.MakeBool(constant.Compare(value, parent.Op, with)))
		}
	}
	return f.literal(n, value)
}

// assign removes a variable that holds the value, with what it decides.
func (f *folder) assign(parent *ast.AssignStmt, n ast.Node, value constant.Value) bool {
	name, ok := holder(parent, n)
	if !ok {
		return f.literal(n, value)
	}
	variable := f.info.Defs[name]
	if parent.Tok != token.DEFINE || variable == nil || statements(f.parents[parent]) == nil {
		return f.literal(n, value)
	}
	var uses []*ast.Ident
	for id, object := range f.info.Uses {
		if object == variable {
			if f.written(id) {
				return f.literal(n, value)
			}
			uses = append(uses, id)
		}
	}
	for _, id := range uses {
		if !f.climb(id, value) {
			return false
		}
	}
	f.removeLines(parent)
	return true
}

// holder is the variable that takes the value: a of "a := call" and of "a, _ := call".
func holder(s *ast.AssignStmt, n ast.Node) (*ast.Ident, bool) {
	if len(s.Rhs) != 1 || s.Rhs[0] != n || len(s.Lhs) > 2 {
		return nil, false
	}
	if len(s.Lhs) == 2 {
		if blank, ok := s.Lhs[1].(*ast.Ident); !ok || blank.Name != "_" {
			return nil, false
		}
	}
	name, ok := s.Lhs[0].(*ast.Ident)
	return name, ok
}

// written tells whether a variable may be changed where it is used.
func (f *folder) written(id *ast.Ident) bool {
	switch parent := f.parents[id].(type) {
	case *ast.AssignStmt:
		for _, l := range parent.Lhs {
			if l == id {
				return true
			}
		}
	case *ast.UnaryExpr:
		return parent.Op == token.AND
	case *ast.IncDecStmt, *ast.RangeStmt:
		return true
	}
	return false
}
