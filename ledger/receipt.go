package ledger

import (
	"fmt"
)

// Receipt says where a command's events are.
type Receipt struct {
	First uint64 `json:"first,string"`
	// Last is the sequence of the command's newest event, 0 when the
	// command had nothing to change.
	Last uint64 `json:"last,string"`
}

// rememberedCommands is how many commands back a retry still finds its
// receipt. At a change a second that is 18 hours.
const rememberedCommands = 1 << 16

// use is what a command's ID was used for.
type use struct {
	Receipt
	subject     Subject // of the first event
	environment string  // of the first event, empty for none in particular
}

// is tells whether cmd may be the command that the ID was used for.
func (u use) is(cmd Command) bool {
	if _, ok := cmd.(CreateAccessKey); ok {
		return u.subject.Kind == KindAccessKey // each attempt makes a key of its own
	}
	if c, ok := cmd.(ConvergeFlags); ok { // the first flag that changes need not be the first named
		return u.subject.Kind == KindFlag && u.subject.Project == c.Project
	}
	if p, ok := cmd.(placed); ok && u.environment != "" && u.environment != p.environment() {
		return false
	}
	return u.subject == cmd.subject()
}

// receipts is a bounded map of command IDs, oldest forgotten first.
type receipts struct {
	byID  map[string]use
	order []string // ring
	next  int
}

func (r *receipts) note(rec Recorded) {
	command := rec.Command
	if command == "" {
		return
	}
	if r.byID == nil {
		r.byID = map[string]use{}
	}
	if had, ok := r.byID[command]; ok {
		had.Last = rec.Seq
		r.byID[command] = had
		return
	}
	r.byID[command] = use{Receipt{First: rec.Seq, Last: rec.Seq}, rec.Subject, EnvironmentOf(rec.Event)}
	if len(r.order) < rememberedCommands {
		r.order = append(r.order, command)
		return
	}
	delete(r.byID, r.order[r.next])
	r.order[r.next] = command
	r.next = (r.next + 1) % rememberedCommands
}

// Receipt returns where the events of a recent command are.
func (st *State) Receipt(command string) (Receipt, bool) {
	u, ok := st.receipts.byID[command]
	return u.Receipt, ok
}

// answer is Receipt for who wants to carry out cmd under an ID. When the ID was
// used for something else it is ErrReused: who turns a flag off must not
// hear that all is well because another flag was turned off.
func (st *State) answer(id string, cmd Command) (Receipt, bool, error) {
	u, ok := st.receipts.byID[id]
	if !ok || u.is(cmd) {
		return u.Receipt, ok, nil
	}
	where := ""
	if u.environment != "" {
		where = fmt.Sprintf(" in %q", u.environment)
	}
	return Receipt{}, false, &CommandError{Kind: ErrReused, Message: fmt.Sprintf(
		"command ID %s has been used for %s %q%s; choose a new one", id, u.subject.Kind, u.subject.Key, where)}
}
