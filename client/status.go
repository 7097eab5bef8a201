package client

import (
	"sync"
	"time"
)

// Status is what the client knows about its connection.
type Status struct {
	// Connected while the ruleset is streamed.
	Connected bool
	// Stale while the ruleset may not be the newest; see Details.Stale.
	Stale bool
	// Revision and Source of the ruleset in effect.
	Revision uint64
	Source   Source
	// LastContact is when the server last confirmed that the ruleset is the
	// newest; zero if it never has.
	LastContact time.Time
	// Err is why the ruleset is not being updated, nil while it is.
	Err error
}

// contact is the part of Status that evaluations do not read.
type contact struct {
	mu        sync.Mutex
	connected bool
	last      time.Time
	err       error
}

// Status returns the status of this moment.
func (c *Client) Status() Status {
	s := c.state.Load()
	c.contact.mu.Lock()
	defer c.contact.mu.Unlock()
	return Status{
		Connected: c.contact.connected, Stale: s.stale, Revision: s.revision(), Source: s.source,
		LastContact: c.contact.last, Err: c.contact.err,
	}
}

// Err is why the ruleset is not being updated, nil while it is. It is
// ErrUnauthorized when the server refuses the key, and then somebody has to
// act; everything else the client tries to mend by itself.
func (c *Client) Err() error { return c.Status().Err }

// told is the part of a Status that Config.OnStatus has heard.
type told struct {
	connected, stale bool
	err              string
}

// tell tells of a status that has changed.
func (u *updater) tell() {
	c := u.client
	if c.cfg.OnStatus == nil {
		return
	}
	s := c.Status()
	now := told{connected: s.Connected, stale: s.Stale}
	if s.Err != nil {
		now.err = s.Err.Error()
	}
	if now != u.told {
		u.told = now
		c.cfg.OnStatus(s)
	}
}

func (c *Client) connected() {
	c.contact.mu.Lock()
	defer c.contact.mu.Unlock()
	c.contact.connected, c.contact.err = true, nil
}

// disconnected notes the end of a stream, or of the attempt to open one. Only
// a stream that stood has kept the ruleset fresh until now.
func (c *Client) disconnected(cause error) {
	c.contact.mu.Lock()
	stood := c.contact.connected
	c.contact.connected, c.contact.err = false, cause
	c.contact.mu.Unlock()
	if stood {
		c.mark(true)
	}
}

func (c *Client) contacted() {
	c.contact.mu.Lock()
	defer c.contact.mu.Unlock()
	c.contact.last = time.Now()
}

func (c *Client) failed(err error) {
	c.contact.mu.Lock()
	defer c.contact.mu.Unlock()
	c.contact.err = err
}
