package scan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/flagledger/flagledger/internal/hygiene"
)

// The import paths of the SDKs.
const (
	goClient      = "github.com/flagledger/flagledger/client"
	goOpenFeature = "github.com/open-feature/go-sdk/openfeature"
)

// goMethods are the methods of the client, whose first argument names a flag.
// Those with true have names that others hardly have.
func goMethods() map[string]bool {
	return map[string]bool{
		"IsEnabled": true, "BoolDetails": true, "IntDetails": true, "NumberDetails": true, "StringDetails": true, "JSONDetails": true,
		"Bool": false, "Int": false, "Number": false, "String": false, "JSON": false, "Peek": false, "Expose": false,
	}
}

var openFeatureMethod = regexp.MustCompile(`^(Boolean|String|Float|Int|Object)(Value|ValueDetails)?$`)

var speaksOfFlags = regexp.MustCompile(`(?i)flag|feature`)

// golang reads Go files. Constants are looked up in the folders of packages, each
// of which is read once.
type golang struct {
	dir     string
	methods map[string]bool

	mu      sync.Mutex
	folders map[string]func() map[string]string // constants by folder
	modules map[string]string                   // module path by folder with a go.mod, else ""
}

func newGolang(dir string) *golang {
	return &golang{dir: dir, methods: goMethods(), folders: map[string]func() map[string]string{}, modules: map[string]string{}}
}

func (g *golang) uses(name string, src []byte, known map[string]bool) ([]use, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, errSyntax
	}
	f := &goFile{golang: g, folder: path.Dir(name), file: file, known: known, offset: func(n ast.Node) int { return fset.Position(n.Pos()).Offset }}
	f.called = map[ast.Node]bool{}
	ast.Inspect(file, f.visit)
	return f.found, nil
}

// goFile is one file that is read.
type goFile struct {
	*golang
	folder string
	file   *ast.File
	known  map[string]bool
	offset func(ast.Node) int
	called map[ast.Node]bool // literals that are arguments of calls
	found  []use
}

func (f *goFile) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		if arg, call := f.flagArgument(n); arg != nil {
			if flag, ok := f.text(arg); ok {
				f.called[arg] = true
				f.found = append(f.found, use{f.offset(n), flag, hygiene.KindCall, call})
			}
		}
	case *ast.ImportSpec:
		return false
	case *ast.ValueSpec:
		for _, v := range n.Values {
			if flag, ok := literal(v); ok && f.known[flag] {
				f.called[v] = true
				f.found = append(f.found, use{f.offset(v), flag, hygiene.KindDeclaration, ""})
			}
		}
	case *ast.BasicLit:
		if flag, ok := literal(n); ok && f.known[flag] && !f.called[n] {
			f.found = append(f.found, use{f.offset(n), flag, hygiene.KindMention, ""})
		}
	}
	return true
}

// flagArgument returns the argument that names a flag, nil if the call is of
// something else.
func (f *goFile) flagArgument(call *ast.CallExpr) (arg ast.Expr, name string) {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) == 0 {
		return nil, ""
	}
	name = method.Sel.Name
	own, ours := f.methods[name]
	about := speaksOfFlags.MatchString(lastName(method.X))
	if ours && (f.imports(goClient) || about || own && f.isKnown(call.Args[0])) {
		return call.Args[0], name
	}
	if len(call.Args) > 1 && openFeatureMethod.MatchString(name) && f.imports(goOpenFeature) {
		return call.Args[1], name
	}
	return nil, ""
}

func (f *goFile) isKnown(arg ast.Expr) bool {
	flag, ok := f.text(arg)
	return ok && f.known[flag]
}

// imports tells whether the file imports a package.
func (f *goFile) imports(want string) bool {
	for _, i := range f.file.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err == nil && p == want {
			return true
		}
	}
	return false
}

// text is the constant text that an expression stands for.
func (f *goFile) text(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return f.text(e.X)
	case *ast.Ident:
		text, ok := f.constants(f.folder)[e.Name]
		return text, ok
	case *ast.SelectorExpr:
		if pkg, ok := e.X.(*ast.Ident); ok {
			text, ok := f.constants(f.folderOf(pkg.Name))[e.Sel.Name]
			return text, ok
		}
	}
	return literal(e)
}

// folderOf is the folder of the package that the file imports under a name, "-"
// if it is not one of this module.
func (f *goFile) folderOf(name string) string {
	module, root := f.module(f.folder)
	for _, i := range f.file.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil || module == "" {
			continue
		}
		if i.Name != nil && i.Name.Name != name || i.Name == nil && path.Base(p) != name {
			continue
		}
		if below, ok := strings.CutPrefix(p+"/", module+"/"); ok {
			return path.Join(root, below)
		}
	}
	return "-"
}

// module finds the module that a folder belongs to, and its root.
func (g *golang) module(folder string) (modulePath, root string) {
	for root = folder; ; root = path.Dir(root) {
		if p := g.moduleAt(root); p != "" || root == "." || root == "/" {
			return p, root
		}
	}
}

var moduleLine = regexp.MustCompile(`(?m)^module\s+"?([^\s"]+)`)

func (g *golang) moduleAt(folder string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	p, ok := g.modules[folder]
	if !ok {
		text, _ := os.ReadFile(filepath.Join(g.dir, filepath.FromSlash(folder), "go.mod")) //nolint:gosec // none is none
		if m := moduleLine.FindSubmatch(text); m != nil {
			p = string(m[1])
		}
		g.modules[folder] = p
	}
	return p
}

// constants are the texts that the constants of a package hold.
func (g *golang) constants(folder string) map[string]string {
	g.mu.Lock()
	load, ok := g.folders[folder]
	if !ok {
		load = sync.OnceValue(func() map[string]string { return loadConstants(filepath.Join(g.dir, filepath.FromSlash(folder))) })
		g.folders[folder] = load
	}
	g.mu.Unlock()
	return load()
}

func loadConstants(folder string) map[string]string {
	out := map[string]string{}
	files, _ := filepath.Glob(filepath.Join(folder, "*.go")) // the pattern is good
	for _, name := range files {
		src, ok := read(name)
		if !ok {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.CONST {
				addConstants(out, d)
			}
		}
	}
	return out
}

func addConstants(out map[string]string, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || len(v.Values) != len(v.Names) {
			continue
		}
		for i, name := range v.Names {
			if text, ok := literal(v.Values[i]); ok {
				out[name.Name] = text
			}
		}
	}
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// lastName is the name by which an expression is read: c of a.b.c.
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.CallExpr:
		return lastName(e.Fun)
	}
	return ""
}
