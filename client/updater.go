package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// Why the updater lets go of a stream.
var (
	errUnusable = errors.New("cannot be used; keeping the last good ruleset")
	errBehind   = errors.New("the server is behind the ruleset it has sent before")
)

// updater keeps the client's ruleset current. It is one goroutine's, and the
// only writer of the client's state while that runs.
type updater struct {
	client *Client
	// ruleset is the last good one; nil until there is one.
	ruleset *evaluator.Ruleset
	// confirmed is set once the server itself has sent ruleset. Only then
	// may patches build on it: a bootstrap or a cache may say anything.
	confirmed   bool
	behindSince time.Time // zero unless the server is behind
	polled      time.Time
	backoff     backoff
	refusal     string // last failure logged
	told        told
}

// run follows the server until ctx ends.
func (u *updater) run(ctx context.Context) {
	defer u.client.mark(true)
	for ctx.Err() == nil {
		err := u.stream(ctx)
		if ctx.Err() != nil {
			return
		}
		if !sleep(ctx, u.recover(ctx, err)) {
			return
		}
	}
}

// recover does what can be done without a stream and says how long to wait
// before the next one.
func (u *updater) recover(ctx context.Context, cause error) time.Duration {
	c := u.client
	c.disconnected(cause)
	defer u.tell()
	u.log(ctx, cause)
	if errors.Is(cause, ErrUnauthorized) {
		c.settle()
		c.mark(true)
		return c.timing.unauthorized
	}
	if errors.Is(cause, errUnusable) || time.Since(u.polled) >= c.cfg.PollInterval {
		u.poll(ctx)
	}
	if u.ruleset != nil {
		c.settle()
	}
	wait := min(u.backoff.next(), c.cfg.PollInterval)
	var status *StatusError
	if errors.As(cause, &status) {
		wait = max(wait, min(status.RetryAfter, c.timing.stream.most))
	}
	return wait
}

// poll fetches the whole ruleset. What the server answers is as fresh as an
// event of the stream.
func (u *updater) poll(ctx context.Context) {
	c := u.client
	u.polled = time.Now()
	var have uint64
	if u.confirmed {
		have = u.ruleset.Revision
	}
	rs, err := c.server.ruleset(ctx, have)
	switch {
	case err != nil:
	case rs == nil: // not modified
		u.behindSince = time.Time{}
		c.contacted()
		c.mark(false)
	default:
		err = u.accept(*rs)
	}
	if err != nil {
		c.failed(err)
		c.mark(true)
		u.log(ctx, err)
	}
}

// put takes a whole ruleset from the stream.
func (u *updater) put(data []byte) error {
	var rs evaluator.Ruleset
	if err := json.Unmarshal(data, &rs); err != nil {
		return u.unusable("ruleset", err)
	}
	return u.accept(rs)
}

// patch takes a change from the stream. One that changes nothing says that the
// ruleset is current.
func (u *updater) patch(data []byte) error {
	var p evaluator.Patch
	if err := json.Unmarshal(data, &p); err != nil {
		return u.unusable("patch", err)
	}
	if !u.confirmed {
		return u.unusable("patch", errors.New("it came before the ruleset"))
	}
	if p.Revision < u.ruleset.Revision && p.Project == u.ruleset.Project && p.Environment == u.ruleset.Environment {
		return nil // an old one, delivered again
	}
	rs, err := u.ruleset.Apply(p)
	if err != nil {
		return u.unusable("patch", err)
	}
	if rs.Revision == u.ruleset.Revision {
		u.current()
		return nil
	}
	return u.accept(rs)
}

// accept puts a ruleset of the server into effect.
func (u *updater) accept(rs evaluator.Ruleset) error {
	c := u.client
	if u.behind(rs) {
		return fmt.Errorf("revision %d after %d: %w", rs.Revision, u.ruleset.Revision, errBehind)
	}
	s, err := newState(rs, SourceServer, c.memory.seed)
	if err != nil {
		return u.unusable("ruleset", err)
	}
	news := !u.confirmed || u.ruleset.Revision != rs.Revision
	before := u.ruleset
	u.ruleset, u.confirmed = &rs, true
	c.state.Store(s)
	u.current()
	if news {
		u.announce(s, before)
	}
	return nil
}

// current notes that the ruleset is the newest there is. It is acknowledged
// each time, for a server that was restarted has forgotten who runs what.
func (u *updater) current() {
	c := u.client
	u.behindSince = time.Time{} // a lag that comes later is another one
	c.contacted()
	c.mark(false)
	c.settle()
	u.tell()
	signal(c.acknowledge)
}

// announce tells those who want to know of a new ruleset, and what it followed.
func (u *updater) announce(s *state, before *evaluator.Ruleset) {
	c := u.client
	c.counters.rulesets.Add(1)
	c.latest.Store(u.ruleset)
	signal(c.save)
	for flag, err := range s.program.Broken() {
		c.cfg.Logger.LogAttrs(context.Background(), slog.LevelError, "flag is not valid; callers get their defaults",
			slog.String("flag", flag), slog.Uint64("revision", s.revision()), slog.Any("err", err))
	}
	if c.cfg.OnChange != nil {
		c.cfg.OnChange(Change{
			Revision: s.revision(), At: time.Now(), Source: s.source, Flags: changedFlags(before, *u.ruleset),
		})
	}
}

// behind reports whether the server shows an older ruleset than it has shown
// before, as a replica may that lags. Going back would undo a kill switch. A
// server that stays behind has been restored from a backup, and is believed.
func (u *updater) behind(rs evaluator.Ruleset) bool {
	if !u.confirmed || rs.Revision >= u.ruleset.Revision ||
		rs.Project != u.ruleset.Project || rs.Environment != u.ruleset.Environment {
		return false
	}
	if u.behindSince.IsZero() {
		u.behindSince = time.Now()
	}
	return time.Since(u.behindSince) < u.client.timing.behind
}

func (u *updater) unusable(what string, err error) error {
	u.client.counters.garbage.Add(1)
	return fmt.Errorf("%s %w: %w", what, errUnusable, err)
}

// log tells of a failure once, until it changes or the stream works again.
func (u *updater) log(ctx context.Context, err error) {
	level := slog.LevelWarn
	if errors.Is(err, ErrUnauthorized) || errors.Is(err, errUnusable) {
		level = slog.LevelError
	}
	if text := err.Error(); text != u.refusal {
		u.refusal = text
		u.client.cfg.Logger.LogAttrs(ctx, level, "ruleset is not being updated",
			slog.Uint64("revision", u.client.state.Load().revision()), slog.Any("err", err))
	}
}
