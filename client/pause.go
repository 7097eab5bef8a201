package client

import (
	"context"
	"math/rand/v2"
	"time"
)

// pause is the range that waits between attempts double through.
type pause struct {
	least, most time.Duration
}

// backoff is how long to wait after so many failures in a row: between half
// and all of a time that doubles from least to most. The jitter keeps the
// clients of a server that comes back from arriving together.
type backoff struct {
	pause
	failures int
}

// next counts a failure and returns the wait that follows it.
func (b *backoff) next() time.Duration {
	wait := b.least
	for range b.failures {
		if wait *= 2; wait >= b.most {
			wait = b.most
			break
		}
	}
	b.failures++
	return wait/2 + rand.N(wait/2+1)
}

// reset forgets the failures.
func (b *backoff) reset() { b.failures = 0 }

// sleep waits for d and reports whether ctx is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
