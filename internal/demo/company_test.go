package demo

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGeneratorRates(t *testing.T) {
	const n = 20_000
	for _, seed := range []uint64{1, 2} {
		g := NewGenerator(seed)
		large, bad := 0.0, 0.0
		perAccount, prone := make(map[string]int), make(map[string]bool)
		users := make(map[string]string)
		for range n {
			inv := g.Next()
			perAccount[inv.Account]++
			if inv.Large() {
				large++
				prone[inv.Account] = true
			}
			if !printable(&inv) {
				bad++
			}
			if inv.Lines < 1 || inv.Amount <= 0 || inv.Plan == "" || inv.Country == "" {
				t.Fatalf("seed %d: invoice %+v", seed, inv)
			}
			if account, ok := users[inv.User]; ok && account != inv.Account {
				t.Fatalf("seed %d: %s belongs to %s and %s", seed, inv.User, account, inv.Account)
			}
			users[inv.User] = inv.Account
		}
		// Four standard errors of a share at this n.
		within := func(what string, got, want float64) {
			t.Helper()
			if se := math.Sqrt(want * (1 - want) / n); math.Abs(got-want) > 4*se {
				t.Errorf("seed %d: share of %s = %.5f, want %.5f", seed, what, got, want)
			}
		}
		within("large invoices", large/n, LargeInvoices)
		within("bad references", bad/n, BadReferences)
		if got := len(prone); got < 120 || got > 360 {
			t.Errorf("seed %d: %d accounts issued large invoices, want most of the 360 that are prone", seed, got)
		}
		counts := make([]int, 0, len(perAccount))
		for _, c := range perAccount {
			counts = append(counts, c)
		}
		slices.Sort(counts)
		if top := counts[len(counts)*99/100]; top < 10*counts[len(counts)/2] {
			t.Errorf("seed %d: the 99th percentile issues %d, the median %d: no heavy tail", seed, top, counts[len(counts)/2])
		}
	}
}

func TestGeneratorIsSeeded(t *testing.T) {
	take := func(seed uint64) (out []Invoice) {
		g := NewGenerator(seed)
		for range 50 {
			out = append(out, g.Next())
		}
		return out
	}
	if diff := cmp.Diff(take(7), take(7)); diff != "" {
		t.Errorf("equal seeds differ:\n%s", diff)
	}
	if cmp.Equal(take(7), take(8)) {
		t.Error("other seeds give the same invoices")
	}
	users := 0
	for _, a := range NewGenerator(7).accounts {
		users += a.users
	}
	if users != Users {
		t.Errorf("users = %d, want %d", users, Users)
	}
}

const header = "issued_at,invoice_no,account_id,country,sampled_lines,quantity,total_gbp\n"

func TestLoadInvoices(t *testing.T) {
	// Other order, an extra column, a byte order mark, CRLF.
	file := "\ufefftotal_gbp,invoice_no,note,account_id,country,sampled_lines,quantity,issued_at\r\n" +
		"40.68,A1,x,17850,United Kingdom,8,12,2010-12-01T08:26:00Z\r\n" +
		"11.1,A2,,13047,Norway,9,-1,2010-12-01T08:28:00Z\r\n"
	r, err := readInvoices(strings.NewReader(file), "f.csv", 1)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for i := range 400 {
		inv := r.Next()
		if seen[inv.Number] {
			t.Fatalf("number %s came twice", inv.Number)
		}
		seen[inv.Number] = true
		first := strings.HasPrefix(inv.Number, "A1")
		want := Invoice{Account: "13047", Country: "Norway", Amount: 1110, Customer: "Customer 13047"}
		if first {
			want = Invoice{Account: "17850", Country: "GB", Amount: 4068, Customer: "Customer 17850"}
		}
		want.Number, want.User, want.Plan, want.Reference, want.Lines = inv.Number, inv.User, inv.Plan, inv.Reference, inv.Lines
		if diff := cmp.Diff(want, inv); diff != "" {
			t.Fatalf("invoice %d (-want +got):\n%s", i, diff)
		}
		if inv.Large() == first {
			t.Fatalf("invoice %s has %d lines", inv.Number, inv.Lines)
		}
	}
	if r.Len() != 2 || !seen["A1"] || !seen["A2-200"] {
		t.Errorf("length = %d, rounds are missing", r.Len())
	}
}

// TestLineItems holds estimate and sample to one notion of large.
func TestLineItems(t *testing.T) {
	g := NewGenerator(1)
	for sampled := 1; sampled < 60; sampled++ {
		for range 50 {
			if n := lineItems(g.rng, sampled); n < 1 || (n > LargeLines) != (sampled > largeSample) {
				t.Fatalf("%d sampled lines stand for %d", sampled, n)
			}
		}
	}
}

func TestLoadErrors(t *testing.T) {
	good := "2010-12-01T08:26:00Z,536365,17850,United Kingdom,2,12,40.68\n"
	tests := map[string]struct {
		file   string
		line   int
		column string
	}{
		"empty":             {"", 0, ""},
		"no rows":           {header, 0, ""},
		"no such column":    {strings.Replace(header, "account_id", "customer", 1) + good, 1, "account_id"},
		"too few fields":    {header + good + "1,2\n", 3, ""},
		"a stray quote":     {header + good + good + "a\"b,2,3,4,5,6,7\n", 4, ""},
		"no account":        {header + good + strings.Replace(good, "17850", " ", 1), 3, "account_id"},
		"a word for lines":  {header + strings.Replace(good, ",2,", ",two,", 1), 2, "sampled_lines"},
		"no lines":          {header + strings.Replace(good, ",2,", ",0,", 1), 2, "sampled_lines"},
		"total not finite":  {header + strings.Replace(good, "40.68", "NaN", 1), 2, "total_gbp"},
		"a date":            {header + good + good + strings.Replace(good, "T08:26:00Z", "", 1), 4, "issued_at"},
		"after a long line": {header + strings.Replace(good, "United Kingdom", "\"United\nKingdom\"", 1) + strings.Replace(good, "12,", "x,", 1), 4, "quantity"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := readInvoices(strings.NewReader(tc.file), "f.csv", 1)
			var row *RowError
			if !errors.As(err, &row) || row.Line != tc.line || row.Column != tc.column || row.File != "f.csv" {
				t.Errorf("err = %v, want one of line %d, column %q", err, tc.line, tc.column)
			}
		})
	}
	if _, err := LoadInvoices("no-such-file.csv", 1); err == nil {
		t.Error("a file that does not exist was loaded")
	}
}
