package main

import (
	"time"
	_ "time/tzdata" // --tz means the same on every machine, also where no zones are installed
)

// parseMoment reads a point in time: with its offset from UTC, or as clocks
// show it in the zone tz, which is local if empty. A local time that clocks
// skip or show twice names no one moment and is refused.
func parseMoment(text, tz string, local *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		if tz != "" {
			return t, usagef("--at %s names its offset already; leave --tz out", text)
		}
		return t, nil
	}
	zone := local
	if tz != "" {
		var err error
		if zone, err = time.LoadLocation(tz); err != nil {
			return time.Time{}, usagef("--tz %q is not a time zone such as Europe/Berlin or UTC", tz)
		}
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, checkClock(t, layout, text)
		}
	}
	return time.Time{}, usagef("--at %q is neither a time such as 2027-03-01T09:00:00Z nor one such as \"2027-03-01 09:00\"", text)
}

// checkClock demands that clocks show text at t and at no other moment.
func checkClock(t time.Time, layout, text string) error {
	shown, err := time.Parse(layout, text)
	if err != nil || t.Format(layout) != shown.Format(layout) {
		return usagef("--at %s: clocks in %s skip that time", text, t.Location())
	}
	for _, shift := range []time.Duration{-time.Hour, -30 * time.Minute, 30 * time.Minute, time.Hour} {
		if other := t.Add(shift); other.Format(layout) == shown.Format(layout) {
			return usagef("--at %s: clocks in %s show that time twice; give %s or %s", text, t.Location(),
				earlier(t, other).Format(time.RFC3339), later(t, other).Format(time.RFC3339))
		}
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
