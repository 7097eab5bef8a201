package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// acknowledgeAll tells the server which revision is in effect, after each
// signal. Signals that come while it is busy are answered together.
func (c *Client) acknowledgeAll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.acknowledge:
			c.acknowledgeOne(ctx)
		}
	}
}

// acknowledgeOne tries until the server answers, always with the revision that
// is then in effect. Another signal means that the server is back, or has news:
// it ends the wait, which may be long by then.
func (c *Client) acknowledgeOne(ctx context.Context) {
	wait := backoff{pause: c.timing.post}
	for {
		ack := acknowledgement{Instance: c.server.instance, Revision: c.state.Load().revision(), SDK: sdkName}
		err := c.server.post(ctx, "/api/v1/ruleset/ack", ack, nil, http.StatusNoContent)
		var status *StatusError
		if err == nil || errors.As(err, &status) && !status.temporary() {
			return
		}
		timer := time.NewTimer(wait.next())
		select {
		case <-timer.C:
		case <-c.acknowledge:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		timer.Stop()
	}
}

// saveAll writes the latest ruleset to the cache file after each signal, until
// there are no more of them and the last one is written.
func (c *Client) saveAll(noMore <-chan struct{}) {
	for more := true; more; {
		select {
		case <-c.save:
			c.saveOne()
		case <-noMore:
			more = false
		}
	}
	select {
	case <-c.save:
		c.saveOne()
	default:
	}
}

func (c *Client) saveOne() {
	if c.cfg.CacheFile == "" {
		return
	}
	if err := writeRuleset(c.cfg.CacheFile, c.latest.Load()); err != nil {
		c.cfg.Logger.LogAttrs(context.Background(), slog.LevelWarn, "ruleset was not saved", slog.Any("err", err))
	}
}

// writeRuleset replaces the file by a complete new one.
func writeRuleset(name string, rs *evaluator.Ruleset) (err error) {
	data, err := json.Marshal(rs)
	if err != nil {
		return fmt.Errorf("save ruleset: %w", err)
	}
	// CreateTemp makes files that only their owner can read.
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("save ruleset: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync() // or a crash could leave an empty file under the name
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("save ruleset: %w", err)
	}
	if err = os.Rename(f.Name(), name); err != nil {
		return fmt.Errorf("save ruleset: %w", err)
	}
	return nil
}

// restore returns the newer of the cached and the bootstrap ruleset, and puts
// it into effect. A cache that cannot be used is told and passed over.
func (c *Client) restore(ctx context.Context) *evaluator.Ruleset {
	if c.cfg.CacheFile == "" {
		return c.cfg.Bootstrap
	}
	rs, s, err := c.readCache()
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			c.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "cached ruleset cannot be used", slog.Any("err", err))
		}
		return c.cfg.Bootstrap
	}
	if b := c.cfg.Bootstrap; b != nil && b.Revision > rs.Revision {
		return b
	}
	c.state.Store(s)
	return rs
}

func (c *Client) readCache() (*evaluator.Ruleset, *state, error) {
	data, err := os.ReadFile(c.cfg.CacheFile)
	if err != nil {
		return nil, nil, fmt.Errorf("read cached ruleset: %w", err)
	}
	var rs evaluator.Ruleset
	if err := json.Unmarshal(data, &rs); err != nil {
		return nil, nil, fmt.Errorf("read cached ruleset %s: %w", c.cfg.CacheFile, err)
	}
	s, err := newState(rs, SourceCache, c.memory.seed)
	if err != nil {
		return nil, nil, fmt.Errorf("read cached ruleset %s: %w", c.cfg.CacheFile, err)
	}
	return &rs, s, nil
}
