package httpapi

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/ledger"
)

// EventFilter selects events. What is empty selects all.
type EventFilter struct {
	Kind        ledger.Kind `query:"kind" doc:"Only events of this kind of subject, such as flag or segment."`
	Key         string      `query:"key" doc:"Only events of the subject with this key, such as a flag."`
	Type        string      `query:"type" doc:"Only events of this type, such as flag.turned_off, or of a family of them, such as rollout."`
	Actor       string      `query:"actor" doc:"Only what an actor whose ID or name contains this has done."`
	Environment string      `query:"environment" doc:"Leave out events of other environments."`
	Since       string      `query:"since" doc:"Only events from this time on, in RFC 3339."`
	Until       string      `query:"until" doc:"Only events before this time, in RFC 3339."`
}

// wanted compiles the filter.
func (f EventFilter) wanted() (func(ledger.Recorded) bool, error) {
	since, err := timeParameter("since", f.Since)
	if err != nil {
		return nil, err
	}
	until, err := timeParameter("until", f.Until)
	if err != nil {
		return nil, err
	}
	actor := strings.ToLower(f.Actor)
	return func(rec ledger.Recorded) bool {
		environment := ledger.EnvironmentOf(rec.Event)
		kind := ledger.TypeOf(rec.Event)
		return (f.Kind == "" || rec.Subject.Kind == f.Kind) &&
			(f.Key == "" || rec.Subject.Key == f.Key) &&
			(f.Type == "" || kind == f.Type || strings.HasPrefix(kind, f.Type+".")) &&
			(f.Environment == "" || environment == "" || environment == f.Environment) &&
			(actor == "" || strings.Contains(strings.ToLower(rec.Actor.Name+" "+rec.Actor.ID), actor)) &&
			!rec.At.Before(since) && (until.IsZero() || rec.At.Before(until))
	}, nil
}

// timeParameter reads a query parameter; zero if there is none.
func timeParameter(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, failure(codeInvalid, "the query cannot be used", &huma.ErrorDetail{
			Location: "query." + name, Message: "is not a time such as 2027-01-31T09:00:00Z", Value: text,
		})
	}
	return t, nil
}

// The log reads forwards only. Going backwards takes it in steps, each twice as
// long as the last one; a page whose filter matches little ends after longestScan
// events, with fewer than were asked for, and says where to go on.
const (
	firstScan   = 1 << 10
	longestScan = 1 << 18
)

// eventsBefore reads the last events before a sequence.
func (a *API) eventsBefore(ctx context.Context, filter string, before uint64, limit int, wanted func(ledger.Recorded) bool) (*eventList, error) {
	end, err := a.log.End(ctx)
	if err != nil {
		return nil, err
	}
	out := &eventList{}
	out.Body.Next = min(before, end+1)
	var found [][]eventView // the newest step first
	missing, bound := limit, out.Body.Next
	for step, scanned := uint64(firstScan), uint64(0); bound > 1 && missing > 0 && scanned < longestScan; step *= 2 {
		from := bound - min(step, bound-1)
		list, err := a.eventsBetween(ctx, filter, from, bound, wanted)
		if err != nil {
			return nil, err
		}
		if len(list) > missing {
			list = list[len(list)-missing:]
			from = list[0].Seq
		}
		found, missing = append(found, list), missing-len(list)
		scanned, bound = scanned+bound-from, from
	}
	slices.Reverse(found)
	out.Body.Events = append([]eventView{}, slices.Concat(found...)...)
	if bound > 1 {
		out.Body.Previous = bound
	}
	return out, nil
}

func (a *API) eventsBetween(ctx context.Context, filter string, from, end uint64, wanted func(ledger.Recorded) bool) ([]eventView, error) {
	var list []eventView
	err := a.log.Read(ctx, from, filter, func(s ledger.Stored) error {
		if s.Seq >= end {
			return errPageFull
		}
		if rec := ledger.Decode(s); wanted(rec) {
			list = append(list, viewEvent(s, rec))
		}
		return nil
	})
	if errors.Is(err, errPageFull) {
		err = nil
	}
	return list, err
}
