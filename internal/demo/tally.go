package demo

import "sync"

// tally counts what happens to invoices. It is safe for concurrent use.
type tally struct {
	mu       sync.Mutex
	count    Progress // the counts alone
	accounts map[string]fate
	// at the last line of progress
	invoicesThen, newThen int
}

// fate is what an account has met so far.
type fate struct{ treated, harmed, wouldBeHarmed bool }

// outcome is what happened to one invoice.
type outcome struct {
	invoice *Invoice
	treated bool  // by the new engine
	err     error // of the engine
	// doomed means that the new engine fails on it and the old one does not.
	doomed bool
}

func newTally() *tally { return &tally{accounts: make(map[string]fate)} }

func (t *tally) add(o outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := &t.count
	p.Invoices++
	engine := &p.Old
	if o.treated {
		engine = &p.New
	}
	engine.Invoices++
	if o.err != nil {
		engine.Failures++
	}
	harmed := o.treated && o.doomed && o.err != nil
	if harmed {
		p.Actual.Failures++
	}
	if o.doomed {
		p.AllAtOnce.Failures++
	}
	f, known := t.accounts[o.invoice.Account]
	count(&p.Accounts, new(bool), !known)
	count(&p.AccountsTreated, &f.treated, o.treated)
	count(&p.Actual.Accounts, &f.harmed, harmed)
	count(&p.AllAtOnce.Accounts, &f.wouldBeHarmed, o.doomed)
	t.accounts[o.invoice.Account] = f
}

// count adds an account to n the first time that something is so.
func count(n *int, already *bool, so bool) {
	if so && !*already {
		*already = true
		*n++
	}
}

func (t *tally) pause() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count.Paused++
}

// snapshot returns the counts. With step it also tells what has happened since
// the last snapshot with step, which was so many seconds ago.
func (t *tally) snapshot(step bool, seconds float64) Progress {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.count
	if !step {
		return p
	}
	invoices, treated := p.Invoices-t.invoicesThen, p.New.Invoices-t.newThen
	t.invoicesThen, t.newThen = p.Invoices, p.New.Invoices
	if seconds > 0 {
		p.PerSecond = float64(invoices) / seconds
	}
	if invoices > 0 {
		p.NewShare = float64(treated) / float64(invoices)
	}
	return p
}

// handled is how many invoices have come, paused ones included.
func (t *tally) handled() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.count.Invoices + t.count.Paused
}
