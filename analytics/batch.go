package analytics

import "time"

// Batch is what one SDK reports at once. ID, Project and Environment together
// name it: a second batch of the same name is a retry and counts for nothing.
// A Batch is plain data and is not changed by anything in this package.
type Batch struct {
	// ID is chosen by the SDK, unique in its environment, the same for
	// every retry: 1 to 100 letters, digits, '-', '_', '.' or ':'.
	ID string `json:"id"`
	// Project and Environment come from the access key, not from the SDK.
	Project     string     `json:"project,omitempty"`
	Environment string     `json:"environment,omitempty"`
	SDK         string     `json:"sdk,omitempty"` // name/version of the reporter
	Exposures   []Exposure `json:"exposures,omitempty"`
	Events      []Event    `json:"events,omitempty"`
	ReceivedAt  time.Time  `json:"receivedAt,omitzero"` // server's clock
	// Recorded tells that it was recorded elsewhere and imported, on the word of
	// an editor: its items may be of any age.
	Recorded bool `json:"recorded,omitempty"`
}

// Len is the number of items in the batch.
func (b Batch) Len() int { return len(b.Exposures) + len(b.Events) }

// Exposure says that a unit was served a variant. SDKs may report an exposure
// once for each (flag, version, variant, unit): Version belongs to the key,
// because a stage's population is known by it.
type Exposure struct {
	Flag    string `json:"flag"`
	Variant string `json:"variant"`
	// By is the attribute that was bucketed, DefaultBy if empty.
	By   string `json:"by,omitempty"`
	Unit string `json:"unit"`
	// Rule that served the variant, empty for the default.
	Rule string `json:"rule,omitempty"`
	// Version is the flag's configuration version of the ruleset, so the
	// exposure names the exact configuration it was made under. It is below
	// 2^63.
	Version uint64 `json:"version,string"`
	// Attributes of the context, such as country and plan, by which results can
	// be broken down.
	Attributes map[string]string `json:"attributes,omitempty"`
	// At is the SDK's clock; zero means the time of arrival.
	At time.Time `json:"at,omitzero"`
}

// DefaultBy is the attribute that is bucketed when a split names none.
const DefaultBy = "targetingKey"

// Event is something that happened to one or more units: a request that
// failed, an invoice that took 412 ms, a sign-up.
type Event struct {
	Name string `json:"name"`
	// Value is the measurement, finite; nil for an event that has none.
	Value  *float64 `json:"value,omitempty"`
	Failed bool     `json:"failed,omitempty"`
	// Units maps attribute to id, {"accountId": "a1", "userId": "u1"}; the
	// event counts for each of them. At least one.
	Units map[string]string `json:"units"`
	// Flags are the keys of the flags that had a part in the event, such as
	// those evaluated during a request: it counts for their variants alone.
	// An event that names none counts for every flag its units were exposed to.
	Flags []string `json:"flags,omitempty"`
	// Attributes describe the event. They are kept and never judged.
	Attributes map[string]string `json:"attributes,omitempty"`
	// At is the SDK's clock; zero means the time of arrival.
	At time.Time `json:"at,omitzero"`
}

// Rejected is an item of a batch that cannot be counted.
type Rejected struct {
	// Path of the item, "events[3]", and every problem found in it.
	Path     string    `json:"path"`
	Problems []Problem `json:"problems"`
	// Exactly one of them is set.
	Exposure *Exposure `json:"exposure,omitempty"`
	Event    *Event    `json:"event,omitempty"`
}
