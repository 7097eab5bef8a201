package main

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/ledger"
)

// pageSize is how many events are asked for at once.
const pageSize = 500

func newFlagHistory(a *app) *cobra.Command {
	var env string
	cmd := &cobra.Command{
		Use:   "history KEY",
		Short: "Tell the life of a flag: what changed, when, by whom and why",
		Example: example(
			`flagledger flag history new-pdf-engine`,
			`flagledger flag history new-pdf-engine --env production --json`),
		Args: exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		shown, tale := []eventView{}, newStory(&s.world)
		err := s.eachEvent(ctx, s.flagPath(args[0], "history"), nil, func(e eventView) error {
			c, err := tale.next(e)
			at := ledger.EnvironmentOf(c.decoded)
			if err != nil || env != "" && at != "" && at != env {
				return err
			}
			shown = append(shown, e)
			if !s.json {
				tale.write(s.out, c, false)
			}
			return nil
		})
		if err != nil || !s.json {
			return err
		}
		return s.printValue(map[string]any{"events": shown})
	})
	cmd.Flags().StringVar(&env, "env", "", "only what concerns this environment")
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

// errEnough ends a walk through events early.
var errEnough = errors.New("enough events")

// eachEvent gives all events of an address to fn, from the first on, because
// what an event changed can only be told by who knows what was before. It ends
// without an error when fn returns errEnough.
func (s *session) eachEvent(ctx context.Context, path string, query url.Values, fn func(eventView) error) error {
	_, err := s.eventsFrom(ctx, 1, path, query, fn)
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// eventsFrom reads page by page from a sequence on until there are no more. It
// returns where the next event would be.
func (s *session) eventsFrom(ctx context.Context, from uint64, path string, query url.Values, fn func(eventView) error) (next uint64, err error) {
	query = maps.Clone(query)
	if query == nil {
		query = url.Values{}
	}
	query.Set("limit", strconv.Itoa(pageSize))
	for {
		query.Set("from", uintWords(from))
		r, err := s.get(ctx, path, query)
		if err != nil {
			return from, err
		}
		var page struct {
			Events []eventView `json:"events"`
			Next   uint64      `json:"next,string"`
		}
		if err := r.into(&page); err != nil {
			return from, err
		}
		for _, e := range page.Events {
			if err := fn(e); err != nil {
				return e.Seq + 1, err
			}
		}
		from = max(from, page.Next)
		if len(page.Events) < pageSize {
			return from, nil
		}
	}
}
