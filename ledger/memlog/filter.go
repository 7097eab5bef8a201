package memlog

import (
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

// matches tells whether subject is filter or, when that ends in ">", below it.
func matches(filter, subject string) bool {
	prefix, wild := strings.CutSuffix(filter, ">")
	if !wild {
		return filter == subject
	}
	return len(subject) > len(prefix) && strings.HasPrefix(subject, prefix)
}

func size(b ledger.Batch) int64 {
	var n int64
	for _, e := range b.Entries {
		n += int64(len(e.Subject) + len(e.Data))
	}
	return n
}
