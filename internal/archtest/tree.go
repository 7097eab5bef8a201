package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// source is one Go file of the module.
type source struct {
	path      string // relative to the module root
	pkg       string // the package clause
	doc       bool   // has a comment directly above the package clause
	test      bool
	generated bool
	lines     int
	imports   []string // of the module, relative to its root
}

// dir returns the folder of the file, which is the path of its package.
func (s source) dir() string { return path.Dir(s.path) }

// readTree returns the Go files of the module in fsys whose import path is
// module. It leaves out testdata, nested modules and folders that the go
// command ignores.
func readTree(fsys fs.FS, module string) ([]source, error) {
	var found []source
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if name != "." && skipped(fsys, name) {
				return fs.SkipDir
			}
			return nil
		case path.Ext(name) != ".go":
			return nil
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		src, err := readSource(name, text, module)
		found = append(found, src)
		return err
	})
	return found, err
}

// skipped reports whether a folder holds none of the module's packages.
func skipped(fsys fs.FS, name string) bool {
	switch base := path.Base(name); {
	case base == "testdata", base == "vendor", base == "node_modules":
		return true
	case strings.HasPrefix(base, "."), strings.HasPrefix(base, "_"):
		return true
	}
	_, err := fs.Stat(fsys, path.Join(name, "go.mod"))
	return err == nil
}

func readSource(name string, text []byte, module string) (source, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return source{}, fmt.Errorf("parse %s: %w", name, err)
	}
	src := source{
		path:      name,
		pkg:       file.Name.Name,
		doc:       file.Doc != nil && strings.TrimSpace(file.Doc.Text()) != "",
		test:      strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(file),
		lines:     bytes.Count(text, []byte("\n")),
	}
	for _, spec := range file.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return source{}, fmt.Errorf("parse %s: import %s: %w", name, spec.Path.Value, err)
		}
		if ours, ok := strings.CutPrefix(target, module+"/"); ok {
			src.imports = append(src.imports, ours)
		}
	}
	return src, nil
}
