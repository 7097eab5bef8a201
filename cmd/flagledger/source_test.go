package main

import (
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// TestDue: what is due on a flag is listed once its time has come, also when
// the flag is archived, and not while it is frozen.
func TestDue(t *testing.T) {
	now := time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC)
	st := ledger.NewState()
	flag := ledger.FlagRef{Project: "shop", Flag: "sale"}
	apply := func(e ledger.Event) {
		rec := ledger.Recorded{Seq: st.Seq + 1, Subject: ledger.Subject{Project: "shop", Kind: ledger.KindFlag, Key: "sale"}, Event: e}
		if err := st.Apply(rec); err != nil {
			t.Fatal(err)
		}
	}
	decide := func(cmd ledger.Command) {
		d, err := ledger.Decide(st, cmd, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range d.Changes {
			if err := st.Apply(ledger.Recorded{Seq: st.Seq + 1, Subject: c.Subject, Event: c.Event}); err != nil {
				t.Fatal(err)
			}
		}
	}
	at := func(now time.Time) int {
		p := st.Projects["shop"]
		return len(due(st, p, p.Flags["sale"], now))
	}
	decide(ledger.CreateProject{Project: "shop"})
	decide(ledger.CreateFlag{FlagRef: flag})
	for i, env := range []string{"production", "staging"} {
		decide(ledger.ScheduleChange{
			PlaceRef: ledger.PlaceRef{FlagRef: flag, Environment: env}, Schedule: "launch", At: now.Add(time.Duration(i+1) * time.Hour),
			Change: ledger.PlannedChange{Kind: ledger.ChangeTurnOn},
		})
	}
	decide(ledger.ArchiveFlag{FlagRef: flag})
	for hours, want := range []int{0, 1, 2, 2} {
		if got := at(now.Add(time.Duration(hours) * time.Hour)); got != want {
			t.Errorf("after %d hours %d changes are due, want %d", hours, got, want)
		}
	}
	apply(ledger.Unknown{Type: "flag.teleported", V: 9, Err: ledger.ErrUnknownEvent})
	if got := at(now.Add(9 * time.Hour)); got != 0 {
		t.Errorf("%d changes of a frozen flag are due", got)
	}
}
