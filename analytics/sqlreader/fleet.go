package sqlreader

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
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

// following is one question about a rollout that is followed.
type following struct {
	*berth
	feed    *feed
	people  population
	rollout analytics.Rollout
	until   time.Time
	// use takes the answer from the roster. It has no view if the store was not
	// needed, and may be called again with one.
	use func(*roster, *view) error
}

// follow calls use with the roster of a rollout, brought to the newest state. It
// reports false if the rollout cannot be followed.
func (r *Reader) follow(ctx context.Context, rollout analytics.Rollout, until time.Time, use func(*roster, *view) error) (bool, error) {
	x := following{people: ofRollout(rollout, 0), rollout: rollout, until: until, use: use}
	x.people.strata = begun(rollout.Strata, until)
	if n := len(x.people.strata); n == 0 || n > maxFollowed || until.UnixMicro() >= forever {
		return false, nil
	}
	rollout.Strata = nil // of one rollout, one roster: a new stage begins a new one
	name, err := nameOf("roster", rollout)
	if err != nil {
		return false, err
	}
	x.berth, x.feed = r.fleet.berth(name, place{rollout.Project, rollout.Environment, rollout.By})
	if x.berth == nil {
		return false, nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if time.Now().Before(x.not) {
		return false, nil
	}
	err = r.fromMemory(ctx, x)
	if errors.Is(err, errNeedsStore) {
		err = r.fromStore(ctx, x)
	}
	return r.fleet.followed(x.berth, err)
}

// followed notes what has become of a roster.
func (fl *fleet) followed(b *berth, err error) (bool, error) {
	room := fl.note(b)
	if errors.Is(err, errMany) || !room {
		b.roster, b.not = nil, time.Now().Add(retryFollow)
		fl.note(b)
	}
	if errors.Is(err, errMany) || errors.Is(err, errBackwards) {
		return false, nil
	}
	return err == nil, err
}

// fromMemory does without the store, if it is known that nothing was written.
func (r *Reader) fromMemory(ctx context.Context, x following) error {
	known, ok := r.source.(Counting)
	if x.roster == nil || !ok {
		return errNeedsStore
	}
	written := x.feed.reach()
	if known.Written() > written || !x.fits() {
		return errNeedsStore
	}
	to := mark{written, x.until.UnixMicro()}
	if !x.roster.at.before(to) {
		return errBackwards
	}
	if err := x.roster.advance(ctx, nil, to); err != nil {
		return err
	}
	return x.use(x.roster, nil)
}

// fromStore reads what is missing, or all.
func (r *Reader) fromStore(ctx context.Context, x following) error {
	return r.source.View(ctx, func(q Querier, written uint64) error {
		v := &view{Dialect: r.dialect, population: x.people, querier: q, moment: moment{written, x.until}}
		if err := x.feed.begin(ctx, v); err != nil {
			return err
		}
		if err := x.feed.follow(ctx, v, func() mark { return r.fleet.oldest(x.place) }); err != nil {
			return err
		}
		err := errNeedsStore
		if x.roster != nil && x.fits() {
			if !x.roster.at.before(v.mark()) {
				return errBackwards
			}
			err = x.roster.advance(ctx, v, v.mark())
		}
		if errors.Is(err, errNeedsStore) {
			x.roster, err = newRoster(ctx, v, x.feed, x.rollout, x.people.strata)
		}
		if err != nil {
			x.roster = nil
			return err
		}
		return x.use(x.roster, v)
	})
}

// fits reports whether the roster can go on to the time, for the rollout as it is
// now.
func (x following) fits() bool {
	return len(x.roster.strata) == len(x.people.strata) && slices.Equal(x.roster.rollout.Strata, x.rollout.Strata) &&
		x.until.Sub(x.roster.counted) <= maxDrift
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
