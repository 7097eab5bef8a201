package ledger

import (
	"cmp"
	"fmt"
	"slices"
)

// What is scheduled changes nothing that is served: the version stays.
func (e FlagChangeScheduled) fold(st *State, rec Recorded) error {
	return onPlace(st, rec, e.Environment, func(here *FlagEnvironment) error {
		if here.scheduled(e.Schedule) != nil {
			return fmt.Errorf("scheduled change %q exists twice", e.Schedule)
		}
		here.Scheduled = append(slices.Clone(here.Scheduled), ScheduledChange{
			ID: e.Schedule, At: e.At, Change: e.Change, Author: rec.Actor, Reason: rec.Reason,
			Seq: rec.Seq, Event: rec.ID, Since: rec.At,
		})
		slices.SortFunc(here.Scheduled, ScheduledChange.compare)
		return nil
	})
}

// compare orders changes by the time they are due, and those due at once by
// when they were scheduled.
func (s ScheduledChange) compare(other ScheduledChange) int {
	return cmp.Or(s.At.Compare(other.At), cmp.Compare(s.Seq, other.Seq))
}

func (e FlagScheduledChangeCancelled) fold(st *State, rec Recorded) error {
	return unschedule(st, rec, e.Environment, e.Schedule)
}

func (e FlagScheduledChangeExecuted) fold(st *State, rec Recorded) error {
	return unschedule(st, rec, e.Environment, e.Schedule)
}

func (e FlagScheduledChangeRefused) fold(st *State, rec Recorded) error {
	return unschedule(st, rec, e.Environment, e.Schedule)
}

func unschedule(st *State, rec Recorded, env, id string) error {
	return onPlace(st, rec, env, func(here *FlagEnvironment) error {
		i := slices.IndexFunc(here.Scheduled, func(s ScheduledChange) bool { return s.ID == id })
		if i < 0 {
			return fmt.Errorf("scheduled change %q is not pending", id)
		}
		here.Scheduled = slices.Concat(here.Scheduled[:i], here.Scheduled[i+1:])
		return nil
	})
}

// scheduled finds a pending change, or nil. What it points to must not be
// changed.
func (here *FlagEnvironment) scheduled(id string) *ScheduledChange {
	for i := range here.Scheduled {
		if here.Scheduled[i].ID == id {
			return &here.Scheduled[i]
		}
	}
	return nil
}
