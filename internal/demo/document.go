package demo

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strconv"
)

// Page size in points (A4), margins and the line grid both engines share.
const (
	pageWidth   = 595
	pageHeight  = 842
	margin      = 50
	rowHeight   = 16
	rowsPerPage = 40
)

// document writes a PDF 1.4 file: numbered objects, then the table of where
// they are. It is used again for the next file, and is not safe for concurrent
// use.
type document struct {
	out     []byte
	offsets []int // of object i+1
	zip     *zlib.Writer
	zipped  bytes.Buffer
}

// newDocument compresses pages at a level of package zlib.
func newDocument(level int) *document {
	d := &document{}
	zip, err := zlib.NewWriterLevel(&d.zipped, level)
	if err != nil { // only for a level that does not exist
		panic(err)
	}
	d.zip = zip
	return d
}

// The objects every document begins with.
const (
	objCatalog = 1
	objPages   = 2
	objFont    = 3
	firstPage  = 4 // page and content alternate from here
)

// begin starts a file of so many pages.
func (d *document) begin(pages int) {
	d.offsets = d.offsets[:0]
	// The comment of bytes above 127 tells file transfers that it is binary.
	d.out = append(d.out[:0], "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"...)
	d.object("<</Type/Catalog/Pages 2 0 R>>")
	d.open()
	d.out = append(d.out, "<</Type/Pages/Count "...)
	d.out = strconv.AppendInt(d.out, int64(pages), 10)
	d.out = append(d.out, "/Kids["...)
	for i := range pages {
		d.out = strconv.AppendInt(d.out, int64(firstPage+2*i), 10)
		d.out = append(d.out, " 0 R "...)
	}
	d.out = append(d.out, "]>>\nendobj\n"...)
	d.object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
}

// page adds a page with the given drawing operators.
func (d *document) page(content []byte) error {
	d.zipped.Reset()
	d.zip.Reset(&d.zipped)
	if _, err := d.zip.Write(content); err != nil {
		return fmt.Errorf("compress page: %w", err)
	}
	if err := d.zip.Close(); err != nil {
		return fmt.Errorf("compress page: %w", err)
	}
	d.open()
	d.out = append(d.out, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents "...)
	d.out = strconv.AppendInt(d.out, int64(len(d.offsets)+1), 10)
	d.out = append(d.out, " 0 R>>\nendobj\n"...)
	d.open()
	d.out = append(d.out, "<</Filter/FlateDecode/Length "...)
	d.out = strconv.AppendInt(d.out, int64(d.zipped.Len()), 10)
	d.out = append(d.out, ">>\nstream\n"...)
	d.out = append(d.out, d.zipped.Bytes()...)
	d.out = append(d.out, "\nendstream\nendobj\n"...)
	return nil
}

// end writes the cross-reference table and returns the file, which is valid
// until the next begin.
func (d *document) end() []byte {
	start, size := len(d.out), len(d.offsets)+1
	d.out = append(d.out, "xref\n0 "...)
	d.out = strconv.AppendInt(d.out, int64(size), 10)
	d.out = append(d.out, "\n0000000000 65535 f \n"...)
	for _, offset := range d.offsets {
		d.out = appendPadded(d.out, offset, 10)
		d.out = append(d.out, " 00000 n \n"...)
	}
	d.out = append(d.out, "trailer\n<</Root 1 0 R/Size "...)
	d.out = strconv.AppendInt(d.out, int64(size), 10)
	d.out = append(d.out, ">>\nstartxref\n"...)
	d.out = strconv.AppendInt(d.out, int64(start), 10)
	d.out = append(d.out, "\n%%EOF\n"...)
	return d.out
}

func (d *document) object(body string) {
	d.open()
	d.out = append(d.out, body...)
	d.out = append(d.out, "\nendobj\n"...)
}

// open begins the next object.
func (d *document) open() {
	d.offsets = append(d.offsets, len(d.out))
	d.out = strconv.AppendInt(d.out, int64(len(d.offsets)), 10)
	d.out = append(d.out, " 0 obj\n"...)
}

func appendPadded(dst []byte, n, width int) []byte {
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], int64(n), 10)
	for range width - len(text) {
		dst = append(dst, '0')
	}
	return append(dst, text...)
}
