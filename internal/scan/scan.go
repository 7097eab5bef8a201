package scan

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/flagledger/flagledger/internal/hygiene"
)

// MaxFile is the size in bytes above which a file is taken for generated.
const MaxFile = 1 << 20

// Report is what a folder holds.
type Report struct {
	// Files were read, Skipped were not: too large, or binary.
	Files, Skipped int
	// Unparsed are source files with errors, in which only words were looked for.
	Unparsed   []string
	References []hygiene.Reference // by path and place
}

// Scan reads the files of dir. flags are the keys that the server knows. It
// returns an error if dir cannot be read; a file that cannot is skipped.
func Scan(ctx context.Context, dir string, flags []string) (Report, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return Report{}, fmt.Errorf("scan: %w", err)
	}
	if !info.IsDir() {
		return Report{}, fmt.Errorf("scan %s: it is not a folder", dir)
	}
	files, err := list(ctx, dir)
	if err != nil {
		return Report{}, err
	}
	s := &scanner{dir: dir, known: map[string]bool{}, golang: newGolang(dir), script: newScript(dir)}
	for _, f := range flags {
		s.known[f] = true
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, file := range files {
		g.Go(func() error {
			if ctx.Err() == nil {
				s.file(file)
			}
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return Report{}, err
	}
	r := s.report
	slices.Sort(r.Unparsed)
	slices.SortFunc(r.References, func(a, b hygiene.Reference) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Flag, b.Flag))
	})
	return r, nil
}

// scanner is one Scan.
type scanner struct {
	dir    string
	known  map[string]bool
	golang *golang
	script *script

	mu     sync.Mutex
	report Report
}

// errSyntax is for a file that is not what its name says.
var errSyntax = errors.New("the file does not parse")

// file reads one file, named by a path with slashes below dir.
func (s *scanner) file(name string) {
	src, ok := read(filepath.Join(s.dir, filepath.FromSlash(name)))
	var refs []hygiene.Reference
	var err error
	if ok {
		refs, err = s.references(name, src)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ok {
		s.report.Skipped++
		return
	}
	s.report.Files++
	if err != nil {
		s.report.Unparsed = append(s.report.Unparsed, name)
	}
	s.report.References = append(s.report.References, refs...)
}

func read(path string) ([]byte, bool) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > MaxFile {
		return nil, false
	}
	src, err := os.ReadFile(path) //nolint:gosec // whoever starts the scan names the folder
	if err != nil || bytes.IndexByte(src[:min(len(src), 8000)], 0) >= 0 {
		return nil, false
	}
	return src, true
}

func (s *scanner) references(name string, src []byte) ([]hygiene.Reference, error) {
	lines := newLines(src)
	at := func(offset int, language string, found use) hygiene.Reference {
		line, column := lines.place(offset)
		return hygiene.Reference{
			Flag: found.flag, Path: name, Line: line, Column: column, Language: language, Kind: found.kind, Call: found.call,
		}
	}
	var uses []use
	var err error
	language := languageOf(name)
	switch language {
	case "go":
		uses, err = s.golang.uses(name, src, s.known)
	case "typescript", "javascript":
		uses, err = s.script.uses(name, src, s.known)
	default:
		uses = words(src, s.known)
	}
	if err != nil {
		uses = words(src, s.known)
	}
	refs := make([]hygiene.Reference, 0, len(uses))
	for _, u := range uses {
		refs = append(refs, at(u.offset, language, u))
	}
	return refs, err
}

// use is one place that names a flag.
type use struct {
	offset     int // in bytes
	flag       string
	kind, call string
}

// languageOf names the language by the ending of the file's name.
func languageOf(name string) string {
	switch ext := path.Ext(name); ext {
	case ".go":
		return "go"
	case ".ts", ".tsx", ".mts", ".cts":
		return "typescript"
	case ".js", ".jsx", ".mjs", ".cjs":
		return "javascript"
	case "":
		return "text"
	default:
		return ext[1:]
	}
}
