package ledger

import "maps"

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

// receipts is a bounded map of command IDs, oldest forgotten first.
type receipts struct {
	byID  map[string]Receipt
	order []string // ring
	next  int
}

func (r *receipts) note(command string, seq uint64) {
	if command == "" {
		return
	}
	if r.byID == nil {
		r.byID = map[string]Receipt{}
	}
	if had, ok := r.byID[command]; ok {
		had.Last = seq
		r.byID[command] = had
		return
	}
	r.byID[command] = Receipt{First: seq, Last: seq}
	if len(r.order) < rememberedCommands {
		r.order = append(r.order, command)
		return
	}
	delete(r.byID, r.order[r.next])
	r.order[r.next] = command
	r.next = (r.next + 1) % rememberedCommands
}

func (r *receipts) clone() receipts {
	return receipts{byID: maps.Clone(r.byID), order: append([]string(nil), r.order...), next: r.next}
}

// Receipt returns where the events of a recent command are.
func (st *State) Receipt(command string) (Receipt, bool) {
	r, ok := st.receipts.byID[command]
	return r, ok
}
