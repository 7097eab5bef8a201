package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"sync"
)

// The size of the company, and how its invoices are distributed.
const (
	Accounts = 12_000
	Users    = 45_000
	// ProneAccounts is the share of accounts that issue large invoices: a
	// wholesaler does it all the time, a hairdresser never.
	ProneAccounts = 0.03
	// LargeInvoices is the share of all invoices that are large. Accounts
	// that are prone to them issue 3% of the invoices.
	LargeInvoices = 0.024
)

// Source gives invoices without end. It is safe for concurrent use.
type Source interface {
	// Next gives the next invoice.
	Next() Invoice
	// Customers is the number of accounts that invoices come from.
	Customers() int
}

// Generator is a Source that makes invoices up. Two of the same seed give the
// same invoices in the same order.
type Generator struct {
	mu       sync.Mutex
	rng      *rand.Rand
	number   int
	accounts []account
	activity []float64 // running sum over accounts
}

type account struct {
	id, name, plan, country string
	firstUser, users        int
	prone                   bool
}

// NewGenerator makes up the company: who its accounts are and how active.
func NewGenerator(seed uint64) *Generator {
	rng := rand.New(rand.NewPCG(seed, 0x1a06))
	g := &Generator{rng: rng, accounts: make([]account, Accounts), activity: make([]float64, Accounts)}
	weights := activity(rng)
	for i := range g.accounts {
		g.accounts[i] = account{
			id: AccountID(i), name: names[rng.IntN(len(names))] + fmt.Sprintf(" %d Ltd", i+1),
			plan: draw(rng, plans[:]), country: draw(rng, countries[:]),
			users: 1,
		}
	}
	for i := range 3 {
		g.accounts[i].plan = "enterprise"
	}
	prone := markProne(rng, g.accounts)
	balance(weights, g.accounts, prone)
	sum := 0.0
	for i, w := range weights {
		sum += w
		g.activity[i] = sum
	}
	g.hire()
	return g
}

// activity draws how many invoices each account issues, relative to others:
// lognormal, so that one account in a hundred is 60 times as busy as the one
// in the middle.
func activity(rng *rand.Rand) []float64 {
	weights := make([]float64, Accounts)
	for i := range weights {
		weights[i] = math.Exp(1.75 * rng.NormFloat64())
	}
	return weights
}

func markProne(rng *rand.Rand, accounts []account) int {
	n := int(math.Round(ProneAccounts * float64(len(accounts))))
	for _, i := range rng.Perm(len(accounts))[:n] {
		accounts[i].prone = true
	}
	return n
}

// balance scales the activity of the accounts that are prone to large invoices
// to their share of all accounts. In a heavy tail the few that were drawn
// could otherwise issue 1% or 10% of all invoices.
func balance(weights []float64, accounts []account, prone int) {
	var sums [2]float64
	group := func(i int) int {
		if accounts[i].prone {
			return 1
		}
		return 0
	}
	for i, w := range weights {
		sums[group(i)] += w
	}
	share := float64(prone) / float64(len(accounts))
	for i := range weights {
		weights[i] *= [2]float64{1 - share, share}[group(i)] / sums[group(i)]
	}
}

// hire gives every account one user, and the other users to accounts at
// random, the busy ones first.
func (g *Generator) hire() {
	for range Users - Accounts {
		at := g.rng.IntN(Accounts)
		if g.rng.IntN(4) == 0 {
			at = g.pick()
		}
		g.accounts[at].users++
	}
	next := 1
	for i := range g.accounts {
		g.accounts[i].firstUser = next
		next += g.accounts[i].users
	}
}

// pick draws an account by activity.
func (g *Generator) pick() int {
	at := g.rng.Float64() * g.activity[len(g.activity)-1]
	return min(sort.SearchFloat64s(g.activity, at), len(g.activity)-1)
}

// Next makes up the next invoice.
func (g *Generator) Next() Invoice {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.number++
	a := &g.accounts[g.pick()]
	inv := Invoice{
		Number: fmt.Sprintf("INV-%07d", g.number), Account: a.id, Plan: a.plan, Country: a.country, Customer: a.name,
		User:      fmt.Sprintf("user-%05d", a.firstUser+g.rng.IntN(a.users)),
		Reference: reference(g.rng), Lines: g.lines(a.prone),
	}
	for i := range min(inv.Lines, 20) {
		inv.Amount += inv.item(i).total()
	}
	return inv
}

// lines draws the size of an invoice: lognormal around 12 lines, and around
// 280 for the large ones of the accounts that have them.
func (g *Generator) lines(prone bool) int {
	if prone && g.rng.Float64() < LargeInvoices/ProneAccounts {
		return min(LargeLines+1+int(80*math.Exp(0.7*g.rng.NormFloat64())), 1200)
	}
	return min(max(1, int(12*math.Exp(0.9*g.rng.NormFloat64()))), LargeLines)
}

// share is a value and how common it is.
type share struct {
	value  string
	weight float64
}

var plans = [...]share{{"free", 0.62}, {"pro", 0.36}, {"enterprise", 0.02}} //nolint:gochecknoglobals // a table, never written

var countries = [...]share{ //nolint:gochecknoglobals // a table, never written
	{"GB", 0.40}, {"US", 0.25}, {"DE", 0.10}, {"FR", 0.08}, {"NL", 0.05}, {"IE", 0.05}, {"ES", 0.04}, {"AU", 0.03},
}

var names = [...]string{"Alder", "Brück", "Copper", "Dune", "Élan", "Fern", "Granite", "Harbour", "Iris", "Juniper", "Zoë"} //nolint:gochecknoglobals // a table, never written

func draw(rng *rand.Rand, shares []share) string {
	at := rng.Float64()
	for _, s := range shares {
		if at -= s.weight; at < 0 {
			return s.value
		}
	}
	return shares[0].value
}

// Customers implements Source.
func (g *Generator) Customers() int { return len(g.accounts) }
