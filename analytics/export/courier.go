package export

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Stats counts since the start.
type Stats struct {
	Delivered uint64 // parcels that the tool has taken
	Refused   uint64 // items that went to the dead letters
	Requests  uint64
	Retries   uint64 // requests that were made again
}

// courier takes parcels to a tool.
type courier struct {
	name    string
	sink    sink
	rate    *rate.Limiter
	letters Letters
	log     *slog.Logger
	pause   pauses

	delivered, refused, requests, retries atomic.Uint64
}

// pauses are how long a courier waits between tries, about; the tool may ask
// for longer.
type pauses struct{ first, longest time.Duration }

// deliver returns when every parcel has been taken or refused, or ctx is done.
func (c *courier) deliver(ctx context.Context, parcels []parcel) error {
	for len(parcels) > 0 {
		n := c.fits(parcels)
		if err := c.request(ctx, parcels[:n]); err != nil {
			return err
		}
		parcels = parcels[n:]
	}
	return nil
}

// fits is how many of the first parcels go into one request.
func (c *courier) fits(parcels []parcel) int {
	route := parcels[0].route
	limit := c.sink.limits(route)
	bytes := 0
	for n, p := range parcels {
		bytes += len(p.body) + 1
		if p.route != route || n == limit.items || n > 0 && bytes > limit.bytes {
			return n
		}
	}
	return len(parcels)
}

// request delivers parcels that fit into one.
func (c *courier) request(ctx context.Context, parcels []parcel) error {
	pause := c.pause.first
	for len(parcels) > 0 {
		for n := len(parcels); n > 0; n -= c.rate.Burst() {
			if err := c.rate.WaitN(ctx, min(n, c.rate.Burst())); err != nil {
				return err
			}
		}
		bodies := make([][]byte, len(parcels))
		for i, p := range parcels {
			bodies[i] = p.body
		}
		c.requests.Add(1)
		o := c.sink.send(ctx, parcels[0].route, bodies)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if o.verdict == spoilt {
			return c.halve(ctx, parcels, o.reason)
		}
		rest, err := c.without(ctx, parcels, o.refused)
		if err != nil {
			return err
		}
		switch o.verdict {
		case taken:
			c.delivered.Add(uint64(len(rest)))
			return nil
		case without:
			if len(rest) == len(parcels) { // it has named none
				return c.halve(ctx, parcels, o.reason)
			}
		case later, spoilt:
			if err := c.wait(ctx, max(o.wait, pause/2+rand.N(pause/2+1)), o.reason); err != nil {
				return err
			}
			pause = min(2*pause, c.pause.longest)
		}
		c.retries.Add(1)
		parcels = rest
	}
	return nil
}

// halve finds the parcel that spoils a request.
func (c *courier) halve(ctx context.Context, parcels []parcel, reason string) error {
	if len(parcels) == 1 {
		_, err := c.without(ctx, parcels, map[int]string{0: reason})
		return err
	}
	c.retries.Add(1)
	half := len(parcels) / 2
	if err := c.request(ctx, parcels[:half]); err != nil {
		return err
	}
	return c.request(ctx, parcels[half:])
}

// without sends what was refused to the dead letters and gives the others.
func (c *courier) without(ctx context.Context, parcels []parcel, refused map[int]string) ([]parcel, error) {
	if len(refused) == 0 {
		return parcels, nil
	}
	rest := make([]parcel, 0, len(parcels))
	for i, p := range parcels {
		reason, bad := refused[i]
		if !bad {
			rest = append(rest, p)
			continue
		}
		if err := c.refuse(ctx, p.item, reason, p.body); err != nil {
			return nil, err
		}
	}
	return rest, nil
}

func (c *courier) refuse(ctx context.Context, i item, reason string, body []byte) error {
	c.refused.Add(1)
	return c.letters.Undelivered(ctx, Letter{
		Export: c.name, ID: i.id, Project: i.project, Environment: i.environment, Reason: reason, Body: body,
	})
}

func (c *courier) wait(ctx context.Context, pause time.Duration, reason string) error {
	c.log.WarnContext(ctx, "export waits", slog.String("export", c.name), slog.String("reason", reason), slog.Duration("pause", pause))
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("waiting for %s: %w", c.name, ctx.Err())
	case <-timer.C:
		return nil
	}
}

func (c *courier) stats() Stats {
	return Stats{Delivered: c.delivered.Load(), Refused: c.refused.Load(), Requests: c.requests.Load(), Retries: c.retries.Load()}
}
