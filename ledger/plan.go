package ledger

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// Plan is the policy of a rollout: how far it goes, how fast, and on what
// evidence. Package workflow interprets it.
type Plan struct {
	Name        string  `json:"name,omitempty"`
	Description string  `json:"description,omitempty"`
	Stages      []Stage `json:"stages"`
	Gates       []Gate  `json:"gates,omitempty"`
	// Interval is the width of the time buckets that evidence is counted
	// in, and the least time between two looks. 0 means 1 minute.
	Interval Duration `json:"interval,omitempty"`
	// Watermark is how long a bucket stays open for late events before it
	// is judged. 0 means 10 seconds.
	Watermark Duration `json:"watermark,omitempty"`
	// OnFail says what a failed gate does that does not say so itself:
	// "rollback" (the default), "stepBack" or "pause".
	OnFail OnFail `json:"onFail,omitempty"`
	// NoDataGrace is how long a stage may be without traffic before its
	// hold is reported as an alert. 0 means 1 hour.
	NoDataGrace Duration `json:"noDataGrace,omitempty"`
	// OnNoData says what happens then: "hold" (the default) or "pause".
	OnNoData OnNoData `json:"onNoData,omitempty"`
	// Calendar says when stages may advance.
	Calendar Calendar `json:"calendar,omitzero"`
	// Exclusive keeps the rollout from running beside another one, exclusive or
	// not, on a flag that shares a prerequisite or a segment with this one, or
	// is one.
	Exclusive bool `json:"exclusive,omitempty"`
	// Notify names channels of the server that are told of rollouts of this
	// plan, beside those that are told anyway.
	Notify []string `json:"notify,omitempty"`
}

// Stage is one step of a plan.
type Stage struct {
	Name string `json:"name,omitempty"`
	// Percentage of the units that get the treatment.
	Percentage Percentage `json:"percentage"`
	// Segment bounds the stage to its units; empty is about everybody who is in
	// no segment of an earlier stage. What an earlier stage gave stays: a later
	// one for everybody raises the segments to its own percentage at the least.
	Segment string `json:"segment,omitempty"`
	// MinSoak is the least time at this stage, however good it looks.
	MinSoak Duration `json:"minSoak,omitempty"`
	// MaxSoak is the time after which a stage whose gates neither pass nor fail
	// is inconclusive; 0 is never. It is not less than MinSoak.
	MaxSoak Duration `json:"maxSoak,omitempty"`
	// OnMaxSoak says what happens then: "hold" (the default), with an alert,
	// "advance", "pause" or "rollback". Missing data are never inconclusive.
	OnMaxSoak OnMaxSoak `json:"onMaxSoak,omitempty"`
	// ApproveBefore and ApproveAfter are what people must have said before the
	// rollout enters this stage and leaves it.
	ApproveBefore *Approval `json:"approveBefore,omitempty"`
	ApproveAfter  *Approval `json:"approveAfter,omitempty"`
	// MinExpected is the number of baseline events (control's rate times
	// the treated units) that must be expected before a gate may pass; it
	// keeps a quiet hour from looking like health. 0 means 10.
	MinExpected float64 `json:"minExpected,omitempty"`
}

