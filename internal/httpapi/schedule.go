package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// scheduledView is a change that waits for its time.
type scheduledView struct {
	ID          string            `json:"id"`
	Environment string            `json:"environment"`
	At          time.Time         `json:"at" doc:"When it is due."`
	Change      ledger.ChangeKind `json:"change" enum:"turnOn,turnOff,replaceConfig"`
	Config      *evaluator.Config `json:"config,omitempty"`
	Author      ledger.Actor      `json:"author" doc:"Who scheduled it. It is made only if this token may still change the flag when it is due."`
	Reason      string            `json:"reason,omitempty"`
	Seq         uint64            `json:"seq,string" doc:"The event that scheduled it."`
	ScheduledAt time.Time         `json:"scheduledAt"`
}

func viewScheduled(environment string, list []ledger.ScheduledChange) []scheduledView {
	out := make([]scheduledView, len(list))
	for i, s := range list {
		out[i] = scheduledView{
			ID: s.ID, Environment: environment, At: s.At, Change: s.Change.Kind, Config: s.Change.Config,
			Author: s.Author, Reason: s.Reason, Seq: s.Seq, ScheduledAt: s.Since,
		}
	}
	return out
}

type scheduledList struct {
	Body struct {
		Scheduled []scheduledView `json:"scheduled" doc:"In the order in which they are due."`
	}
}

type newSchedule struct {
	Idempotency
	Condition
	PlacePath
	Body struct {
		At     time.Time         `json:"at" required:"true" doc:"When to make the change: ahead, and at most a year."`
		Change ledger.ChangeKind `json:"change" required:"true" enum:"turnOn,turnOff,replaceConfig"`
		Config *evaluator.Config `json:"config,omitempty" doc:"For replaceConfig: all of the targeting, valid now. It is checked again when it is due."`
		ID     string            `json:"id,omitempty" doc:"Names the change among those pending here; made up, if empty."`
		Reason string            `json:"reason,omitempty" maxLength:"1000"`
	}
}

type scheduled struct {
	Seq       uint64        `json:"seq,string"`
	Scheduled scheduledView `json:"scheduled"`
}

type scheduleDeletion struct {
	Idempotency
	PlacePath
	ID     string `path:"id"`
	Reason string `query:"reason" maxLength:"1000"`
}

func (a *API) scheduleRoutes() {
	const tag, here = "schedule", "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/schedule"
	viewer, editor := admin(ledger.RoleViewer), admin(ledger.RoleEditor)
	register(a, route{
		method: http.MethodGet, path: here, id: "listScheduledChanges", tag: tag, need: viewer,
		summary: "List the changes that are scheduled here and not due yet",
	}, a.listScheduled)
	register(a, route{
		method: http.MethodPost, path: here, id: "scheduleChange", tag: tag, need: editor, status: 201, conditional: true,
		summary: "Turn the flag on or off, or replace its targeting, at a time to come",
	}, a.schedule)
	register(a, route{
		method: http.MethodDelete, path: here + "/{id}", id: "cancelScheduledChange", tag: tag, need: editor,
		summary: "Take a scheduled change back",
	}, a.cancelScheduled)
}

func (a *API) listScheduled(ctx context.Context, in *struct {
	PlacePath
	Freshness
},
) (*scheduledList, error) {
	out := &scheduledList{}
	err := a.read(ctx, in.MinSeq, func(st *ledger.State) error {
		f, err := placed(st, in.place())
		if err == nil {
			out.Body.Scheduled = viewScheduled(in.Environment, f.In(in.Environment).Scheduled)
		}
		return err
	})
	return out, err
}

func (a *API) schedule(ctx context.Context, in *newSchedule) (*changed[scheduled], error) {
	b := &in.Body
	id := b.ID
	if id == "" {
		id = newScheduleID()
	}
	receipt, err := a.do(ctx, order{
		command: ledger.ScheduleChange{
			PlaceRef: in.place(), Schedule: id, At: b.At, Change: ledger.PlannedChange{Kind: b.Change, Config: b.Config},
		},
		id: in.CommandID, ifMatch: in.IfMatch, reason: b.Reason,
		at: under("", map[string]string{"schedule": "body.id", "change.kind": "body.change", "change.config": "body.config"}),
	})
	if err != nil {
		return nil, err
	}
	made, err := a.scheduledBy(ctx, in.place(), receipt.Last)
	if err != nil {
		return nil, err
	}
	return answer(receipt, scheduled{receipt.Last, made}), nil
}

// scheduledBy shows what event seq has scheduled. It asks the ledger, because
// a retry may come when the change is not pending any more.
func (a *API) scheduledBy(ctx context.Context, at ledger.PlaceRef, seq uint64) (scheduledView, error) {
	var view scheduledView
	err := a.log.Read(ctx, seq, ledger.Subject{Project: at.Project, Kind: ledger.KindFlag, Key: at.Flag}.String(), func(s ledger.Stored) error {
		rec := ledger.Decode(s)
		e, ok := rec.Event.(ledger.FlagChangeScheduled)
		if !ok || rec.Seq != seq {
			return errReused()
		}
		view = viewScheduled(e.Environment, []ledger.ScheduledChange{{
			ID: e.Schedule, At: e.At, Change: e.Change, Author: rec.Actor, Reason: rec.Reason, Seq: rec.Seq, Since: rec.At,
		}})[0]
		return errPageFull
	})
	if errors.Is(err, errPageFull) {
		err = nil
	}
	return view, err
}

// newScheduleID makes an ID short enough to be typed; it has to be unique
// among the few that are pending in one place.
func newScheduleID() string {
	var random [5]byte
	_, _ = rand.Read(random[:]) // never fails
	return strings.ToLower(base32.StdEncoding.EncodeToString(random[:]))
}

func (a *API) cancelScheduled(ctx context.Context, in *scheduleDeletion) (*changed[done], error) {
	receipt, err := a.do(ctx, order{
		command: ledger.CancelScheduledChange{PlaceRef: in.place(), Schedule: in.ID}, id: in.CommandID, reason: in.Reason,
	})
	if err != nil {
		return nil, err
	}
	return answer(receipt, done{receipt.Last}), nil
}
