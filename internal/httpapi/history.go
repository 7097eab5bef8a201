package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// eventView is an event of the ledger as the API shows it.
type eventView struct {
	Seq     uint64          `json:"seq,string"`
	ID      string          `json:"id"`
	Type    string          `json:"type" example:"flag.turned_off"`
	Version int             `json:"version" doc:"Of the type."`
	At      time.Time       `json:"at"`
	Actor   ledger.Actor    `json:"actor"`
	Reason  string          `json:"reason,omitempty"`
	Command string          `json:"command" doc:"ID of the command; the events of one command share it."`
	Cause   string          `json:"cause,omitempty" doc:"ID of what made the actor act."`
	Part    int             `json:"part" doc:"Counts the event among the parts of its command, from 1."`
	Parts   int             `json:"parts"`
	Subject subjectView     `json:"subject"`
	Data    json.RawMessage `json:"data" doc:"As recorded, without the hashes of keys."`
}

type subjectView struct {
	Project string      `json:"project"`
	Kind    ledger.Kind `json:"kind"`
	Key     string      `json:"key"`
}

func viewEvent(s ledger.Stored, rec ledger.Recorded) eventView {
	var raw struct {
		Type string          `json:"type"`
		V    int             `json:"v"`
		Data json.RawMessage `json:"data"`
	}
	if json.Unmarshal(s.Data, &raw) != nil || raw.Data == nil {
		raw.Data = json.RawMessage("null") // an event that nobody can read is shown too
	}
	if e, ok := rec.Event.(ledger.AccessKeyCreated); ok {
		e.Key.Hash = "" // whoever may read the ledger need not see what admits others
		raw.Data, _ = json.Marshal(e)
	}
	return eventView{
		Seq: rec.Seq, ID: rec.ID, Type: raw.Type, Version: raw.V, At: rec.At, Actor: rec.Actor, Reason: rec.Reason,
		Command: rec.Command, Cause: rec.Cause, Part: rec.Part, Parts: rec.Parts,
		Subject: subjectView{rec.Subject.Project, rec.Subject.Kind, rec.Subject.Key}, Data: raw.Data,
	}
}

// Page limits what a list of events returns.
type Page struct {
	From  uint64 `query:"from" doc:"First sequence wanted."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type eventList struct {
	Body struct {
		Events   []eventView `json:"events"`
		Next     uint64      `json:"next,string" doc:"What to give as from for the events after these."`
		Previous uint64      `json:"previous,omitempty,string" doc:"What to give as before for the events before these; absent when there are none."`
	}
}

type flagHistory struct {
	FlagPath
	Page
	Environment string `query:"environment" doc:"Leave out events of other environments."`
}

type eventQuery struct {
	Page
	Project string `query:"project" doc:"Only events of this project."`
	Before  uint64 `query:"before" doc:"Go backwards: only the last events before this sequence. Instead of from."`
	EventFilter
}

func (a *API) historyRoutes() {
	viewer := admin(ledger.RoleViewer)
	register(a, route{
		method: "GET", path: "/api/v1/projects/{project}/flags/{flag}/history", id: "getFlagHistory", tag: "history", need: viewer,
		summary: "The life of a flag, newest event last; without from, its last events",
	}, a.flagHistory)
	register(a, route{
		method: "GET", path: "/api/v1/events", id: "listEvents", tag: "history", need: viewer,
		summary: "The ledger in order, as far as the token may see it",
	}, a.listEvents)
}

func (a *API) flagHistory(ctx context.Context, in *flagHistory) (*eventList, error) {
	err := a.read(ctx, 0, func(st *ledger.State) error {
		p, err := projectOf(st, in.Project)
		if err == nil && p.Flags[in.Flag] == nil {
			err = missing("flag", in.Flag)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	subject := ledger.Subject{Project: in.Project, Kind: ledger.KindFlag, Key: in.Flag}
	return a.events(ctx, subject.String(), in.Page, func(rec ledger.Recorded) bool {
		env := ledger.EnvironmentOf(rec.Event)
		return in.Environment == "" || env == "" || env == in.Environment
	})
}

func (a *API) listEvents(ctx context.Context, in *eventQuery) (*eventList, error) {
	only := who(ctx).key.Project
	if in.Project == "" {
		in.Project = only
	}
	err := own(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	filter := ledger.AllSubjects
	if in.Project != "" {
		if err = a.projectExists(ctx, in.Project); err != nil {
			return nil, err
		}
		filter = ledger.ProjectFilter(in.Project)
	}
	wanted, err := in.wanted()
	if err != nil {
		return nil, err
	}
	if in.Before > 0 {
		return a.eventsBefore(ctx, filter, in.Before, in.Limit, wanted)
	}
	in.From = max(in.From, 1)
	return a.events(ctx, filter, in.Page, wanted)
}

// errPageFull ends a read that has enough.
var errPageFull = errors.New("page full")

// events reads one page. Without From it is the last page, so the whole
// subject is read; a flag's life is hundreds of events, not millions.
func (a *API) events(ctx context.Context, filter string, p Page, wanted func(ledger.Recorded) bool) (*eventList, error) {
	out := &eventList{}
	list := []eventView{}
	next := max(p.From, 1)
	err := a.log.Read(ctx, max(p.From, 1), filter, func(s ledger.Stored) error {
		if p.From > 0 && len(list) == p.Limit {
			return errPageFull
		}
		next = s.Seq + 1
		rec := ledger.Decode(s)
		if !wanted(rec) {
			return nil
		}
		if len(list) == p.Limit {
			list = append(list[:0], list[1:]...)
		}
		list = append(list, viewEvent(s, rec))
		return nil
	})
	if err != nil && !errors.Is(err, errPageFull) {
		return nil, err
	}
	out.Body.Events, out.Body.Next = list, next
	return out, nil
}
