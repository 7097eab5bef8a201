package sqlreader

import (
	"context"
	"errors"
	"maps"
	"math"
	"sync"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// fleet is the rollouts that are followed in memory, and the rows that are new in
// their places. There may be very many of them, each with few units; for those
// with more, and for those that are asked about a time gone by, there is SQL.
type fleet struct {
	mu      sync.Mutex
	off     bool
	feeds   map[place]*feed
	berths  map[string]*berth
	numbers int
}

// berth is where a roster is kept.
type berth struct {
	place place

	mu     sync.Mutex
	roster *roster   // nil: not read yet
	not    time.Time // not to be followed before

	// The fleet's:
	at      mark
	asked   time.Time
	numbers int
}

// Bounds of what is followed: units of a rollout, and numbers of 8 bytes in all;
// and pauses, until what was too large is tried again, and until what nobody asks
// for is forgotten.
const (
	maxUnits    = 100_000
	maxNumbers  = 60_000_000
	retryFollow = 10 * time.Minute
	keepRoster  = 2 * time.Hour
)

// errBackwards is returned for a mark before the one that a roster is at.
var errBackwards = errors.New("the roster is at a later mark")

// follow calls use with the roster of a rollout, brought to the newest state, and
// the store, which is nil if that was not needed. use may be called again with it.
// It reports false if the rollout cannot be followed.
func (r *Reader) follow(ctx context.Context, rollout analytics.Rollout, until time.Time, use func(*roster, *view) error) (bool, error) {
	p := ofRollout(rollout, 0)
	p.strata = begun(p.strata, until)
	if n := len(p.strata); n == 0 || n > maxFollowed || until.UnixMicro() >= forever {
		return false, nil
	}
	name, err := nameOf("roster", rollout)
	if err != nil {
		return false, err
	}
	b, f := r.fleet.berth(name, place{p.project, p.environment, p.by})
	if b == nil {
		return false, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if time.Now().Before(b.not) {
		return false, nil
	}
	err = r.fromMemory(ctx, b, f, until, len(p.strata), use)
	if errors.Is(err, errNeedsStore) {
		err = r.fromStore(ctx, b, f, p, rollout, until, use)
	}
	switch {
	case errors.Is(err, errMany):
		b.roster, b.not = nil, time.Now().Add(retryFollow)
		r.fleet.note(b)
		return false, nil
	case errors.Is(err, errBackwards):
		return false, nil
	case err != nil:
		return false, err
	}
	if !r.fleet.note(b) {
		b.roster, b.not = nil, time.Now().Add(retryFollow)
		r.fleet.note(b)
	}
	return true, nil
}

// fromMemory does without the store, if it is known that nothing was written.
func (r *Reader) fromMemory(ctx context.Context, b *berth, f *feed, until time.Time, strata int, use func(*roster, *view) error) error {
	known, ok := r.source.(Counting)
	if b.roster == nil || !ok {
		return errNeedsStore
	}
	written := f.reach()
	if known.Written() > written || !b.roster.fits(strata, until) {
		return errNeedsStore
	}
	to := mark{written, until.UnixMicro()}
	if !b.roster.at.before(to) {
		return errBackwards
	}
	if err := b.roster.advance(ctx, nil, to); err != nil {
		return err
	}
	return use(b.roster, nil)
}

// fromStore reads what is missing, or all.
func (r *Reader) fromStore(ctx context.Context, b *berth, f *feed, p population, rollout analytics.Rollout, until time.Time, use func(*roster, *view) error) error {
	return r.source.View(ctx, func(q Querier, written uint64) error {
		v := &view{Dialect: r.dialect, population: p, querier: q, moment: moment{written, until}}
		if err := f.begin(ctx, v); err != nil {
			return err
		}
		if err := f.follow(ctx, v, func() mark { return r.fleet.oldest(b.place) }); err != nil {
			return err
		}
		err := errNeedsStore
		if b.roster != nil && b.roster.fits(len(p.strata), until) {
			if !b.roster.at.before(v.mark()) {
				return errBackwards
			}
			err = b.roster.advance(ctx, v, v.mark())
		}
		if errors.Is(err, errNeedsStore) {
			b.roster, err = newRoster(ctx, v, f, rollout, p.strata)
		}
		if err != nil {
			b.roster = nil
			return err
		}
		return use(b.roster, v)
	})
}

// fits reports whether a roster can go on to a time.
func (r *roster) fits(strata int, until time.Time) bool {
	return len(r.strata) == strata && until.Sub(r.counted) <= maxDrift
}

// berth gives the place of a roster, and the rows that it is fed with.
func (fl *fleet) berth(name string, p place) (*berth, *feed) {
	fl.mu.Lock()
	defer fl.mu.Unlock()
	if fl.off {
		return nil, nil
	}
	if fl.berths == nil {
		fl.berths, fl.feeds = map[string]*berth{}, map[place]*feed{}
	}
	if fl.feeds[p] == nil {
		fl.feeds[p] = &feed{place: p}
	}
	b := fl.berths[name]
	if b == nil {
		b = &berth{place: p}
		fl.berths[name] = b
	}
	b.asked = time.Now()
	return b, fl.feeds[p]
}

// note remembers how far a roster is and how large. It reports false if there is
// no room for it.
func (fl *fleet) note(b *berth) bool {
	fl.mu.Lock()
	defer fl.mu.Unlock()
	fl.numbers -= b.numbers
	b.at, b.numbers = mark{}, 0
	if b.roster != nil {
		b.at, b.numbers = b.roster.at, b.roster.numbers()
	}
	fl.numbers += b.numbers
	return fl.numbers <= maxNumbers
}

// oldest is a mark that all rosters of a place have passed. What nobody has asked
// for in a long time is forgotten.
func (fl *fleet) oldest(p place) mark {
	fl.mu.Lock()
	defer fl.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(fl.berths, func(_ string, b *berth) bool {
		old := now.Sub(b.asked) > keepRoster
		if old {
			fl.numbers -= b.numbers
		}
		return old
	})
	oldest := mark{math.MaxUint64, forever}
	for _, b := range fl.berths {
		if b.place == p && b.numbers > 0 {
			oldest = mark{min(oldest.written, b.at.written), min(oldest.us, b.at.us)}
		}
	}
	if oldest.us == forever {
		return mark{}
	}
	return oldest
}

// forget drops all. What is under way may be used once more.
func (fl *fleet) forget() {
	fl.mu.Lock()
	defer fl.mu.Unlock()
	fl.berths, fl.feeds, fl.numbers = nil, nil, 0
}
