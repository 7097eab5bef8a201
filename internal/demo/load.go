package demo

import (
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// sampling is how many line items stand behind one of the file's
// sampled_lines, about.
const sampling = 13

// largeSample is the number of sampled lines above which an invoice is large.
const largeSample = 8

// RowError is a place in an invoice file that cannot be used.
type RowError struct {
	File   string
	Line   int    // from 1, the header included; 0 for the file as a whole
	Column string // name in the header, or "" for the line as a whole
	Err    error
}

// Error names the file, the line and the column.
func (e *RowError) Error() string {
	text := "invoices " + e.File
	if e.Line > 0 {
		text += fmt.Sprintf(", line %d", e.Line)
	}
	if e.Column != "" {
		text += ", column " + e.Column
	}
	return text + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *RowError) Unwrap() error { return e.Err }

// Replay is a Source that gives the invoices of a file again and again, in an
// order that is shuffled each time.
type Replay struct {
	mu       sync.Mutex
	rng      *rand.Rand
	invoices []Invoice
	order    []int
	next     int
	round    int
}

// LoadInvoices reads a CSV file whose header names the columns issued_at,
// invoice_no, account_id, country, sampled_lines, quantity and total_gbp, in
// any order. An invoice is large if it has more than 8 sampled lines. The
// error of a bad row is a *RowError.
func LoadInvoices(file string, seed uint64) (*Replay, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read invoices: %w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	return readInvoices(f, file, seed)
}

func readInvoices(in io.Reader, file string, seed uint64) (*Replay, error) {
	t := &table{in: csv.NewReader(in), file: file}
	t.in.ReuseRecord = true
	if err := t.header(); err != nil {
		return nil, err
	}
	r := &Replay{rng: rand.New(rand.NewPCG(seed, 0xf11e))}
	for {
		inv, err := t.invoice(r.rng)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		r.invoices = append(r.invoices, inv)
	}
	if len(r.invoices) == 0 {
		return nil, &RowError{File: file, Err: errors.New("there are no invoices in it")}
	}
	return r, nil
}

// Len is how many invoices the file has.
func (r *Replay) Len() int { return len(r.invoices) }

// Next gives the next invoice, with a number of its own for every round.
func (r *Replay) Next() Invoice {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == len(r.order) {
		r.order, r.next = r.rng.Perm(len(r.invoices)), 0
		r.round++
	}
	inv := r.invoices[r.order[r.next]]
	r.next++
	if r.round > 1 {
		inv.Number += fmt.Sprintf("-%d", r.round)
	}
	inv.Reference = reference(r.rng)
	return inv
}

// table reads rows by the names of their columns.
type table struct {
	in      *csv.Reader
	file    string
	columns map[string]int
	row     []string
	err     error // the first of the row
}

var columnNames = [...]string{"issued_at", "invoice_no", "account_id", "country", "sampled_lines", "quantity", "total_gbp"} //nolint:gochecknoglobals // a table, never written

func (t *table) header() error {
	row, err := t.in.Read()
	if err != nil {
		return &RowError{File: t.file, Err: fmt.Errorf("read header: %w", err)}
	}
	t.columns = make(map[string]int, len(row))
	for i, name := range row {
		t.columns[strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))] = i
	}
	for _, name := range columnNames {
		if _, ok := t.columns[name]; !ok {
			return &RowError{t.file, 1, name, errors.New("is missing from the header")}
		}
	}
	return nil
}

// invoice reads one row; io.EOF after the last.
func (t *table) invoice(rng *rand.Rand) (Invoice, error) {
	row, err := t.in.Read()
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse):
		return Invoice{}, &RowError{File: t.file, Line: parse.Line, Err: parse.Err}
	case err != nil:
		return Invoice{}, err
	}
	t.row, t.err = row, nil
	if _, err := time.Parse(time.RFC3339, t.text("issued_at")); err != nil {
		t.fail("issued_at", "%q is not a time such as 2010-12-01T08:26:00Z", t.text("issued_at"))
	}
	id := t.text("account_id")
	sampled := t.number("sampled_lines", 1, 1e6)
	t.number("quantity", math.MinInt32, math.MaxInt32)
	total := t.number("total_gbp", -1e9, 1e9)
	who := describeAccount(id)
	inv := Invoice{
		Number: t.text("invoice_no"), Account: id, Plan: who.plan, Country: countryCode(t.text("country")),
		Customer: "Customer " + id, User: fmt.Sprintf("%s-user-%d", id, 1+rng.IntN(who.users)),
		Lines: lineItems(rng, int(sampled)), Amount: int64(math.Round(total * 100)),
	}
	return inv, t.err
}

// text returns a field that must not be empty, in memory of its own.
func (t *table) text(column string) string {
	value := strings.TrimSpace(t.row[t.columns[column]])
	if value == "" {
		t.fail(column, "is empty")
	}
	return strings.Clone(value)
}

func (t *table) number(column string, least, most float64) float64 {
	text := t.text(column)
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= least && n <= most) { // the negation catches NaN
		t.fail(column, "%q is not a number from %g to %g", text, least, most)
	}
	return n
}

func (t *table) fail(column, format string, args ...any) {
	if t.err == nil {
		line, _ := t.in.FieldPos(t.columns[column])
		t.err = &RowError{t.file, line, column, fmt.Errorf(format, args...)}
	}
}

// lineItems estimates the size of an invoice from its sample, with a jitter,
// so that the estimate and the sample agree on what is large.
func lineItems(rng *rand.Rand, sampled int) int {
	if sampled > largeSample {
		return LargeLines + 1 + (sampled-largeSample-1)*sampling + rng.IntN(sampling)
	}
	return sampled*sampling - sampling/2 + rng.IntN(sampling)
}

// describeAccount makes up what the file does not tell of an account.
func describeAccount(id string) account {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	rng := rand.New(rand.NewPCG(h.Sum64(), 1))
	return account{plan: draw(rng, plans[:]), users: 1 + rng.IntN(6)}
}

// countryCode gives the code of the larger countries, and the name of others.
func countryCode(name string) string {
	switch name {
	case "United Kingdom":
		return "GB"
	case "USA", "United States":
		return "US"
	case "Germany":
		return "DE"
	case "France":
		return "FR"
	case "EIRE", "Ireland":
		return "IE"
	case "Spain":
		return "ES"
	case "Netherlands":
		return "NL"
	case "Australia":
		return "AU"
	default:
		return name
	}
}

// Customers implements Source.
func (r *Replay) Customers() int {
	accounts := map[string]bool{}
	for i := range r.invoices {
		accounts[r.invoices[i].Account] = true
	}
	return len(accounts)
}
