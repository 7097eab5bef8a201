package httpapi

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/flagledger/flagledger/ledger"
)

// Keyed is the path of a segment, metric or plan.
type Keyed struct {
	ProjectPath
	Key string `path:"key"`
}

type catalogQuery struct {
	ProjectPath
	Freshness
	Archived bool `query:"archived" doc:"List archived ones too."`
}

type keyedRead struct {
	Keyed
	Freshness
}

type keyedDeletion struct {
	Idempotency
	Keyed
	Reason string `query:"reason" maxLength:"1000"`
}

type doneAnswer = changed[done]

// catalog is what segments, metrics and plans have in common. S is their state
// in the ledger, V their view.
type catalog[S, V any] struct {
	noun, tag string
	states    func(*ledger.Project) map[string]*S
	archived  func(*S) bool
	view      func(*S) V
	archive   func(project, key string) ledger.Command
}

// list returns the views of a project, by key.
func (c catalog[S, V]) list(ctx context.Context, a *API, in *catalogQuery) ([]V, error) {
	out := []V{}
	err := a.read(ctx, in.MinSeq, func(st *ledger.State) error {
		p, err := projectOf(st, in.Project)
		if err != nil {
			return err
		}
		states := c.states(p)
		for _, key := range slices.Sorted(maps.Keys(states)) {
			if s := states[key]; in.Archived || !c.archived(s) {
				out = append(out, c.view(s))
			}
		}
		return nil
	})
	return out, err
}

// show returns one view, also of what is archived.
func (c catalog[S, V]) show(ctx context.Context, a *API, at Keyed, min uint64) (V, error) {
	var out V
	err := a.read(ctx, min, func(st *ledger.State) error {
		p, err := projectOf(st, at.Project)
		if err != nil {
			return err
		}
		s := c.states(p)[at.Key]
		if s == nil {
			return missing(c.noun, at.Key)
		}
		out = c.view(s)
		return nil
	})
	return out, err
}

func (c catalog[S, V]) remove(ctx context.Context, a *API, in *keyedDeletion) (*doneAnswer, error) {
	receipt, err := a.do(ctx, order{command: c.archive(in.Project, in.Key), id: in.CommandID, reason: in.Reason})
	if err != nil {
		return nil, err
	}
	return answer(receipt, done{receipt.Last}), nil
}

// route describes one of the operations on the resource.
func (c catalog[S, V]) route(method, id, summary string) route {
	r := route{
		method: method, path: "/api/v1/projects/{project}/" + c.tag + "/{key}", id: id, tag: c.tag,
		need: admin(ledger.RoleEditor), summary: summary, conditional: method == http.MethodPut,
	}
	if method == http.MethodGet {
		r.need = admin(ledger.RoleViewer)
	}
	return r
}

// all is route for the whole list.
func (c catalog[S, V]) all(id, summary string) route {
	r := c.route(http.MethodGet, id, summary)
	r.path = "/api/v1/projects/{project}/" + c.tag
	return r
}
