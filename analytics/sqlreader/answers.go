package sqlreader

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"
)

// counts are numbers that add up over units. So what a query has counted is
// brought up to date by taking away what the units had for which something has
// changed since, and adding what they have now; and that is all that is read.
type counts[T any] interface {
	// renew does that. It reports false if it cannot tell.
	renew(was, is T) bool
	// units is about how many were counted, and rows how many numbers there are.
	units() int64
	rows() int
}

// answers are the counts of the latest queries.
type answers struct {
	mu     sync.Mutex
	byName map[string]*answer
	order  []*answer // the least recently used first
	rows   int
}

// answer is what was counted for one query.
type answer struct {
	name string
	rows int // as answers knows

	mu      sync.Mutex // held while it is brought up to date and used
	counts  any        // nil: nothing is known
	at      moment
	strata  int
	counted time.Time // until when, when it was counted from scratch

	recalled bool      // what an earlier life of the process has kept was looked for
	slow     bool      // counting took long
	kept     time.Time // when it was last kept
	question *question // to be asked again; nil for none
}

// maxRows bounds what is kept, in numbers of about a hundred bytes.
const maxRows = 2_000_000

// fewUnits is how many units are always read again rather than all.
const fewUnits = 1000

// maxDrift is how long counts are brought up to date before they are counted
// from scratch: rounding errors add up, and ClickHouse forgets rows by itself.
const maxDrift = 24 * time.Hour

// find gives the answer of a name, making room for it.
func (a *answers) find(name string) *answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.byName == nil {
		a.byName = map[string]*answer{}
	}
	found := a.byName[name]
	if found == nil {
		found = &answer{name: name}
		a.byName[name] = found
	} else {
		a.order = slices.DeleteFunc(a.order, func(x *answer) bool { return x == found })
	}
	a.order = append(a.order, found)
	return found
}

// grown notes the size of an answer, and drops the oldest beyond maxRows.
func (a *answers) grown(x *answer, rows int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.byName[x.name] != x {
		return // dropped meanwhile
	}
	a.rows += rows - x.rows
	x.rows = rows
	for a.rows > maxRows && len(a.order) > 1 {
		oldest := a.order[0]
		a.order = a.order[1:]
		delete(a.byName, oldest.name)
		a.rows -= oldest.rows
	}
}

func (a *answers) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.byName, a.order, a.rows = nil, nil, 0
}

// nameOf tells queries apart. Queries are plain data.
func nameOf(kind string, query any) (string, error) {
	text, err := json.Marshal(query)
	return kind + string(text), err
}

// current gives use the counts of the query of that name, from what is kept if
// that is possible. use must not keep them.
func current[T counts[T]](ctx context.Context, r *Reader, name string, v *view, count func(context.Context, *view) (T, error), use func(T)) error {
	x := r.kept.find(name)
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := recall[T](ctx, v, x); err != nil {
		return err
	}
	known, ok := x.counts.(T)
	if ok {
		var err error
		if ok, err = update(ctx, x, known, v, count); err != nil {
			x.counts = nil
			return err
		}
	}
	if !ok {
		var err error
		if known, err = fromScratch(ctx, r, x, v, count); err != nil {
			return err
		}
	}
	x.at = v.moment
	if err := r.shelf.keep(x, !ok); err != nil {
		return err
	}
	r.kept.grown(x, known.rows())
	use(known)
	return nil
}

// fromScratch counts all.
func fromScratch[T counts[T]](ctx context.Context, r *Reader, x *answer, v *view, count func(context.Context, *view) (T, error)) (T, error) {
	x.counts = nil
	begun := time.Now()
	fresh, err := count(ctx, v)
	if err == nil {
		x.counts, x.strata, x.counted, x.slow = fresh, len(v.strata), v.until, time.Since(begun) >= r.slow
	}
	return fresh, err
}

// update brings counts up to date, unless counting from scratch is better.
func update[T counts[T]](ctx context.Context, x *answer, known T, v *view, count func(context.Context, *view) (T, error)) (bool, error) {
	if x.at == v.moment {
		return true, nil
	}
	if v.until.Before(x.at.until) || v.written < x.at.written || len(v.strata) != x.strata ||
		v.until.Sub(x.counted) > maxDrift || v.matures(x.at.until) {
		return false, nil
	}
	now := *v
	now.since, now.upTo = &x.at, v.moment
	touched, err := now.countTouched(ctx)
	switch {
	case err != nil:
		return false, err
	case touched == 0:
		return true, nil
	case touched > max(fewUnits, known.units()/4):
		return false, nil
	}
	near, drop, err := now.nearby(ctx)
	if err != nil {
		return false, err
	}
	then := *near
	then.moment = x.at
	was, err := count(ctx, &then)
	if err != nil {
		return false, errors.Join(err, drop())
	}
	is, err := count(ctx, near)
	if err := errors.Join(err, drop()); err != nil {
		return false, err
	}
	return known.renew(was, is), nil
}
