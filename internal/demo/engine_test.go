package demo

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

func plainInvoice(lines int) *Invoice {
	return &Invoice{Number: fmt.Sprint("INV-", lines), Customer: "Zoë (Élan) Ltd", Reference: `PO \1`, Lines: lines, Amount: 123_456_78}
}

// parsePDF reads a file as a viewer would: from its end, by the offsets of its
// cross-reference table. It returns the pages' drawing operators.
func parsePDF(file []byte) (pages []string, err error) {
	if !bytes.HasPrefix(file, []byte("%PDF-1.4\n")) || !bytes.HasSuffix(file, []byte("\n%%EOF\n")) {
		return nil, errors.New("header or end of file")
	}
	at := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(file)
	if at == nil {
		return nil, errors.New("no startxref")
	}
	start, _ := strconv.Atoi(string(at[1]))
	var count int
	if _, err := fmt.Sscanf(string(file[start:]), "xref\n0 %d\n", &count); err != nil {
		return nil, fmt.Errorf("xref: %w", err)
	}
	entries := file[start+len(fmt.Sprintf("xref\n0 %d\n", count)):]
	objects := make([][]byte, count)
	for i := 1; i < count; i++ {
		entry := string(entries[20*i : 20*i+20])
		offset, err := strconv.Atoi(entry[:10])
		if err != nil || entry[10:] != " 00000 n \n" {
			return nil, fmt.Errorf("entry %d is %q", i, entry)
		}
		head := fmt.Sprintf("%d 0 obj\n", i)
		if !bytes.HasPrefix(file[offset:], []byte(head)) {
			return nil, fmt.Errorf("object %d is not at %d", i, offset)
		}
		objects[i] = file[offset+len(head):]
	}
	if trailer := string(entries[20*count:]); !strings.HasPrefix(trailer, fmt.Sprintf("trailer\n<</Root 1 0 R/Size %d>>", count)) {
		return nil, fmt.Errorf("trailer %q", trailer)
	}
	kids := regexp.MustCompile(`^<</Type/Pages/Count (\d+)/Kids\[((?:\d+ 0 R )*)\]>>`).FindSubmatch(objects[objPages])
	if kids == nil {
		return nil, errors.New("no list of pages")
	}
	for _, kid := range regexp.MustCompile(`(\d+) 0 R`).FindAllSubmatch(kids[2], -1) {
		content, err := pageContent(objects, string(kid[1]))
		if err != nil {
			return nil, err
		}
		pages = append(pages, content)
	}
	if string(kids[1]) != strconv.Itoa(len(pages)) {
		return nil, fmt.Errorf("%d pages, the list says %s", len(pages), kids[1])
	}
	return pages, nil
}

func pageContent(objects [][]byte, page string) (string, error) {
	i, _ := strconv.Atoi(page)
	ref := regexp.MustCompile(`^<</Type/Page/.*/Contents (\d+) 0 R>>\nendobj`).FindSubmatch(objects[i])
	if ref == nil {
		return "", fmt.Errorf("page %d has no contents", i)
	}
	j, _ := strconv.Atoi(string(ref[1]))
	head := regexp.MustCompile(`^<</Filter/FlateDecode/Length (\d+)>>\nstream\n`).FindSubmatch(objects[j])
	if head == nil {
		return "", fmt.Errorf("object %d is no stream", j)
	}
	length, _ := strconv.Atoi(string(head[1]))
	body := objects[j][len(head[0]):]
	if !bytes.HasPrefix(body[length:], []byte("\nendstream\nendobj\n")) {
		return "", fmt.Errorf("stream %d is not %d bytes long", j, length)
	}
	zip, err := zlib.NewReader(bytes.NewReader(body[:length]))
	if err != nil {
		return "", err
	}
	content, err := io.ReadAll(zip)
	return string(content), err
}