// Gate is a limit on one metric, or a Check. A gate on a metric has exactly one
// limit, or is a Goal. Upper limits are for metrics whose rise is harm, lower
// ones for those whose fall is, see Metric.Better; a quantile takes MaxRatio,
// Max or Goal.
type Gate struct {
	Metric string `json:"metric,omitempty"`
	// MaxRatio is the ratio of treatment to control that must not be reached
	// (2 = twice; 1.2 = within 20%). It is above 1.05.
	MaxRatio float64 `json:"maxRatio,omitempty" doc:"The ratio of treatment to control that must not be reached, such as 2; for a metric whose rise is harm."`
	// MinRatio is the ratio that must not be fallen to, in (0, 0.95].
	MinRatio float64 `json:"minRatio,omitempty" doc:"The ratio of treatment to control that must not be fallen to, such as 0.9; for a metric whose fall is harm."`
	// MaxDifference is treatment minus control that must not be reached, above
	// 0, in the metric's unit.
	MaxDifference float64 `json:"maxDifference,omitempty" doc:"Treatment minus control that must not be reached, above 0, in the metric's unit; for a metric whose rise is harm."`
	// MinDifference is treatment minus control that must not be fallen to,
	// below 0, in the metric's unit.
	MinDifference float64 `json:"minDifference,omitempty" doc:"Treatment minus control that must not be fallen to, below 0, in the metric's unit; for a metric whose fall is harm."`
	// Max and Min bound the treatment's own value, without looking at the
	// control.
	Max *float64 `json:"max,omitempty" doc:"The value that the treatment must not reach, whatever the control has; for a metric whose rise is harm."`
	Min *float64 `json:"min,omitempty" doc:"The value that the treatment must not fall to, whatever the control has; for a metric whose fall is harm."`
	// Goal makes the gate pass only when an improvement is shown; it never
	// fails.
	Goal bool `json:"goal,omitempty" doc:"Pass only when the treatment is shown to be better than the control, and never fail."`
	// Check asks an external source instead; Metric and the limits are empty.
	Check *Check `json:"check,omitempty"`
	// DryRun keeps the gate from acting: its evidence is recorded and shown,
	// and its verdict neither fails, holds nor passes anything.
	DryRun bool `json:"dryRun,omitempty" doc:"Record and show the gate's evidence, and let its verdict decide nothing."`
	// OnFail says what this gate does when it fails; empty is the plan's.
	OnFail OnFail `json:"onFail,omitempty"`
}

// OnFail is what a failed gate does to the rollout.
type OnFail string

// The answers to a failed gate.
const (
	OnFailRollback OnFail = "rollback" // to 0%, which ends the rollout
	OnFailStepBack OnFail = "stepBack" // to the stage before, and wait for a person; from the first, to 0%
	OnFailPause    OnFail = "pause"    // leave traffic as it is, and wait for a person
)

// OnNoData is what a stage without data does after the grace.
type OnNoData string

// The answers to missing data.
const (
	OnNoDataHold  OnNoData = "hold"
	OnNoDataPause OnNoData = "pause"
)

// OnMaxSoak is what an inconclusive stage does.
type OnMaxSoak string

// The answers to an inconclusive stage.
const (
	OnMaxSoakHold     OnMaxSoak = "hold"
	OnMaxSoakAdvance  OnMaxSoak = "advance"
	OnMaxSoakPause    OnMaxSoak = "pause"
	OnMaxSoakRollback OnMaxSoak = "rollback"
)

// Percentage is a share of the units in steps of 0.001%: 100_000 is all. In
// JSON it is the number of percent, 12.5 for an eighth, converted without
// floating point.
type Percentage int

// All is 100%.
const All Percentage = evaluator.TotalWeight

// String gives percent without a sign: "12.5".
func (p Percentage) String() string {
	s := fmt.Sprintf("%d.%03d", int(p)/1000, int(p)%1000)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// ParsePercentage reads a number of percent between 0 and 100 with at most
// three decimals.
func ParsePercentage(s string) (Percentage, error) {
	whole, frac, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(s), "%"), ".")
	if len(frac) > 3 && strings.Trim(frac[3:], "0") == "" {
		frac = frac[:3]
	}
	n, err := strconv.ParseUint(whole+(frac + "000")[:max(3, len(frac))], 10, 32)
	if err != nil || len(frac) > 3 || whole == "" || n > uint64(All) {
		return 0, fmt.Errorf("percentage %q is not a number from 0 to 100 with at most three decimals", s)
	}
	return Percentage(n), nil
}

// MarshalJSON writes the number of percent.
func (p Percentage) MarshalJSON() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalJSON reads the number of percent.
func (p *Percentage) UnmarshalJSON(b []byte) error {
	v, err := ParsePercentage(string(b))
	if err == nil {
		*p = v
	}
	return err
}

// Duration is a time.Duration that is written "24h0m0s" or "90s" in JSON.
type Duration time.Duration

// Or returns d, or def when d is zero.
func (d Duration) Or(def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return time.Duration(d)
}

// String is time.Duration's.
func (d Duration) String() string { return time.Duration(d).String() }

// MarshalJSON writes the Go duration string.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads a Go duration string.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("duration %s is not a string such as \"30m\" or \"24h\"", b)
	}
	v, err := time.ParseDuration(s)
	if err != nil || v < 0 {
		return fmt.Errorf("duration %q is not of the form \"30m\" or \"24h\"", s)
	}
	*d = Duration(v)
	return nil
}
