package scan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flagledger/flagledger/internal/scan"
)

// tree writes files and returns their folder.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// found scans a folder and writes each reference in a line.
func found(t testing.TB, dir string, flags ...string) (string, scan.Report) {
	t.Helper()
	r, err := scan.Scan(t.Context(), dir, flags)
	if err != nil {
		t.Fatal(err)
	}
	lines := make([]string, len(r.References))
	for i, ref := range r.References {
		lines[i] = strings.TrimSpace(fmt.Sprintf("%s:%d:%d %s %s %s", ref.Path, ref.Line, ref.Column, ref.Flag, ref.Kind, ref.Call))
	}
	return strings.Join(lines, "\n"), r
}

func TestScan(t *testing.T) {
	const client = `import "github.com/flagledger/flagledger/client"`
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{
			"Go calls",
			map[string]string{"a.go": "package a\n" + client + "\nfunc f(c *client.Client) {\n\tif c.IsEnabled(\"pdf\", nil) || c.Bool(\"unknown\", nil, false) {\n\t}\n}\n"},
			"a.go:4:5 pdf call IsEnabled\na.go:4:32 unknown call Bool",
		},
		{"Go constants", map[string]string{
			"go.mod": "module example.com/shop\n", "keys/keys.go": "package keys\nconst PDF = \"pdf\"\n",
			"a.go": "package a\nimport (\n\t\"example.com/shop/keys\"\n" + strings.TrimPrefix(client, "import ") + "\n)\nfunc f(c *client.Client) { c.IsEnabled(keys.PDF, nil); c.IsEnabled(mine, nil) }\n",
			"b.go": "package a\nconst mine = \"chat\"\n",
		}, "a.go:6:28 pdf call IsEnabled\na.go:6:56 chat call IsEnabled\nb.go:2:14 chat declaration\nkeys/keys.go:2:13 pdf declaration"},
		{"Go that speaks of others", map[string]string{"a.go": "package a\nfunc f() { b.String(\"pdf\"); m.Int(\"other\"); /* pdf */ print(\"about pdf\") }\n"}, "a.go:2:21 pdf mention"},
		{
			"OpenFeature in Go",
			map[string]string{"a.go": "package a\nimport \"github.com/open-feature/go-sdk/openfeature\"\nfunc f(c *openfeature.Client) { c.BooleanValue(ctx, \"new\", false, e) }\n"},
			"a.go:3:33 new call BooleanValue",
		},
		{
			"TypeScript calls",
			map[string]string{"a.ts": "// pdf\nif (flagClient.isEnabled('pdf', ctx)) x<string>('é', flags.value(`chat`, ctx, 1), map.value('nobody'), other.get('pdf'));\n"},
			"a.ts:2:5 pdf call isEnabled\na.ts:2:54 chat call value\na.ts:2:114 pdf mention",
		},
		{"TSX and constants", map[string]string{
			"shared/flag.ts": "export const flag = {\n  pdf: 'pdf',\n} as const;\nexport const single = 'chat';\n",
			"web/app.tsx":    "import { flag, single as one } from '../shared/flag.js';\nexport function App() {\n  const on = useFeatureFlag(flag.pdf);\n  return <p title=\"chat\">{on && useVariant(one) && <B />}</p>;\n}\n",
		}, "shared/flag.ts:2:8 pdf declaration\nshared/flag.ts:4:23 chat declaration\nweb/app.tsx:3:14 pdf call useFeatureFlag\nweb/app.tsx:4:19 chat mention\nweb/app.tsx:4:33 chat call useVariant"},
		{
			"JavaScript",
			map[string]string{"a.mjs": "const key = 'pdf';\r\nclient().isEnabled(key);\r\nawait api.getBooleanValue('typo', false)\r\n"},
			"a.mjs:1:13 pdf declaration\na.mjs:2:1 pdf call isEnabled\na.mjs:3:7 typo call getBooleanValue",
		},
		{
			"text",
			map[string]string{"a.yaml": "flag: pdf\nother: pdf-2, xpdf, pdf.x, ipdf\n# see pdf. and \"chat\"\n", "b.py": "if flags.is_on('chat'):\n"},
			"a.yaml:1:7 pdf text\na.yaml:3:7 pdf text\na.yaml:3:17 chat text\nb.py:1:17 chat text",
		},
		{"what does not parse", map[string]string{"a.go": "package a\nfunc {{ pdf }}\n", "b.ts": "let = = 'chat';\n"}, "a.go:2:9 pdf text\nb.ts:1:10 chat text"},
		{"folders of others", map[string]string{"node_modules/x/a.js": "f.isEnabled('pdf')", "dist/a.js": "f.isEnabled('pdf')", ".cache/a.js": "f.isEnabled('pdf')", "vendor/a.go": "pdf"}, ""},
		{"binary and large", map[string]string{"a.bin": "pdf\x00", "b.txt": strings.Repeat("pdf ", scan.MaxFile/4+1)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := found(t, tree(t, tt.files), "pdf", "chat"); got != tt.want {
				t.Errorf("found\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestScanCounts(t *testing.T) {
	dir := tree(t, map[string]string{"a.go": "package", "b.txt": "pdf", "c.bin": "\x00", "d.go": "package d"})
	if err := os.Symlink(dir, filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	_, r := found(t, dir, "pdf")
	if r.Files != 3 || r.Skipped != 2 || !slices.Equal(r.Unparsed, []string{"a.go"}) {
		t.Errorf("%+v", r)
	}
	if _, err := scan.Scan(t.Context(), filepath.Join(dir, "none"), nil); err == nil {
		t.Error("a folder that is not there was scanned")
	}
	if _, err := scan.Scan(t.Context(), filepath.Join(dir, "b.txt"), nil); err == nil {
		t.Error("a file was scanned as a folder")
	}
}

// TestScanExample scans the code of this repository.
func TestScanExample(t *testing.T) {
	invoicing, _ := found(t, "../../examples/invoicing", "redesigned-dashboard", "new-pdf-engine")
	for _, want := range []string{
		"shared/flag.ts:4:14 redesigned-dashboard declaration", "web/dashboard.tsx:11:24 redesigned-dashboard call useVariant",
		"server/invoices.ts:60:20 new-pdf-engine call isEnabled", "web/shell.tsx:13:18 maintenance-mode call useFeatureFlag",
	} {
		if !strings.Contains(invoicing, want) {
			t.Errorf("%s is not among\n%s", want, invoicing)
		}
	}
	demo, _ := found(t, "../..", "redesigned-dashboard")
	if want := "redesigned-dashboard call IsEnabled"; !strings.Contains(demo, want) || !strings.Contains(demo, "internal/demo/worker.go") {
		t.Errorf("%s is not among\n%s", want, demo)
	}
}

// BenchmarkScan scans 10,000 files of a hundred lines and more.
func BenchmarkScan(b *testing.B) {
	files := map[string]string{}
	for i := range 10_000 {
		name := fmt.Sprintf("pkg%d/file%d", i%200, i)
		goBody := strings.Repeat("\t\tif err := step(ctx, total, \"label\"); err != nil {\n\t\t\treturn fmt.Errorf(\"step: %w\", err)\n\t\t}\n", 35)
		tsBody := strings.Repeat("  for (const item of input.items) {\n    console.log(item.name, total, options.label || 'none');\n  }\n", 35)
		switch i % 5 {
		case 0:
			files[name+".go"] = fmt.Sprintf("package pkg%d\n\nimport \"github.com/flagledger/flagledger/client\"\n\nfunc f%d(c *client.Client) error {\n%s\tif c.IsEnabled(\"flag-%d\", nil) {\n\t\treturn nil\n\t}\n\treturn nil\n}\n", i%200, i, goBody, i%100)
		case 1, 2:
			files[name+".ts"] = fmt.Sprintf("export function f%d(input, options) {\n%s  return flagClient.isEnabled('flag-%d');\n}\n", i, tsBody, i%100)
		case 3:
			files[name+".tsx"] = fmt.Sprintf("export function F%d(input, options) {\n%s  return <p>{input.name}</p>;\n}\n", i, tsBody)
		default:
			files[name+".yaml"] = strings.Repeat("key: value\nlist: [a, b, c]\n", 60) + fmt.Sprintf("flag: flag-%d\n", i%100)
		}
	}
	dir := tree(b, files)
	flags := make([]string, 1000)
	for i := range flags {
		flags[i] = fmt.Sprint("flag-", i)
	}
	for b.Loop() {
		r, err := scan.Scan(b.Context(), dir, flags)
		if err != nil || r.Files != len(files) || len(r.References) != 8000 {
			b.Fatalf("%d files, %d references, %v", r.Files, len(r.References), err)
		}
	}
	b.ReportMetric(float64(len(files))*float64(b.N)/b.Elapsed().Seconds(), "files/s")
}
