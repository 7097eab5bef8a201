package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// streamLive is the kind of a stream of ledger events, for people.
const streamLive streamKind = "live"

// maxLive bounds the events of a frame. Who would get more is told to read all
// anew.
const maxLive = 256

// liveEvent says what an event was about; its data are read where they are
// needed.
type liveEvent struct {
	Seq         uint64      `json:"seq,string"`
	Type        string      `json:"type"`
	Project     string      `json:"project,omitempty"`
	Kind        ledger.Kind `json:"kind"`
	Key         string      `json:"key"`
	Environment string      `json:"environment,omitempty"`
}

func (a *API) liveRoutes() {
	a.handle(rawRoute{
		route: route{
			method: "GET", path: "/api/v1/live", id: "streamEvents", tag: "history", need: admin(ledger.RoleViewer),
			summary: "Server-sent events: 'at' with the newest sequence, then 'events' with what each new one is about, or 'reset' when there are too many",
		},
		media: "text/event-stream", errors: []int{401, 403, 503},
	}, a.streamEvents)
}

// streamEvents follows the fold, so that whoever hears of an event can read its
// effect.
func (a *API) streamEvents(w http.ResponseWriter, r *http.Request) {
	id, err := a.admit(r, admin(ledger.RoleViewer), "")
	if err != nil {
		a.fail(w, r, err)
		return
	}
	if !a.streams.enter(streamLive, a.cfg.MaxStreams) {
		a.fail(w, r, failure(codeUnavailable, "too many streams are open here; try again later"))
		return
	}
	defer a.streams.leave(streamLive)
	a.metrics.streams.WithLabelValues(string(streamLive)).Inc()
	defer a.metrics.streams.WithLabelValues(string(streamLive)).Dec()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	go func() {
		select {
		case <-a.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	out := newEventWriter(w, a.cfg.StreamWrite)
	sent := a.foldedTo(ctx, 0)
	err = out.write([]byte(retryHint), fmt.Appendf(nil, "event: at\nid: %d\ndata: {\"seq\":\"%d\"}\n\n", sent, sent))
	for err == nil && ctx.Err() == nil {
		now := a.nextFold(ctx, sent)
		if ctx.Err() != nil || !a.stillAdmits(ctx, id) {
			return
		}
		if now == sent {
			err = out.write([]byte(ping))
			continue
		}
		var frame []byte
		if frame, err = a.liveFrame(ctx, id, sent, now); err == nil {
			sent = now
			err = out.write(frame)
		}
	}
	a.streamEnded(r.Context(), id, streamLive, err)
}

// foldedTo waits for the fold of an event and returns the newest one's sequence, 0 if
// ctx is done before.
func (a *API) foldedTo(ctx context.Context, seq uint64) (newest uint64) {
	_ = a.projector.Read(ctx, seq, func(st *ledger.State) error {
		newest = st.Seq
		return nil
	})
	return newest
}

// nextFold waits for more than what was sent, at most until it is time for a ping.
func (a *API) nextFold(ctx context.Context, sent uint64) uint64 {
	ctx, cancel := context.WithTimeout(ctx, a.cfg.Heartbeat)
	defer cancel()
	return max(sent, a.foldedTo(ctx, sent+1))
}

// liveFrame tells of the events after one sequence up to another.
func (a *API) liveFrame(ctx context.Context, id identity, after, to uint64) ([]byte, error) {
	if to-after > maxLive {
		return fmt.Appendf(nil, "event: reset\nid: %d\ndata: {}\n\n", to), nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	filter := ledger.AllSubjects
	if only := id.key.Project; only != "" {
		filter = ledger.ProjectFilter(only)
	}
	list := []liveEvent{}
	err := a.log.Read(ctx, after+1, filter, func(s ledger.Stored) error {
		if s.Seq > to {
			return errPageFull
		}
		rec := ledger.Decode(s)
		list = append(list, liveEvent{
			Seq: rec.Seq, Type: ledger.TypeOf(rec.Event), Project: rec.Subject.Project, Kind: rec.Subject.Kind, Key: rec.Subject.Key,
			Environment: ledger.EnvironmentOf(rec.Event),
		})
		return nil
	})
	if err != nil && !errors.Is(err, errPageFull) {
		return nil, err
	}
	body, err := json.Marshal(list)
	return fmt.Appendf(nil, "event: events\nid: %d\ndata: %s\n\n", to, body), err
}
