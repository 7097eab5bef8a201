package demo

import (
	"fmt"
	"math/rand/v2"

	"github.com/flagledger/flagledger/client"
)

// LargeLines is the number of line items above which an invoice is large: the
// new engine, as it is first released, fails on those.
const LargeLines = 200

// Invoice is one invoice that a customer asks to have rendered.
type Invoice struct {
	Number   string
	Account  string // the customer; what a rollout buckets by
	User     string // who asked
	Plan     string // free, pro or enterprise; a property of the account
	Country  string // ISO 3166 code where known; a property of the account
	Customer string // printed name of the account
	// Reference is what the customer's user typed. It is printed as it is,
	// and now and then it cannot be.
	Reference string
	Lines     int   // line items, at least 1
	Amount    int64 // total in pence
}

// Large reports whether the invoice has more than LargeLines line items.
func (inv *Invoice) Large() bool { return inv.Lines > LargeLines }

// Context is what the application evaluates flags for.
func (inv *Invoice) Context() client.Context {
	return client.NewContext(inv.User,
		client.String("accountId", inv.Account), client.String("userId", inv.User),
		client.String("plan", inv.Plan), client.String("country", inv.Country),
	)
}

// AccountID is the id of a generated account, 0 to Accounts-1. The first three
// are enterprise customers.
func AccountID(i int) string { return fmt.Sprintf("acct-%05d", i+1) }

// BadReferences is the share of invoices whose reference no engine can print:
// the error rate that has always been there, and that the control shows.
const BadReferences = 0.003

// reference makes up what a user typed. The bad ones are the real trouble of
// such fields: a tick copied from a spreadsheet, and a text cut in the middle
// of a character.
func reference(rng *rand.Rand) string {
	order := fmt.Sprintf("PO %06d", rng.IntN(1_000_000))
	if rng.Float64() >= BadReferences {
		return order
	}
	if rng.IntN(2) == 0 {
		return order + " \u2714 approved"
	}
	return order + " caf\xc3"
}

// item is one line item. Items are made up from the invoice's number, so that
// every engine prints the same.
type item struct {
	text     string
	quantity int64
	price    int64 // of one, in pence
	rate     int   // index into vatRates
}

func (it item) total() int64 { return it.quantity * it.price }

var vatRates = [...]int64{20, 5, 0} //nolint:gochecknoglobals // a table of per cents, never written

var catalogue = [...]string{ //nolint:gochecknoglobals // a table, never written
	"White hanging heart T-light holder", "Regency cakestand, three tiers", "Jumbo bag, red retrospot",
	"Assorted colour bird ornament", "Party bunting", "Lunch bag, black skull", "Set of 3 cake tins, pantry design",
	"Pack of 72 retrospot cake cases", "Paper chain kit, 50's Christmas", "Alarm clock, Bakelike green",
	"Wooden picture frame, white finish", "Victorian glass hanging T-light", "Natural slate heart chalkboard",
	"Rex cash and carry jumbo shopper", "Hot water bottle, tea and sympathy", "Spotty bunting", "Postage",
	"Gardener's kneeling pad, cup of tea", "Recycling bag, retrospot", "Jam making set with jars",
}

// item returns line item i.
func (inv *Invoice) item(i int) item {
	h := uint64(14695981039346656037)
	for j := range len(inv.Number) {
		h = (h ^ uint64(inv.Number[j])) * 1099511628211
	}
	h = (h ^ uint64(i)) * 1099511628211
	h ^= h >> 29
	rate := 0
	if h>>40%8 == 0 {
		rate = 1 + int(h>>50%2)
	}
	return item{
		text: catalogue[h%uint64(len(catalogue))], quantity: int64(1 + h>>16%24), price: int64(25 + h>>24%1500), rate: rate,
	}
}
