package demo

import (
	"compress/zlib"
	"fmt"
	"strconv"
)

// Engine renders invoices as PDF files. One is used by one goroutine.
type Engine interface {
	// Name is "old" or "new".
	Name() string
	// Render returns the file, which is valid until the next call. It fails
	// with ErrGlyph on a text that cannot be printed.
	Render(inv *Invoice) ([]byte, error)
}

// oldEngine is what the company has used for years: a plain list of items.
// It prints every invoice whose texts can be printed.
type oldEngine struct {
	doc     *document
	content []byte
	text    []byte
}

// NewOldEngine makes the engine of the control. It compresses as well as it
// can, which takes it most of its time.
func NewOldEngine() Engine { return &oldEngine{doc: newDocument(zlib.DefaultCompression)} }

func (e *oldEngine) Name() string { return "old" }

func (e *oldEngine) Render(inv *Invoice) ([]byte, error) {
	pages := (inv.Lines + rowsPerPage - 1) / rowsPerPage
	e.doc.begin(pages)
	for page := range pages {
		if err := e.page(inv, page); err != nil {
			return nil, fmt.Errorf("render invoice %s: %w", inv.Number, err)
		}
	}
	return e.doc.end(), nil
}

func (e *oldEngine) page(inv *Invoice, page int) error {
	e.content = append(e.content[:0], "BT\n/F1 9 Tf\n"...)
	if err := e.head(inv); err != nil {
		return err
	}
	last := min(inv.Lines, (page+1)*rowsPerPage)
	for i := page * rowsPerPage; i < last; i++ {
		y := pageHeight - 2*margin - (i%rowsPerPage+2)*rowHeight
		it := inv.item(i)
		if err := e.put(margin, y, it.text); err != nil {
			return err
		}
		e.right(330, y, strconv.AppendInt(e.text[:0], it.quantity, 10))
		e.right(420, y, appendMoney(e.text[:0], it.price))
		e.right(540, y, appendMoney(e.text[:0], it.total()))
	}
	if last == inv.Lines {
		e.right(540, margin, appendMoney(append(e.text[:0], "Total GBP "...), inv.Amount))
	}
	e.content = append(e.content, "ET\n"...)
	return e.doc.page(e.content)
}

func (e *oldEngine) head(inv *Invoice) error {
	y := pageHeight - margin
	for _, text := range []string{"Invoice " + inv.Number, inv.Customer, "Your reference: " + inv.Reference} {
		if err := e.put(margin, y, text); err != nil {
			return err
		}
		y -= rowHeight
	}
	return nil
}

// put prints a text that begins at x.
func (e *oldEngine) put(x, y int, text string) (err error) {
	if e.text, err = appendEncoded(e.text[:0], text); err != nil {
		return err
	}
	e.show(x*1000, y)
	return nil
}

// right prints a number that ends at x.
func (e *oldEngine) right(x, y int, number []byte) {
	e.text = number
	e.show(x*1000-width(number)*9, y)
}

// show prints e.text at x, in thousandths of a point, and y.
func (e *oldEngine) show(x, y int) {
	e.content = appendPoint(append(e.content, "1 0 0 1 "...), x)
	e.content = strconv.AppendInt(append(e.content, ' '), int64(y), 10)
	e.content = append(append(e.content, " Tm ("...), e.text...)
	e.content = append(e.content, ") Tj\n"...)
}
