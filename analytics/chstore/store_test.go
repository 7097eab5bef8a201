package chstore

import (
	"testing"

	"github.com/flagledger/flagledger/analytics/storetest"
	"github.com/flagledger/flagledger/internal/chdb/chdbtest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store { return open(t, chdbtest.Start(t)) })
}
