package ledger

import (
	"math"
	"strconv"
	"time"
)

// Check is a gate whose verdict comes from outside: a query that an external
// source answers, or a webhook that judges by itself. It has no error control:
// it compares numbers with a limit, and a limit near what is usual fails
// healthy releases.
type Check struct {
	// Name is the check's label for people, unique in its plan.
	Name string `json:"name" doc:"The check's label for people, unique in its plan."`
	// Source names one of the server's sources. A plan has no addresses,
	// so who edits plans cannot make the server call whom they like.
	Source string `json:"source" doc:"Name of one of the server's sources (flagledger serve --sources)."`
	// Query is asked of a Prometheus source. It may hold the Placeholders
	// inside quoted text; with $variant it is asked for both variants. A
	// webhook has none.
	Query string `json:"query,omitempty" doc:"PromQL for a Prometheus source; none for a webhook. Inside quotes it may hold $variant, which asks for both variants, $flag, $environment, $project and $rollout."`
	// Max and Min bound the value, or the treatment's if there are two.
	Max *float64 `json:"max,omitempty" doc:"The most that the value, or the treatment's, may be."`
	Min *float64 `json:"min,omitempty" doc:"The least that the value, or the treatment's, may be."`
	// MaxRatio and MinRatio bound treatment by control, and must not be
	// reached. They need $variant. 0 is no bound.
	MaxRatio float64 `json:"maxRatio,omitempty" doc:"The ratio of treatment to control that must not be reached."`
	MinRatio float64 `json:"minRatio,omitempty" doc:"The ratio of treatment to control that must be exceeded."`
	// For is how long the condition must have been violated without
	// interruption before the gate fails, and met before it passes. 0 means
	// DefaultFor.
	For Duration `json:"for,omitempty" doc:"How long the condition must be violated without interruption before the gate fails, and met before it passes; 5m if left out."`
}

// DefaultFor is a Check's For.
const DefaultFor = 5 * time.Minute

const (
	minFor        = 100 * time.Millisecond
	maxFor        = 24 * time.Hour
	maxQuery      = 2000 // bytes
	maxCheckRatio = 1000
)

// PerVariant reports whether the query is asked for both variants.
func (c Check) PerVariant() bool {
	per := false
	_, _ = ExpandQuery(c.Query, func(name string) string {
		per = per || name == "variant"
		return ""
	})
	return per
}

// Condition says what the values must be: "at most 0.02"; "" for a webhook.
func (c Check) Condition() string {
	short := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	switch {
	case c.Max != nil:
		return "at most " + short(*c.Max)
	case c.Min != nil:
		return "at least " + short(*c.Min)
	case c.MaxRatio != 0:
		return "below " + short(c.MaxRatio) + " times the control"
	case c.MinRatio != 0:
		return "above " + short(c.MinRatio) + " times the control"
	}
	return ""
}

// check looks at a gate that is a check; names are those used before it.
func (ck *checks) check(path string, g Gate, names map[string]bool) {
	c := *g.Check
	if g.Metric != "" || len(g.Limits()) > 0 {
		ck.add(path+"check", "stands beside metric or a limit such as maxRatio; a gate is either on a metric or a check")
	}
	path += "check."
	ck.key(path+"name", c.Name)
	if names[c.Name] {
		ck.add(path+"name", "%q names two checks of this plan", c.Name)
	}
	names[c.Name] = true
	ck.key(path+"source", c.Source)
	if c.For != 0 && (time.Duration(c.For) < minFor || time.Duration(c.For) > maxFor) {
		ck.add(path+"for", "is %s; it must lie between 100ms and 24h", c.For)
	}
	if len(c.Query) > maxQuery {
		ck.add(path+"query", "has %d bytes; the limit is %d", len(c.Query), maxQuery)
	} else if _, err := ExpandQuery(c.Query, func(string) string { return "" }); err != nil {
		ck.add(path+"query", "%v", err)
	}
	ck.condition(path, c)
}

// condition looks at the bounds: one with a query, none without.
func (ck *checks) condition(path string, c Check) {
	n := 0
	for _, b := range []struct {
		name  string
		given bool
		value float64
	}{
		{"max", c.Max != nil, orZero(c.Max)},
		{"min", c.Min != nil, orZero(c.Min)},
		{"maxRatio", c.MaxRatio != 0, c.MaxRatio},
		{"minRatio", c.MinRatio != 0, c.MinRatio},
	} {
		if !b.given {
			continue
		}
		n++
		ratio := b.name == "maxRatio" || b.name == "minRatio"
		switch {
		case math.IsNaN(b.value) || math.IsInf(b.value, 0):
			ck.add(path+b.name, "is not a number that values can be compared with")
		case ratio && !(b.value > 0 && b.value <= maxCheckRatio):
			ck.add(path+b.name, "is %v; it must lie between 0 and %d, such as 2 for twice the control", b.value, maxCheckRatio)
		case ratio && !c.PerVariant():
			ck.add(path+b.name, "compares the variants; the query must hold $variant, such as {variant=\"$variant\"}")
		}
	}
	switch {
	case c.Query == "" && n > 0:
		ck.add(path+"query", "is missing; a check with a bound needs one, and a webhook has neither")
	case c.Query != "" && n != 1:
		ck.add(path+"query", "has %d bounds; give one of max, min, maxRatio, minRatio", n)
	}
}

func orZero(p *float64) float64 {
	if p == nil {
		return 0
	}
	return *p
}

// CheckEvidence is what an external source said. From its numbers, Step, For
// and the condition anyone can derive the verdict again.
type CheckEvidence struct {
	Name   string `json:"name"`
	Source string `json:"source"`
	// Query as it was asked, of the treatment if there are two.
	Query        string `json:"query,omitempty"`
	ControlQuery string `json:"controlQuery,omitempty"`
	// Condition is Check.Condition's.
	Condition string `json:"condition,omitempty"`
	// From and Until are the first and the last moment asked about.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	For   Duration  `json:"for"`
	Step  Duration  `json:"step" doc:"Time from one point to the next."`
	// Treatment has the values judged: the treatment's, or those of no
	// variant. Ratio is treatment by control, point by point.
	Treatment *SeriesEvidence `json:"treatment,omitempty"`
	Control   *SeriesEvidence `json:"control,omitempty"`
	Ratio     *SeriesEvidence `json:"ratio,omitempty"`
	// Violated is the number of points that break the condition.
	Violated int `json:"violated"`
	// Answer and Said are a webhook's verdict and the reason it gave,
	// shortened.
	Answer string `json:"answer,omitempty"`
	Said   string `json:"said,omitempty"`
	// Took is how long the source took.
	Took Duration `json:"took"`
}

// SeriesEvidence sums up the values over the window.
type SeriesEvidence struct {
	Points int       `json:"points"`
	Min    float64   `json:"min"`
	Max    float64   `json:"max"`
	Last   float64   `json:"last"`
	At     time.Time `json:"at"` // of Last
}
