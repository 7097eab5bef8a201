package scan

import (
	"bytes"
	"path"
	"regexp"
	"strings"
	"sync"

	sitter "github.com/tree-sitter/go-tree-sitter"
	grammar "github.com/tree-sitter/tree-sitter-typescript/bindings/go"

	"github.com/flagledger/flagledger/internal/hygiene"
)

// scriptCalls are the functions of the SDKs for TypeScript and of OpenFeature,
// whose first argument names a flag. Those with true have names of their own.
func scriptCalls() map[string]bool {
	return map[string]bool{
		"isEnabled": true, "useFeatureFlag": true, "useVariant": true, "useFlagValue": true, "useFlagDetails": true,
		"getBooleanValue": true, "getStringValue": true, "getNumberValue": true, "getObjectValue": true,
		"getBooleanDetails": true, "getStringDetails": true, "getNumberDetails": true, "getObjectDetails": true,
		"value": false, "variant": false, "details": false, "peek": false, "expose": false,
	}
}

// ownNames finds a file that may call one.
var ownNames = regexp.MustCompile(`\b(isEnabled|use(FeatureFlag|Variant|FlagValue|FlagDetails)|get(Boolean|String|Number|Object)(Value|Details)|(value|variant|details|peek|expose)\()`)

// script reads TypeScript, JavaScript and JSX by the grammar of tree-sitter for
// TypeScript, which JavaScript is a part of.
type script struct {
	dir   string
	calls map[string]bool
	plain *sitter.Language // with type assertions in angle brackets
	jsx   *sitter.Language
	mu    sync.Mutex
	files map[string]func() constants // of files that are imported, nil for none
}

func newScript(dir string) *script {
	return &script{
		dir: dir, calls: scriptCalls(), files: map[string]func() constants{},
		plain: sitter.NewLanguage(grammar.LanguageTypescript()), jsx: sitter.NewLanguage(grammar.LanguageTSX()),
	}
}

func (s *script) uses(name string, src []byte, known map[string]bool) ([]use, error) {
	if !ownNames.Match(src) && !mentions(src, known) {
		return nil, nil
	}
	tree, err := s.parse(name, src)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	root := tree.RootNode()
	f := &scriptFile{script: s, name: name, src: src, known: known, own: constantsOf(root, src), called: map[uint]bool{}}
	f.imports = importsOf(root, src)
	f.visit(root)
	return f.found, nil
}

// mentions tells whether any word is a key; most files have none.
func mentions(src []byte, known map[string]bool) bool { return len(words(src, known)) > 0 }

func (s *script) parse(name string, src []byte) (*sitter.Tree, error) {
	language := s.jsx
	if strings.HasSuffix(name, "ts") {
		language = s.plain
	}
	parser := sitter.NewParser()
	defer parser.Close()
	if err := parser.SetLanguage(language); err != nil {
		return nil, err
	}
	tree := parser.Parse(src, nil)
	if tree == nil || tree.RootNode().HasError() {
		if tree != nil {
			tree.Close()
		}
		return nil, errSyntax
	}
	return tree, nil
}

// scriptFile is one file that is read.
type scriptFile struct {
	*script
	name    string
	src     []byte
	known   map[string]bool
	own     constants
	imports map[string]imported
	called  map[uint]bool // where the texts begin that are arguments of calls
	found   []use
}

// imported is a name of another file.
type imported struct{ from, name string }

func (f *scriptFile) visit(n *sitter.Node) {
	switch n.Kind() {
	case "comment":
		return
	case "import_statement":
		return
	case "call_expression":
		f.call(n)
	case "string", "template_string":
		f.literal(n)
	}
	for i := range n.NamedChildCount() {
		f.visit(n.NamedChild(i))
	}
}

func (f *scriptFile) call(n *sitter.Node) {
	name, object := callee(n.ChildByFieldName("function"), f.src)
	own, ours := f.calls[name]
	args := n.ChildByFieldName("arguments")
	if !ours || args == nil || args.NamedChildCount() == 0 {
		return
	}
	arg := args.NamedChild(0)
	flag, ok := f.text(arg)
	if !ok || !own && !speaksOfFlags.MatchString(object) && !f.known[flag] {
		return
	}
	f.called[arg.StartByte()] = true
	f.found = append(f.found, use{int(n.StartByte()), flag, hygiene.KindCall, name}) //nolint:gosec // files are small
}

// callee is the name of a function, and of what it is a method of.
func callee(n *sitter.Node, src []byte) (name, object string) {
	if n == nil {
		return "", ""
	}
	switch n.Kind() {
	case "identifier":
		return n.Utf8Text(src), ""
	case "member_expression":
		property, of := n.ChildByFieldName("property"), n.ChildByFieldName("object")
		if property == nil || of == nil {
			return "", ""
		}
		object, _ = callee(of, src)
		if of.Kind() == "call_expression" {
			object, _ = callee(of.ChildByFieldName("function"), src)
		}
		return property.Utf8Text(src), object
	case "non_null_expression", "parenthesized_expression":
		return callee(n.NamedChild(0), src)
	}
	return "", ""
}

// literal notes a text that is the key of a flag.
func (f *scriptFile) literal(n *sitter.Node) {
	flag, ok := stringOf(n, f.src)
	if !ok || !f.known[flag] || f.called[n.StartByte()] {
		return
	}
	kind := hygiene.KindMention
	if isConstant(n) {
		kind = hygiene.KindDeclaration
	}
	f.found = append(f.found, use{int(n.StartByte()), flag, kind, ""}) //nolint:gosec // files are small
}

// text is the constant text that an expression stands for.
func (f *scriptFile) text(n *sitter.Node) (string, bool) {
	if text, ok := stringOf(n, f.src); ok {
		return text, true
	}
	name := ""
	switch n.Kind() {
	case "identifier", "member_expression":
		name = n.Utf8Text(f.src)
	default:
		return "", false
	}
	if text, ok := f.own[name]; ok {
		return text, true
	}
	head, tail, _ := strings.Cut(name, ".")
	i, ok := f.imports[head]
	if !ok {
		return "", false
	}
	key := i.name
	if tail != "" {
		key += "." + tail
	}
	text, ok := f.constants(path.Join(path.Dir(f.name), i.from))[key]
	return text, ok
}

// stringOf is the text of a literal, or of a template without substitutions.
func stringOf(n *sitter.Node, src []byte) (string, bool) {
	if kind := n.Kind(); kind != "string" && kind != "template_string" {
		return "", false
	}
	for i := range n.NamedChildCount() {
		if n.NamedChild(i).Kind() != "string_fragment" {
			return "", false // an escape or a substitution: keys have none
		}
	}
	text := src[n.StartByte():n.EndByte()]
	return string(bytes.Trim(text, "'\"`")), len(text) >= 2
}

// isConstant tells whether a literal is the value of a constant, or of a member
// of one.
func isConstant(n *sitter.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		switch p.Kind() {
		case "as_expression", "satisfies_expression", "object", "pair", "parenthesized_expression":
		case "variable_declarator":
			return true
		default:
			return false
		}
	}
	return false
}
