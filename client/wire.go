package client

import "time"

// exposure is one exposure as the server reads it.
type exposure struct {
	Flag    string    `json:"flag"`
	Variant string    `json:"variant"`
	By      string    `json:"by"`
	Unit    string    `json:"unit"`
	Rule    string    `json:"rule,omitempty"`
	Version uint64    `json:"version,string"`
	At      time.Time `json:"at"`
	// Attributes are those of the context that Config.ExposureAttributes names.
	Attributes map[string]string `json:"attributes,omitempty"`
}

// event is one metric event as the server reads it.
type event struct {
	Name       string            `json:"name"`
	Value      *float64          `json:"value,omitempty"`
	Failed     bool              `json:"failed,omitempty"`
	Units      map[string]string `json:"units"`
	Flags      []string          `json:"flags,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
	At         time.Time         `json:"at"`
}

// batch is the body of POST /api/v1/events. Its id stays the same however
// often it is sent: the server counts it once.
type batch struct {
	ID        string     `json:"id"`
	SDK       string     `json:"sdk"`
	Exposures []exposure `json:"exposures,omitempty"`
	Events    []event    `json:"events,omitempty"`
}

func (b *batch) len() int { return len(b.Exposures) + len(b.Events) }

// receipt answers a batch: how many items count, and why the others do not.
type receipt struct {
	Accepted int             `json:"accepted"`
	Rejected []rejectedEntry `json:"rejected"`
}

type rejectedEntry struct {
	Kind    string `json:"kind"` // exposure or event
	Index   int    `json:"index"`
	Path    string `json:"path"`
	Message string `json:"message"`
}

// acknowledgement tells the server which revision this evaluator runs.
type acknowledgement struct {
	Instance string `json:"instance"`
	Revision uint64 `json:"revision,string"`
	SDK      string `json:"sdk"`
}

// problem is the part of an application/problem+json body worth telling.
type problem struct {
	Title  string `json:"title"`
	Detail string `json:"detail"`
}
