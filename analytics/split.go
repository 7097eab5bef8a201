package analytics

import "time"

// Split parts the items that can be counted from those that cannot. good has
// b's header, ReceivedAt = now, and normalised copies of the valid items:
// empty By becomes DefaultBy, and times become UTC microseconds that are
// neither zero nor in the future. b is not changed; good shares its maps.
//
// A time in the future is set to now. Clocks run ahead, and an event that
// waits for its minute to arrive would be counted too late to stop a rollout.
// Every future time is moved, not only absurd ones, because only then does an
// exposure never move behind the event that followed it.
//
// Split does not look at the header; see ValidateHeader.
func (b Batch) Split(now time.Time) (good Batch, rejected []Rejected) {
	oldest := b.oldest(now)
	good = b
	good.ReceivedAt = instant(now, now)
	good.Exposures = make([]Exposure, 0, len(b.Exposures))
	good.Events = make([]Event, 0, len(b.Events))
	for i, e := range b.Exposures {
		if p := exposureProblems(i, &e, oldest); len(p) > 0 {
			rejected = append(rejected, Rejected{Path: exposurePath(i), Problems: p, Exposure: &e})
			continue
		}
		if e.By == "" {
			e.By = DefaultBy
		}
		e.At = instant(e.At, now)
		good.Exposures = append(good.Exposures, e)
	}
	for i, e := range b.Events {
		if p := eventProblems(i, &e, oldest); len(p) > 0 {
			rejected = append(rejected, Rejected{Path: eventPath(i), Problems: p, Event: &e})
			continue
		}
		e.At = instant(e.At, now)
		good.Events = append(good.Events, e)
	}
	return good, rejected
}

// instant gives at as a store keeps it, not later than now.
func instant(at, now time.Time) time.Time {
	if at.IsZero() || at.After(now) {
		at = now
	}
	return at.UTC().Truncate(time.Microsecond)
}