func TestFilesAreValid(t *testing.T) {
	small, large := []int{1, 39, 40, 41, 200}, []int{201, 1200}
	for name, c := range map[string]struct {
		engine Engine
		lines  []int
	}{
		"old":  {NewOldEngine(), append(large, small...)},
		"bad":  {NewBadEngine(), small}, // the large ones are TestEnginesFail's
		"good": {NewGoodEngine(), append(large, small...)},
	} {
		for _, lines := range c.lines {
			t.Run(fmt.Sprintf("%s/%d lines", name, lines), func(t *testing.T) {
				file, err := c.engine.Render(plainInvoice(lines))
				if err != nil {
					t.Fatal(err)
				}
				pages, err := parsePDF(file)
				if err != nil {
					t.Fatal(err)
				}
				if want := (lines + rowsPerPage - 1) / rowsPerPage; len(pages) != want {
					t.Errorf("%d pages, want %d", len(pages), want)
				}
				for i, page := range pages {
					if !strings.HasPrefix(page, "BT\n") || !strings.HasSuffix(page, "ET\n") {
						t.Errorf("page %d is not one text object: %.40q", i+1, page)
					}
				}
				if last := pages[len(pages)-1]; !strings.Contains(last, "(Total GBP 123,456.78)") {
					t.Error("the last page has no total")
				}
			})
		}
	}
}

// TestEnginesFail renders many invoices with all engines, each of which must
// fail where it is said to, and nowhere else.
func TestEnginesFail(t *testing.T) {
	g := NewGenerator(3)
	old, bad, good := NewOldEngine(), NewBadEngine(), NewGoodEngine()
	doomed := (&worker{traffic: &traffic{}}).doomed
	failures := 0
	for range 300 {
		inv := g.Next()
		_, oldErr := old.Render(&inv)
		_, goodErr := good.Render(&inv)
		_, badErr := bad.Render(&inv)
		if errors.Is(oldErr, ErrGlyph) == printable(&inv) || errors.Is(goodErr, ErrGlyph) == printable(&inv) {
			t.Fatalf("%q: old %v, good %v", inv.Reference, oldErr, goodErr)
		}
		if (badErr != nil) != (inv.Large() || oldErr != nil) || doomed(&inv) != (badErr != nil && oldErr == nil) {
			t.Fatalf("%d lines: bad %v, old %v, doomed %v", inv.Lines, badErr, oldErr, doomed(&inv))
		}
		var cause runtime.Error
		if inv.Large() && !errors.As(badErr, &cause) {
			t.Fatalf("%d lines: %v, want an index out of range", inv.Lines, badErr)
		}
		if badErr != nil {
			failures++
		}
	}
	if failures < 6 {
		t.Errorf("only %d of 300 failed: the test has not seen what it is for", failures)
	}
}

func TestTypesetting(t *testing.T) {
	tests := []struct{ name, got, want string }{
		{"thousands", string(appendMoney(nil, 123_456_789)), "1,234,567.89"},
		{"pence", string(appendMoney(nil, 5)), "0.05"},
		{"zeros in between", string(appendMoney(nil, 100_000_700)), "1,000,007.00"},
		{"negative", string(appendMoney(nil, -150)), "-1.50"},
		{"points", string(appendPoint(nil, 12_345)), "12.3"},
		{"negative points", string(appendPoint(nil, -540)), "-0.5"},
		{"kerning", string(appendKerned(nil, []byte("Tea"))), "[(T)70(ea)]TJ\n"},
		{"escapes are not split", string(appendKerned(nil, []byte(`a\)`))), "[(a\\))]TJ\n"},
	}
	for _, tc := range tests {
		if tc.got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, tc.got, tc.want)
		}
	}
	if got, err := appendEncoded(nil, `(€ é \)`); err != nil || string(got) != "\\(\x80 \xe9 \\\\\\)" {
		t.Errorf("encoded = %q, %v", got, err)
	}
	if got := width([]byte("Total")); got != 611+556+278+556+222 {
		t.Errorf("width = %d", got)
	}
}
