package main

import "time"

// release is one kind of rollout that the whole engine is simulated on: who
// uses the application, what the treatment does to them, and what happens
// meanwhile. The zero value of a field is nothing out of the ordinary.
type release struct {
	name string
	pace
	accounts int
	// perDay is the mean number of requests of an account, and errorRate the
	// share of them that fails in the control.
	perDay, errorRate float64

	// What the treatment does from onset on: errors and latency multiply the
	// control's rate and values, 0 being 1. defect is the share of accounts of
	// which it lets defectRate of the requests fail, on top of the others.
	errors, latency float64
	defect          float64
	onset           time.Duration

	// What the world does to both arms alike. swing is that of traffic, and
	// against it of the error rate, between day and night; incident is when
	// the errors are five times as many.
	swing    float64
	incident span

	// What goes wrong with the product itself.
	restartEvery time.Duration // 0 is never
	behind       span          // the store is so late by storeLag
	silent       span          // the requests of one arm are not reported
	silentArm    bool          // which: the treatment
}

const (
	incidentFactor = 5
	// defectRate is 54 of 354.
	defectRate = .1525
	storeLag   = 4 * time.Minute
)

// pace is how fast a simulated rollout goes.
type pace struct {
	// look is the time between two looks, and the width of the buckets.
	look time.Duration
	// soak is how long a stage lasts at least.
	soak time.Duration
}

// quick fits a climb into 18 hours.
func quick() pace { return pace{5 * time.Minute, 6 * time.Hour} }

// valid says whether the releases below make sense at the pace, and the looks
// fit into what a threshold looks at.
func (p pace) valid() bool {
	return (p.look == time.Minute || p.look == failureWindow) && p.soak >= 4*time.Hour && p.soak%time.Hour == 0
}

// patience is when a rollout that still holds is given up: twice what a climb
// takes at least.
func (p pace) patience() time.Duration { return 6 * p.soak }

// span is a stretch of time since the start of the rollout, without its end.
type span struct{ from, to time.Duration }

func (s span) has(t time.Duration) bool { return t >= s.from && t < s.to }

func hours(from, to float64) span {
	return span{time.Duration(from * float64(time.Hour)), time.Duration(to * float64(time.Hour))}
}

// usual is 10,000 accounts with 50 requests a day, of which 1% fail.
func (p pace) usual(name string, change func(*release)) release {
	r := release{name: name, pace: p, accounts: 10_000, perDay: 50, errorRate: .01}
	if change != nil {
		change(&r)
	}
	return r
}

// harmless are the releases that must not be rolled back.
func harmless(p pace) []release {
	change := span{p.soak - time.Hour, p.soak + time.Hour}
	return []release{
		p.usual("steady", nil),
		p.usual("day and night, 50% up and down", func(r *release) { r.swing = .5 }),
		p.usual("5x incident, hours 2 to 4", func(r *release) { r.incident = hours(2, 4) }),
		p.usual("5x incident for 2 hours around the first advance", func(r *release) { r.incident = change }),
		p.usual("low traffic, 2 requests a day", func(r *release) { r.perDay = 2 }),
		p.usual("400 accounts, 200 a day", func(r *release) { r.accounts, r.perDay = 400, 200 }),
		p.usual("2,000 accounts, 200 a day", func(r *release) { r.accounts, r.perDay = 2000, 200 }),
		p.usual("engine restarted every hour", func(r *release) { r.restartEvery = time.Hour }),
		p.usual("store 4 min late, hours 3 to 4", func(r *release) { r.behind = hours(3, 4) }),
		p.usual("treatment silent, hours 3 to 4", func(r *release) { r.silent, r.silentArm = hours(3, 4), true }),
		p.usual("control silent, hours 3 to 4", func(r *release) { r.silent = hours(3, 4) }),
	}
}

// harmful are the releases that should be rolled back, soon.
func harmful(p pace) []release {
	return []release{
		p.usual("2x errors", func(r *release) { r.errors = 2 }),
		p.usual("2x errors from the second advance on", func(r *release) { r.errors, r.onset = 2, 2*p.soak }),
		p.usual("2x errors, 2,000 accounts, 200 a day", func(r *release) { r.accounts, r.perDay, r.errors = 2000, 200, 2 }),
		p.usual("5x errors, 400 accounts, 200 a day", func(r *release) { r.accounts, r.perDay, r.errors = 400, 200, 5 }),
		p.usual("3% of accounts fail 15%, others 0.1%", func(r *release) { r.defect, r.errorRate = .03, .001 }),
		p.usual("3% of accounts fail 15%, others 1%", func(r *release) { r.defect = .03 }),
		p.usual("1.3x latency", func(r *release) { r.latency = 1.3 }),
		p.usual("2x errors, engine restarted every hour", func(r *release) { r.errors, r.restartEvery = 2, time.Hour }),
		p.usual("2x errors, store 4 min late from the start to hour 1", func(r *release) { r.errors, r.behind = 2, hours(0, 1) }),
		p.usual("2x errors, treatment silent to hour 1", func(r *release) { r.errors, r.silent, r.silentArm = 2, hours(0, 1), true }),
	}
}
