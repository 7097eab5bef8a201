package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

const (
	pathRuleset = "/api/v1/ruleset"
	pathStream  = "/api/v1/ruleset/stream"
)

var errSilent = errors.New("the stream is silent")

// ruleset fetches the whole ruleset, or nil if its revision is have.
func (s *server) ruleset(ctx context.Context, have uint64) (*evaluator.Ruleset, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	req, err := s.request(ctx, http.MethodGet, pathRuleset, nil)
	if err != nil {
		return nil, err
	}
	if have > 0 {
		req.Header.Set("If-None-Match", `"`+strconv.FormatUint(have, 10)+`"`)
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", pathRuleset, err)
	}
	defer resp.Body.Close() //nolint:errcheck // read only
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusNotModified:
		return nil, nil
	default:
		return nil, statusError(pathRuleset, resp)
	}
	var rs evaluator.Ruleset
	var refused *json.SyntaxError
	if err := decodeAnswer(pathRuleset, resp.Body, maxRuleset, &rs); errors.As(err, &refused) {
		return nil, fmt.Errorf("ruleset %w: %w", errUnusable, err)
	} else if err != nil {
		return nil, err
	}
	return &rs, nil
}

// stream opens the stream and takes its events until it breaks.
func (u *updater) stream(ctx context.Context) error {
	c := u.client
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// A connection can die without a word; then only a clock notices.
	watchdog := time.AfterFunc(c.timing.request, func() { cancel(errSilent) })
	defer watchdog.Stop()

	resp, err := u.open(ctx)
	if err != nil {
		return silence(ctx, err)
	}
	defer resp.Body.Close() //nolint:errcheck // read only
	watchdog.Reset(c.timing.silence)
	in := newEventReader(&watched{resp.Body, watchdog, c.timing.silence}, maxRuleset)
	for established := false; ; {
		e, err := in.next()
		if err != nil {
			return silence(ctx, fmt.Errorf("%s: %w", pathStream, err))
		}
		if err := u.handle(e); err != nil {
			return err
		}
		u.backoff.reset()
		u.backoff.least = max(c.timing.stream.least, min(in.retry, c.timing.stream.most))
		if !established && u.confirmed {
			established = true
			u.established(ctx)
		}
	}
}

// open asks for the stream, from where the client is.
func (u *updater) open(ctx context.Context) (*http.Response, error) {
	s := u.client.server
	req, err := s.request(ctx, http.MethodGet, pathStream, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Accept-Encoding", "identity") // a compressor may hold events back
	req.Header.Set("Cache-Control", "no-cache")
	if u.confirmed {
		req.Header.Set("Last-Event-ID", strconv.FormatUint(u.ruleset.Revision, 10))
	}
	endless := *s.http
	endless.Timeout = 0
	resp, err := endless.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", pathStream, err)
	}
	if resp.StatusCode != http.StatusOK {
		defer resp.Body.Close() //nolint:errcheck // read only
		return nil, statusError(pathStream, resp)
	}
	if kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err != nil || kind != "text/event-stream" {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("%s: answered with %q, not with a stream", pathStream, resp.Header.Get("Content-Type"))
	}
	return resp, nil
}

// handle takes one event. An event of an unknown kind is one of the future.
func (u *updater) handle(e streamEvent) error {
	switch e.kind {
	case "put":
		return u.put(e.data)
	case "patch":
		return u.patch(e.data)
	default:
		return nil
	}
}

// established notes that the stream works.
func (u *updater) established(ctx context.Context) {
	c := u.client
	c.counters.streams.Add(1)
	c.connected()
	u.tell()
	u.refusal = ""
	c.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "ruleset stream established",
		slog.Uint64("revision", c.state.Load().revision()))
}

// silence prefers the watchdog's reason to the error that it has caused.
func silence(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errSilent) {
		return fmt.Errorf("%s: %w", pathStream, cause)
	}
	return err
}

// watched puts the watchdog off with every byte.
type watched struct {
	in       io.Reader
	watchdog *time.Timer
	patience time.Duration
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.in.Read(p)
	if n > 0 {
		w.watchdog.Reset(w.patience)
	}
	return n, err
}
