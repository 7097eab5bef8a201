package ledger

import "time"

// ExperimentEvidence is what a decision was made on.
type ExperimentEvidence struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	// SRMP is the always-valid p-value of the check that units were split as
	// configured.
	SRMP     float64           `json:"srmP"`
	Variants []VariantEvidence `json:"variants"`
	Metrics  []MetricEvidence  `json:"metrics"`
}

// VariantEvidence counts the units of a variant.
type VariantEvidence struct {
	Variant string `json:"variant"`
	Units   int64  `json:"units"`
	// Expected is how many of the units the splits let expect.
	Expected float64 `json:"expected"`
}

// MetricEvidence compares one variant with the control on one metric. What the
// data do not support is missing, never zero.
type MetricEvidence struct {
	Metric  string     `json:"metric"`
	Role    MetricRole `json:"role"`
	Variant string     `json:"variant"`
	Finding Finding    `json:"finding"`
	// Reason says in words why there is no result.
	Reason string `json:"reason,omitempty"`
	// ControlUnits and TreatmentUnits are those that are compared.
	ControlUnits   int64 `json:"controlUnits"`
	TreatmentUnits int64 `json:"treatmentUnits"`
	// Control and Treatment are the metric in both variants, in its unit.
	Control   *float64 `json:"control,omitempty"`
	Treatment *float64 `json:"treatment,omitempty"`
	// Difference is treatment less control in the metric's unit, Lift relative
	// to the control (0.1 is +10%). Their intervals hold however often one
	// looks, for all goals together.
	Difference *Estimate `json:"difference,omitempty"`
	Lift       *Estimate `json:"lift,omitempty"`
	// P is always valid; AdjustedP is corrected for the number of goals.
	P         *float64 `json:"p,omitempty"`
	AdjustedP *float64 `json:"adjustedP,omitempty"`
	// Explained is the share of the variance that the time before the
	// experiment has explained, and so taken out (CUPED).
	Explained float64 `json:"explained,omitempty"`
}

// Estimate is a number with its interval. A missing end is no bound.
type Estimate struct {
	Value float64  `json:"value"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
}

// MetricRole is what an experiment wants of a metric.
type MetricRole string

// The roles.
const (
	Goal      MetricRole = "goal"      // it should improve
	Guardrail MetricRole = "guardrail" // it must not get worse
)

// Finding is what a comparison has shown.
type Finding string

// The findings.
const (
	FindingBetter Finding = "better"
	FindingWorse  Finding = "worse"
	FindingOpen   Finding = "open"   // no difference is shown so far
	FindingNoData Finding = "noData" // see the reason
)
