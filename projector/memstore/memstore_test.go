package memstore_test

import (
	"testing"

	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/projector/memstore"
	"github.com/flagledger/flagledger/projector/storetest"
)

func TestStore(t *testing.T) {
	var last *memstore.Store
	storetest.Run(t,
		func(*testing.T) projector.Store { last = memstore.New(); return last },
		func(*testing.T) projector.Store { return last })
}
