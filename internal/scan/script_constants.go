package scan

import (
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	sitter "github.com/tree-sitter/go-tree-sitter"
)

// constants are what a file holds: a text by its name, or by "object.member".
type constants map[string]string

// constants are those of a file that is imported by a path without, or with
// another, ending.
func (s *script) constants(stem string) constants {
	s.mu.Lock()
	load, ok := s.files[stem]
	if !ok {
		load = sync.OnceValue(func() constants { return s.load(stem) })
		s.files[stem] = load
	}
	s.mu.Unlock()
	return load()
}

var jsEnding = regexp.MustCompile(`\.[mc]?jsx?$`)

func (s *script) load(stem string) constants {
	bare := jsEnding.ReplaceAllString(stem, "")
	candidates := []string{stem}
	for _, ending := range []string{".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"} {
		candidates = append(candidates, bare+ending, stem+"/index"+ending)
	}
	for _, name := range candidates {
		src, ok := read(filepath.Join(s.dir, filepath.FromSlash(name)))
		if !ok {
			continue
		}
		tree, err := s.parse(name, src)
		if err != nil {
			return nil
		}
		defer tree.Close()
		return constantsOf(tree.RootNode(), src)
	}
	return nil
}

// constantsOf are the constants at the top of a file.
func constantsOf(root *sitter.Node, src []byte) constants {
	out := constants{}
	for i := range root.NamedChildCount() {
		statement := root.NamedChild(i)
		if statement.Kind() == "export_statement" {
			if statement = statement.ChildByFieldName("declaration"); statement == nil {
				continue
			}
		}
		if statement.Kind() != "lexical_declaration" {
			continue
		}
		for j := range statement.NamedChildCount() {
			declare(statement.NamedChild(j), src, out)
		}
	}
	return out
}

func declare(n *sitter.Node, src []byte, out constants) {
	name, value := n.ChildByFieldName("name"), n.ChildByFieldName("value")
	if name == nil || value == nil {
		return
	}
	for value.Kind() == "as_expression" || value.Kind() == "satisfies_expression" {
		value = value.NamedChild(0)
	}
	if text, ok := stringOf(value, src); ok {
		out[name.Utf8Text(src)] = text
	}
	if value.Kind() != "object" {
		return
	}
	for i := range value.NamedChildCount() {
		pair := value.NamedChild(i)
		key, member := pair.ChildByFieldName("key"), pair.ChildByFieldName("value")
		if key == nil || member == nil {
			continue
		}
		if text, ok := stringOf(member, src); ok {
			out[name.Utf8Text(src)+"."+strings.Trim(key.Utf8Text(src), "'\"")] = text
		}
	}
}

// importsOf are the names that come from files beside this one.
func importsOf(root *sitter.Node, src []byte) map[string]imported {
	out := map[string]imported{}
	for i := range root.NamedChildCount() {
		statement := root.NamedChild(i)
		source := statement.ChildByFieldName("source")
		if statement.Kind() != "import_statement" || source == nil {
			continue
		}
		from, _ := stringOf(source, src)
		if !strings.HasPrefix(from, ".") {
			continue
		}
		addSpecifiers(statement, from, src, out)
	}
	return out
}

func addSpecifiers(n *sitter.Node, from string, src []byte, out map[string]imported) {
	if n.Kind() == "import_specifier" {
		name, alias := n.ChildByFieldName("name"), n.ChildByFieldName("alias")
		if alias == nil {
			alias = name
		}
		out[alias.Utf8Text(src)] = imported{from, name.Utf8Text(src)}
		return
	}
	for i := range n.NamedChildCount() {
		addSpecifiers(n.NamedChild(i), from, src, out)
	}
}
