package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// streamKind is who reads a stream; it labels metrics.
type streamKind string

const (
	streamServer streamKind = "ruleset" // evaluators
	streamOFREP  streamKind = "ofrep"   // browsers
)

// retryHint tells EventSource clients how long to wait before reconnecting.
const retryHint = "retry: 1000\n\n"

// ping is a comment: it keeps proxies from closing a quiet connection and
// shows us readers that are gone.
const ping = ": ping\n\n"

// nextFrame returns what takes a reader from revision sent to the newest, nil
// when it is there already. first marks the beginning of the stream.
type nextFrame func(sent uint64, first bool) (frame []byte, revision uint64, err error)

// stream sends frames until the reader goes, stalls or loses its key, or the
// server closes. Changes that happen while a write takes its time are sent
// together by the next one.
func (a *API) stream(w http.ResponseWriter, r *http.Request, id identity, kind streamKind, next nextFrame) {
	if r.Method == http.MethodHead {
		newEventWriter(w, a.cfg.StreamWrite)
		return
	}
	if !a.streams.enter(kind, a.cfg.MaxStreams) {
		a.fail(w, r, failure(codeUnavailable, "too many streams are open here; try again later"))
		return
	}
	defer a.streams.leave(kind)
	at := placeOf(id)
	sub := a.projector.Subscribe(at.project, at.environment)
	defer sub.Close()
	a.metrics.streams.WithLabelValues(string(kind)).Inc()
	defer a.metrics.streams.WithLabelValues(string(kind)).Dec()

	out := newEventWriter(w, a.cfg.StreamWrite)
	frame, sent, err := next(0, true)
	if err == nil {
		err = out.write([]byte(retryHint), frame)
	}
	beat := time.NewTicker(a.cfg.Heartbeat)
	defer beat.Stop()
	for err == nil {
		select {
		case <-sub.Changed():
			if !a.stillAdmits(r.Context(), id) {
				return // no change reaches who is no longer admitted
			}
			if frame, sent, err = next(sent, false); err == nil && frame != nil {
				err = out.write(frame)
			}
		case <-beat.C:
			if !a.stillAdmits(r.Context(), id) {
				return
			}
			err = out.write([]byte(ping))
		case <-r.Context().Done():
			return
		case <-a.closing:
			return
		}
	}
	a.streamEnded(r.Context(), id, kind, err)
}

// streamCount counts the streams that are open now. It is safe for concurrent
// use.
type streamCount struct {
	mu   sync.Mutex
	open map[streamKind]int
}

// enter counts one more, unless there are too many of its kind or of all.
func (c *streamCount) enter(kind streamKind, limit int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == nil {
		c.open = make(map[streamKind]int)
	}
	all := c.open[streamServer] + c.open[streamOFREP] + c.open[streamLive]
	if all >= limit || kind != streamServer && c.open[kind] >= limit-limit/10 {
		return false
	}
	c.open[kind]++
	return true
}

func (c *streamCount) leave(kind streamKind) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open[kind]--
}

func (a *API) streamEnded(ctx context.Context, id identity, kind streamKind, err error) {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return // the reader has gone
	}
	a.metrics.dropped.WithLabelValues(string(kind)).Inc()
	a.logger.WarnContext(ctx, "stream reader dropped: it took nothing for too long",
		slog.String("key", id.id), slog.String("kind", string(kind)), slog.Duration("limit", a.cfg.StreamWrite))
}

// stillAdmits tells whether the key that opened a stream has not been revoked
// or expired meanwhile.
func (a *API) stillAdmits(ctx context.Context, id identity) bool {
	usable := false
	err := a.projector.Read(ctx, 0, func(st *ledger.State) error {
		k := st.Keys[id.id]
		usable = k != nil && k.Usable(a.now())
		return nil
	})
	return err == nil && usable
}

// eventWriter writes to one reader, with a deadline for each write.
type eventWriter struct {
	w     http.ResponseWriter
	rc    *http.ResponseController
	limit time.Duration
}

func newEventWriter(w http.ResponseWriter, limit time.Duration) *eventWriter {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-cache, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	return &eventWriter{w: w, rc: http.NewResponseController(w), limit: limit}
}

func (o *eventWriter) write(parts ...[]byte) error {
	_ = o.rc.SetWriteDeadline(time.Now().Add(o.limit)) // absent in tests without a network
	for _, p := range parts {
		if _, err := o.w.Write(p); err != nil {
			return err
		}
	}
	return o.rc.Flush()
}
