package flagvet

import (
	"go/ast"
	"go/token"
	"go/types"
)

// tidy keeps what is left compiling: it removes variables and imports that only
// removed code has used. It returns false if that cannot be done.
func (f *folder) tidy() bool {
	for {
		lost := f.lostVariable()
		if lost == nil {
			break
		}
		if !f.forget(lost) {
			return false
		}
	}
	for _, spec := range f.file.Imports {
		name := f.info.PkgNameOf(spec)
		if name != nil && name.Name() != "_" && name.Name() != "." && f.lost(name) {
			f.removeImport(spec)
		}
	}
	return true
}

// lost tells whether an object was used, and only where code is removed.
func (f *folder) lost(object types.Object) bool {
	used := false
	for id, o := range f.info.Uses {
		if o != object || id.Pos() < f.file.FileStart || id.Pos() >= f.file.FileEnd {
			continue
		}
		if !f.drops(id.Pos()) {
			return false
		}
		used = true
	}
	return used
}

// lostVariable finds the declaration of a local variable that is left unused.
func (f *folder) lostVariable() *ast.Ident {
	for id, object := range f.info.Defs {
		v, ok := object.(*types.Var)
		if !ok || v.IsField() || id.Pos() < f.file.FileStart || id.Pos() >= f.file.FileEnd || f.drops(id.Pos()) {
			continue
		}
		if v.Parent() == nil || v.Parent() == v.Pkg().Scope() || f.isParameter(id) {
			continue
		}
		if f.lost(v) {
			return id
		}
	}
	return nil
}

func (f *folder) isParameter(id *ast.Ident) bool {
	_, field := f.parents[id].(*ast.Field)
	return field
}

// forget removes the declaration of a variable, or uses it, if its value is the
// result of a call.
func (f *folder) forget(id *ast.Ident) bool {
	s, ok := f.parents[id].(*ast.AssignStmt)
	if !ok || s.Tok != token.DEFINE || statements(f.parents[s]) == nil {
		return false
	}
	if len(s.Lhs) == 1 && len(s.Rhs) == 1 && pure(f.info, s.Rhs[0]) {
		f.removeLines(s)
		return true
	}
	for i, l := range s.Lhs {
		if l == id && len(s.Lhs) > 1 {
			if !f.declaresAnother(s, i) {
				return false
			}
			f.replace(id.Pos(), id.End(), "_")
			return true
		}
	}
	f.replace(id.Pos(), s.TokPos+token.Pos(len(s.Tok.String())), "_ =")
	return true
}

// declaresAnother tells whether ":=" has a new variable beside the one at i.
func (f *folder) declaresAnother(s *ast.AssignStmt, i int) bool {
	for j, l := range s.Lhs {
		id, ok := l.(*ast.Ident)
		if ok && j != i && id.Name != "_" && f.info.Defs[id] != nil && !f.drops(id.Pos()) {
			return true
		}
	}
	return false
}

func (f *folder) removeImport(spec *ast.ImportSpec) {
	decl, ok := f.parents[spec].(*ast.GenDecl)
	if ok && len(decl.Specs) == 1 {
		f.removeLines(decl)
		return
	}
	f.removeLines(spec)
}
