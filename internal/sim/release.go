package main

import "time"

// release is one kind of rollout that the whole engine is simulated on: who
// uses the application, what the treatment does to them, and what happens
// meanwhile. The zero value of a field is nothing out of the ordinary.
type release struct {
	name     string
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

// span is a stretch of time since the start of the rollout, without its end.
type span struct{ from, to time.Duration }

func (s span) has(t time.Duration) bool { return t >= s.from && t < s.to }

func hours(from, to float64) span {
	return span{time.Duration(from * float64(time.Hour)), time.Duration(to * float64(time.Hour))}
}

// usual is 10,000 accounts with 50 requests a day, of which 1% fail.
func usual(name string, change func(*release)) release {
	r := release{name: name, accounts: 10_000, perDay: 50, errorRate: .01}
	if change != nil {
		change(&r)
	}
	return r
}

// harmless are the releases that must not be rolled back.
func harmless() []release {
	return []release{
		usual("steady", nil),
		usual("day and night, 50% up and down", func(r *release) { r.swing = .5 }),
		usual("5x incident, hours 2 to 4", func(r *release) { r.incident = hours(2, 4) }),
		usual("5x incident while it climbs, hours 5 to 7", func(r *release) { r.incident = hours(5, 7) }),
		usual("low traffic, 2 requests a day", func(r *release) { r.perDay = 2 }),
		usual("400 accounts, 200 a day", func(r *release) { r.accounts, r.perDay = 400, 200 }),
		usual("2,000 accounts, 200 a day", func(r *release) { r.accounts, r.perDay = 2000, 200 }),
		usual("engine restarted every hour", func(r *release) { r.restartEvery = time.Hour }),
		usual("store 4 min late, hours 3 to 4", func(r *release) { r.behind = hours(3, 4) }),
		usual("treatment silent, hours 3 to 4", func(r *release) { r.silent, r.silentArm = hours(3, 4), true }),
		usual("control silent, hours 3 to 4", func(r *release) { r.silent = hours(3, 4) }),
	}
}

// harmful are the releases that should be rolled back, soon.
func harmful() []release {
	return []release{
		usual("2x errors", func(r *release) { r.errors = 2 }),
		usual("2x errors from hour 12 on, at 50%", func(r *release) { r.errors, r.onset = 2, 12*time.Hour }),
		usual("2x errors, 2,000 accounts, 200 a day", func(r *release) { r.accounts, r.perDay, r.errors = 2000, 200, 2 }),
		usual("5x errors, 400 accounts, 200 a day", func(r *release) { r.accounts, r.perDay, r.errors = 400, 200, 5 }),
		usual("3% of accounts fail 15%, others 0.1%", func(r *release) { r.defect, r.errorRate = .03, .001 }),
		usual("3% of accounts fail 15%, others 1%", func(r *release) { r.defect = .03 }),
		usual("1.3x latency", func(r *release) { r.latency = 1.3 }),
		usual("2x errors, engine restarted every hour", func(r *release) { r.errors, r.restartEvery = 2, time.Hour }),
		usual("2x errors, store 4 min late from the start to hour 1", func(r *release) { r.errors, r.behind = 2, hours(0, 1) }),
		usual("2x errors, treatment silent to hour 1", func(r *release) { r.errors, r.silent, r.silentArm = 2, hours(0, 1), true }),
	}
}
