package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/ledger"
)

// wantSaved fails when a state that is saved and loaded is another one. Every
// step of every dialogue in testdata/decide calls it.
func wantSaved(t *testing.T, st *ledger.State) {
	t.Helper()
	var file bytes.Buffer
	if err := st.Save(&file); err != nil {
		t.Fatal(err)
	}
	got, err := ledger.Load(&file)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(st, got) {
		t.Errorf("saving and loading changes the state at %d (-before +after):\n%s", st.Seq,
			cmp.Diff(st, got, cmp.Exporter(func(reflect.Type) bool { return true })))
	}
}

// TestSavedCommands goes round the ring of remembered commands.
func TestSavedCommands(t *testing.T) {
	st := ledger.NewState()
	subject := ledger.Subject{Project: "shop", Kind: ledger.KindProject, Key: "shop"}
	const many = 1<<16 + 10
	for i := range many {
		rec := ledger.Recorded{
			Seq: uint64(i + 1), Subject: subject, At: time.Unix(0, 0).UTC(), Command: fmt.Sprint("c", i),
			Event: ledger.Unknown{Type: "x", V: 1, Err: errors.New("unknown")},
		}
		if err := st.Apply(rec); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := st.Save(&file); err != nil {
		t.Fatal(err)
	}
	got, err := ledger.Load(&file)
	if err != nil {
		t.Fatal(err)
	}
	for command, known := range map[string]bool{"c9": false, "c10": true, fmt.Sprint("c", many-1): true} {
		if _, ok := got.Receipt(command); ok != known {
			t.Errorf("%s is known: %t, want %t", command, ok, known)
		}
	}
	f, ok := got.FrozenAt(subject)
	if !ok || f.Seq != 1 || f.Err.Error() != "unknown" {
		t.Errorf("frozen: %v %v", f, ok)
	}
}

// TestClone goes on with a clone and looks whether the original has stayed.
func TestClone(t *testing.T) {
	st := ledger.NewState()
	for i, e := range []ledger.Event{
		ledger.ProjectCreated{Name: "Shop"}, ledger.EnvironmentCreated{Environment: "prod"},
	} {
		apply(t, st, uint64(i+1), ledger.Subject{Project: "shop", Kind: ledger.KindProject, Key: "shop"}, e)
	}
	var before, after bytes.Buffer
	if err := st.Save(&before); err != nil {
		t.Fatal(err)
	}
	c := st.Clone()
	apply(t, c, 3, ledger.Subject{Project: "shop", Kind: ledger.KindFlag, Key: "pdf"}, ledger.FlagCreated{})
	apply(t, c, 4, ledger.Subject{Project: "shop", Kind: ledger.KindProject, Key: "shop"}, ledger.EnvironmentCreated{Environment: "dev"})
	apply(t, c, 5, ledger.Subject{Project: "shop", Kind: ledger.KindMetric, Key: "m"}, ledger.MetricSaved{})
	apply(t, c, 6, ledger.Subject{Project: "shop", Kind: ledger.KindFlag, Key: "pdf"}, ledger.Unknown{Err: errors.New("unknown")})
	apply(t, c, 7, ledger.Subject{Project: "_system", Kind: ledger.KindAccessKey, Key: "k"}, ledger.AccessKeyCreated{})
	if err := st.Save(&after); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before.String(), after.String()); diff != "" {
		t.Errorf("the original has changed (-before +after):\n%s", diff)
	}
	if c.Seq != 7 || c.Projects["shop"].Flags["pdf"] == nil {
		t.Errorf("the clone has not gone on: %+v", c)
	}
}

func apply(t *testing.T, st *ledger.State, seq uint64, s ledger.Subject, e ledger.Event) {
	t.Helper()
	rec := ledger.Recorded{Seq: seq, Subject: s, At: time.Unix(int64(seq), 0).UTC(), Command: fmt.Sprint("c", seq), Event: e}
	if err := st.Apply(rec); err != nil {
		t.Fatal(err)
	}
}
