package ledger_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/flagledger/flagledger/ledger"
)

// TestEventFile writes events of any bytes and reads them back, whole and cut
// off at every place.
func TestEventFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ledger.Stored {
			return ledger.Stored{
				Seq:     rapid.Uint64().Draw(t, "seq"),
				Subject: rapid.SampledFrom([]string{"ledger.a.flag.b", "ledger.a.segment.c-d"}).Draw(t, "subject"),
				Data:    rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "data"),
			}
		}), 0, 5).Draw(t, "events")
		var file []byte
		ends := map[int]int{0: 0} // offset at which so many records end
		for i, s := range want {
			file = ledger.AppendEvent(file, s)
			ends[len(file)] = i + 1
		}
		cut := rapid.IntRange(0, len(file)).Draw(t, "cut")
		got, err := readEvents(bytes.NewReader(file[:cut]))
		n, whole := ends[cut]
		if whole != errors.Is(err, io.EOF) || !whole != errors.Is(err, ledger.ErrCutOff) {
			t.Fatalf("cut at %d of %d: %v", cut, len(file), err)
		}
		if whole {
			if diff := cmp.Diff(want[:n], got); diff != "" && n > 0 {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		}
	})
}

func readEvents(r io.Reader) ([]ledger.Stored, error) {
	in := ledger.NewEventFileReader(r, 0)
	var out []ledger.Stored
	for {
		rec, err := in.Next()
		if err != nil {
			return out, err
		}
		s, stated, err := rec.Event()
		if err != nil {
			return out, err
		}
		if stated != s.Hash() {
			return out, errors.New("the stated hash is not the event's")
		}
		out = append(out, s)
	}
}

func TestEventFileRefuses(t *testing.T) {
	for name, file := range map[string]string{
		"no length":         "event\n\n",
		"negative length":   "event -1\n\n",
		"padded length":     "event 01\nx\n",
		"too long a body":   "event 1048577\n",
		"longer than said":  "event 1\nxx\n",
		"no first line":     "\n",
		"an endless line":   string(bytes.Repeat([]byte("x"), 2<<20)),
		"a long line":       string(bytes.Repeat([]byte("x"), 1500)) + " 0\n\n",
		"length in a wrong": "event 1x\nx\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ledger.NewEventFileReader(bytes.NewReader([]byte(file)), 100).Next()
			if err == nil || errors.Is(err, io.EOF) || errors.Is(err, ledger.ErrCutOff) ||
				!bytes.Contains([]byte(err.Error()), []byte("at byte 100: ")) {
				t.Errorf("Next() = %v", err)
			}
		})
	}
}
