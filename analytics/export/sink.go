package export

import (
	"context"
	"time"
)

// sink speaks the language of one tool. Its methods are called one at a time.
type sink interface {
	// encode gives the parcels that an item becomes; none if the tool has no use
	// for it. An error is the reason why it can never be delivered.
	encode(item) ([]parcel, error)
	// send makes one request of parcels to one route.
	send(ctx context.Context, route string, bodies [][]byte) outcome
	limits(route string) limits
}

// parcel is a part of a request.
type parcel struct {
	route string // where it goes; requests have parcels of one route
	body  []byte
	item  item
}

// limits of one request.
type limits struct {
	items, bytes int
}

// outcome is what a tool has answered.
type outcome struct {
	verdict verdict
	// refused are parcels that will never be taken, with the tool's reason.
	refused map[int]string
	reason  string        // of the verdict, unless all is well
	wait    time.Duration // that the tool asks for, before the next try
}

// verdict is what follows from an answer.
type verdict int

const (
	// taken: all is delivered, but what was refused.
	taken verdict = iota
	// without: nothing was; what was not refused is to be sent again, without
	// the rest.
	without
	// spoilt: nothing was, because of one parcel or another, or their number.
	spoilt
	// later: nothing was, for now.
	later
)

// byStatus is the verdict of a status of HTTP alone. A key that is refused, or
// an address that is wrong, is for a person to put right: the items wait.
func byStatus(status int, reason string) outcome {
	switch {
	case status >= 200 && status < 300:
		return outcome{verdict: taken}
	case status == 400, status == 413, status == 422:
		return outcome{verdict: spoilt, reason: reason}
	default:
		return outcome{verdict: later, reason: reason}
	}
}
