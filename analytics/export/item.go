package export

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// item is one thing to deliver: exactly one of exposure and event is set.
type item struct {
	// id is the same whenever the item is delivered.
	id                   string
	project, environment string
	exposure             *analytics.Exposure
	event                *analytics.Event
	at                   time.Time
}

// idOf makes an id of what names an item; no part has a NUL in it. It has 32
// characters: Mixpanel takes 36.
func idOf(parts ...any) string {
	text := make([]string, len(parts))
	for i, p := range parts {
		text[i] = fmt.Sprint(p)
	}
	sum := sha256.Sum256([]byte(strings.Join(text, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// assignment is the item of an exposure that changed what its unit has. A unit
// may come back to a variant, so the time is part of the name.
func assignment(b analytics.Batch, e *analytics.Exposure) item {
	return item{
		id:      idOf("assignment", b.Project, b.Environment, e.Flag, e.By, e.Unit, e.Variant, e.At.UnixMicro()),
		project: b.Project, environment: b.Environment, exposure: e, at: e.At,
	}
}

// occurrence is the item of the n-th event of a batch.
func occurrence(b analytics.Batch, n int) item {
	e := &b.Events[n]
	return item{id: idOf("event", b.Project, b.Environment, b.ID, n), project: b.Project, environment: b.Environment, event: e, at: e.At}
}

// slot names what a unit can have one variant of.
func slot(b analytics.Batch, e *analytics.Exposure) string {
	return idOf(b.Project, b.Environment, e.Flag, e.By, e.Unit)
}

// properties are what tools take beside the name of an item. Those of ours
// win over attributes of the same name.
func (i item) properties() map[string]any {
	p := map[string]any{}
	if e := i.exposure; e != nil {
		for k, v := range e.Attributes {
			p[k] = v
		}
		p["flag_version"] = e.Version
		if e.Rule != "" {
			p["rule"] = e.Rule
		}
	}
	if e := i.event; e != nil {
		for k, v := range e.Attributes {
			p[k] = v
		}
		if e.Value != nil {
			p["value"] = *e.Value
		}
		if e.Failed {
			p["failed"] = true
		}
		if len(e.Flags) > 0 {
			p["flags"] = e.Flags
		}
	}
	p["project"], p["environment"] = i.project, i.environment
	return p
}

// whose tells a user from the groups that the item is about: the id under the
// attribute that is the tool's user, or "", and the others.
func (i item) whose(user string) (id string, groups map[string]string) {
	units := map[string]string{}
	if i.exposure != nil {
		units[i.exposure.By] = i.exposure.Unit
	} else {
		units = i.event.Units
	}
	groups = map[string]string{}
	for by, unit := range units {
		if by == user {
			id = unit
		} else {
			groups[by] = unit
		}
	}
	return id, groups
}
