package ledger_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/flagledger/flagledger/ledger"
)

// TestChain changes, drops and swaps events of one subject in a copy of a
// ledger: the event after them does not follow, and the subject freezes.
func TestChain(t *testing.T) {
	log := newMemlog(t)
	l := open(t, log)
	for range 3 {
		do(t, l, ledger.TurnOn{PlaceRef: at("pdf")})
		do(t, l, ledger.TurnOff{PlaceRef: at("pdf")})
	}
	var events []ledger.Stored
	err := log.Read(t.Context(), 1, ledger.AllSubjects, func(s ledger.Stored) error {
		events = append(events, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	fold := func(edit func([]ledger.Stored) []ledger.Stored) error {
		st := ledger.NewState()
		for i, s := range edit(bytesCloned(events)) {
			s.Seq = uint64(i + 1)
			if err := st.Apply(ledger.Decode(s)); err != nil {
				return err
			}
		}
		f, _ := st.FrozenAt(ledger.Subject{Project: "shop", Kind: ledger.KindFlag, Key: "pdf"})
		return f.Err
	}
	n := len(events)
	if err := fold(func(e []ledger.Stored) []ledger.Stored { return e }); err != nil {
		t.Errorf("untouched: %v", err)
	}
	for name, edit := range map[string]func([]ledger.Stored) []ledger.Stored{
		"changed": func(e []ledger.Stored) []ledger.Stored {
			e[n-2].Data = bytes.Replace(e[n-2].Data, []byte(`"ann"`), []byte(`"bob"`), 1)
			return e
		},
		"dropped": func(e []ledger.Stored) []ledger.Stored { return append(e[:n-2], e[n-1]) },
		"swapped": func(e []ledger.Stored) []ledger.Stored {
			e[n-2], e[n-3] = e[n-3], e[n-2]
			return e
		},
		"inserted": func(e []ledger.Stored) []ledger.Stored { return append(e[:n-1], e[n-2], e[n-1]) },
	} {
		if err := fold(edit); !errors.Is(err, ledger.ErrChain) {
			t.Errorf("%s: %v, want ErrChain", name, err)
		}
	}
}

func bytesCloned(events []ledger.Stored) []ledger.Stored {
	out := make([]ledger.Stored, len(events))
	for i, s := range events {
		s.Data = bytes.Clone(s.Data)
		out[i] = s
	}
	return out
}
