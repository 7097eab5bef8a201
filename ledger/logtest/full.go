package logtest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/flagledger/flagledger/ledger"
)

// RunFull tests a log that has a size limit. open gives an empty log that
// holds about maxBytes bytes.
func RunFull(t *testing.T, open func(t *testing.T, maxBytes int64) ledger.Log) {
	t.Helper()
	t.Run("Full", func(t *testing.T) {
		t.Parallel()
		full(t, open(t, 256<<10))
	})
}

func full(t *testing.T, log ledger.Log) {
	data := make([]byte, 10<<10)
	entry := ledger.Entry{Subject: flagA, Data: data}
	var stored uint64
	for ; ; stored++ {
		_, err := log.Append(within(t), ledger.Batch{ID: fmt.Sprint(stored), Entries: []ledger.Entry{entry}})
		if errors.Is(err, ledger.ErrFull) {
			break
		}
		if err != nil || stored > 100 {
			t.Fatalf("append %d: %v; want ErrFull at about 25", stored, err)
		}
	}
	if stored < 10 {
		t.Fatalf("only %d entries of 10 KiB fit in 256 KiB", stored)
	}
	several := ledger.Batch{ID: "several", Entries: []ledger.Entry{{Subject: flagB}, entry, entry}}
	if _, err := log.Append(within(t), several); !errors.Is(err, ledger.ErrFull) {
		t.Fatalf("append three entries: %v; want ErrFull", err)
	}
	wantEnd(t, log, stored)
	if got := readAll(t, log, 1, flagA); uint64(len(got)) != stored {
		t.Fatalf("%d entries are left of %d", len(got), stored)
	}
}
