package demo

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"runtime"
	"strconv"
)

// newEngine is the engine of the release. It does more: kerned text, prices
// with VAT, the sum of VAT by rate, page numbers. It still takes less time,
// because it compresses fast.
type newEngine struct {
	doc     *document
	rows    rowTable
	content []byte
	text    []byte
	set     map[string][]byte // texts that were set before, as operators
	y       int               // of the line above, in points
	x       int               // of it, in thousandths of a point
}

// row is a line item with everything that will be printed of it.
type row struct {
	item
	net, vat int64
}

// rowTable collects the rows of an invoice before its pages are cut.
type rowTable interface {
	reset()
	put(i int, r row)
	get(i int) row
}

// fixedRows has room for the largest invoice that the engine was tried with.
// That is the defect of the release: row 201 does not fit.
type fixedRows [5 * rowsPerPage]row

func (t *fixedRows) reset()           {}
func (t *fixedRows) put(i int, r row) { t[i] = r }
func (t *fixedRows) get(i int) row    { return t[i] }

// growingRows is the repair.
type growingRows []row

func (t *growingRows) reset()           { *t = (*t)[:0] }
func (t *growingRows) put(_ int, r row) { *t = append(*t, r) }
func (t *growingRows) get(i int) row    { return (*t)[i] }

// NewBadEngine makes the engine as it is first released: it fails on every
// large invoice, and on no other that the old engine prints.
func NewBadEngine() Engine { return newNewEngine(new(fixedRows)) }

// NewGoodEngine makes the repaired engine: it fails where the old one does.
func NewGoodEngine() Engine { return newNewEngine(new(growingRows)) }

func newNewEngine(rows rowTable) *newEngine {
	return &newEngine{doc: newDocument(zlib.BestSpeed), rows: rows, set: map[string][]byte{}}
}

func (e *newEngine) Name() string { return "new" }

// Render turns a panic into an error, as an HTTP server would: the defect is
// an index out of range.
func (e *newEngine) Render(inv *Invoice) (file []byte, err error) {
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case runtime.Error:
			file, err = nil, fmt.Errorf("render invoice %s: %w", inv.Number, cause)
		default:
			panic(cause)
		}
	}()
	if file, err = e.render(inv); err != nil {
		return nil, fmt.Errorf("render invoice %s: %w", inv.Number, err)
	}
	return file, nil
}

func (e *newEngine) render(inv *Invoice) ([]byte, error) {
	vat := e.layout(inv)
	pages := (inv.Lines + rowsPerPage - 1) / rowsPerPage
	e.doc.begin(pages)
	for page := range pages {
		e.content = append(e.content[:0], "BT\n/F1 9 Tf\n"...)
		e.x, e.y = 0, 0
		if err := e.head(inv, page, pages); err != nil {
			return nil, err
		}
		last := min(inv.Lines, (page+1)*rowsPerPage)
		for i := page * rowsPerPage; i < last; i++ {
			if err := e.row(i); err != nil {
				return nil, err
			}
		}
		if last == inv.Lines {
			e.summary(inv, vat)
		}
		e.content = append(e.content, "ET\n"...)
		if err := e.doc.page(e.content); err != nil {
			return nil, err
		}
	}
	return e.doc.end(), nil
}

// layout fills the table and sums VAT by rate.
func (e *newEngine) layout(inv *Invoice) (vat [len(vatRates)]int64) {
	e.rows.reset()
	for i := range inv.Lines {
		it := inv.item(i)
		r := row{item: it, net: it.total()}
		r.vat = (r.net*vatRates[it.rate] + 50) / 100
		vat[it.rate] += r.vat
		e.rows.put(i, r)
	}
	return vat
}

func (e *newEngine) head(inv *Invoice, page, pages int) error {
	y := pageHeight - margin
	for _, text := range [...]string{"Invoice " + inv.Number, inv.Customer, "Your reference: " + inv.Reference} {
		if err := e.put(margin, y, text); err != nil {
			return err
		}
		y -= rowHeight
	}
	e.text = strconv.AppendInt(append(e.text[:0], "Page "...), int64(page+1), 10)
	e.text = strconv.AppendInt(append(e.text, " of "...), int64(pages), 10)
	e.right(540, pageHeight-margin)
	return nil
}

func (e *newEngine) row(i int) error {
	r := e.rows.get(i)
	y := pageHeight - 2*margin - (i%rowsPerPage+2)*rowHeight
	if err := e.name(margin, y, r.text); err != nil {
		return err
	}
	e.text = strconv.AppendInt(e.text[:0], r.quantity, 10)
	e.right(330, y)
	e.text = appendMoney(e.text[:0], r.price)
	e.right(400, y)
	e.text = append(strconv.AppendInt(e.text[:0], vatRates[r.rate], 10), '%')
	e.right(470, y)
	e.text = appendMoney(e.text[:0], r.net+r.vat)
	e.right(540, y)
	return nil
}

// summary prints the VAT of each rate, and the total.
func (e *newEngine) summary(inv *Invoice, vat [len(vatRates)]int64) {
	for i, sum := range vat {
		e.text = strconv.AppendInt(append(e.text[:0], "VAT at "...), vatRates[i], 10)
		e.text = appendMoney(append(e.text, "% GBP "...), sum)
		e.right(540, margin+(len(vat)-i)*rowHeight)
	}
	e.text = appendMoney(append(e.text[:0], "Total GBP "...), inv.Amount)
	e.right(540, margin)
}

// put prints a kerned text that begins at x.
func (e *newEngine) put(x, y int, text string) (err error) {
	if e.text, err = appendEncoded(e.text[:0], text); err != nil {
		return err
	}
	e.move(x*1000, y)
	e.content = appendKerned(e.content, e.text)
	return nil
}

// maxSet bounds how many texts are remembered.
const maxSet = 1000

// name prints the name of an item. The same ones come again and again, so it
// is kerned once.
func (e *newEngine) name(x, y int, text string) error {
	if operators, ok := e.set[text]; ok {
		e.move(x*1000, y)
		e.content = append(e.content, operators...)
		return nil
	}
	start := len(e.content)
	if err := e.put(x, y, text); err != nil {
		return err
	}
	if at := bytes.IndexByte(e.content[start:], '['); at >= 0 && len(e.set) < maxSet {
		e.set[text] = bytes.Clone(e.content[start+at:])
	}
	return nil
}

// right prints e.text so that it ends at x. Figures are not kerned: they have
// to stand in columns.
func (e *newEngine) right(x, y int) {
	e.move(x*1000-width(e.text)*9, y)
	e.content = append(append(append(e.content, '('), e.text...), ")Tj\n"...)
}

// move goes to a place, given from the last one: such numbers repeat from row
// to row, and what repeats takes no room in the file.
func (e *newEngine) move(x, y int) {
	e.content = appendPoint(e.content, x-e.x)
	e.content = append(e.content, ' ')
	e.content = strconv.AppendInt(e.content, int64(y-e.y), 10)
	e.content = append(e.content, " Td\n"...)
	e.x, e.y = x-(x-e.x)%100, y // what was printed, after rounding
}
