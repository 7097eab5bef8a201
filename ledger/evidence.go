package ledger

import "time"

// Verdict is what a gate says of the evidence.
type Verdict string

// The verdicts.
const (
	VerdictPass   Verdict = "pass"
	VerdictHold   Verdict = "hold"   // not enough evidence either way
	VerdictFail   Verdict = "fail"   // the treatment is worse than allowed
	VerdictNoData Verdict = "noData" // the source is silent; never advances, never rolls back
)

// Evidence is what an automated decision was made on, complete enough that
// anyone can derive the verdict again.
type Evidence struct {
	// PlanVersion is the Seq of the plan's definition that was applied, 0
	// when the plan was given inline.
	PlanVersion uint64    `json:"planVersion,string"`
	From        time.Time `json:"from"`  // start of the rollout
	Until       time.Time `json:"until"` // end of the last closed bucket
	// Units exposed in the current stage, and in the whole rollout.
	StageTreatment   int64 `json:"stageTreatment"`
	StageControl     int64 `json:"stageControl"`
	RolloutTreatment int64 `json:"rolloutTreatment"`
	// MixedUnits were exposed to both variants under one configuration.
	MixedUnits int64 `json:"mixedUnits"`
	// SRMP is the always-valid p-value of the sample-ratio check.
	SRMP  float64        `json:"srmP"`
	Gates []GateEvidence `json:"gates,omitempty"`
}

// GateEvidence is one gate's part of the Evidence. Unit is the bucketed unit
// (an account, say); Bad is a unit with at least one bad event.
type GateEvidence struct {
	Metric string `json:"metric,omitempty"`
	// Check is what an external source said. Of the rest, a check has
	// Verdict, Reason and DryRun.
	Check *CheckEvidence `json:"check,omitempty"`
	// DryRun is the gate's: nothing was decided by its verdict.
	DryRun  bool    `json:"dryRun,omitempty"`
	Verdict Verdict `json:"verdict"`
	// Reason explains the verdict in one sentence.
	Reason string `json:"reason"`
	// Effect has the numbers of a gate that is judged by the metric's values,
	// nil for one that is judged by first bad events. Of the rest such a gate
	// has Metric, Verdict, Reason, DryRun and MaxRatio.
	Effect   *EffectEvidence `json:"effect,omitempty"`
	MaxRatio float64         `json:"maxRatio"`
	// Above is the value beyond which an event counts as bad, for a
	// quantile gate: frozen from the control arm when the rollout had
	// enough of it. 0 for an error rate.
	Above     float64     `json:"above,omitempty"`
	Tau       float64     `json:"tau"` // ratio of bad units that stands for MaxRatio
	Treatment ArmEvidence `json:"treatment"`
	Control   ArmEvidence `json:"control"`
	// Ratio of the rates of first bad events, stratified, with its
	// always-valid bounds; 0 when it cannot be computed.
	Ratio     float64 `json:"ratio"`
	RatioLow  float64 `json:"ratioLow"`
	RatioHigh float64 `json:"ratioHigh"`
	// Log e-values and the thresholds they are compared with (nats).
	LogEFail         float64 `json:"logEFail"`
	FailThreshold    float64 `json:"failThreshold"`
	LogEPass         float64 `json:"logEPass"`
	PassThreshold    float64 `json:"passThreshold"`
	LogEBreaker      float64 `json:"logEBreaker"`
	BreakerThreshold float64 `json:"breakerThreshold"`
	// Expected baseline events among the treated units of this stage, and
	// how many must be expected before a pass.
	Expected    float64 `json:"expected"`
	MinExpected float64 `json:"minExpected"`
}

// ArmEvidence counts one arm.
type ArmEvidence struct {
	Units    int64 `json:"units"`    // exposed units
	BadUnits int64 `json:"badUnits"` // of which with a first bad event
	Events   int64 `json:"events"`   // metric events
	Bad      int64 `json:"bad"`      // of which bad
}

// EffectEvidence is a gate's part of the Evidence if it is judged by the
// metric's values and not by first bad events. With h(alpha, n) the half width,
// in standard errors, of a one-sided asymptotic confidence sequence with Tuning
// (stats.Sequence), the verdict follows from the arms' Mean, SE and Units.
type EffectEvidence struct {
	Limit GateLimit `json:"limit"`
	// Alert is the observed ratio or difference from which the gate may fail;
	// an absolute limit has none, and neither has a goal.
	Alert float64 `json:"alert,omitempty" doc:"Observed ratio or difference from which the gate may fail."`
	// FailAlpha and PassAlpha are the error probabilities, over all looks, of
	// the bound that fails the gate and of the one that passes it.
	FailAlpha float64 `json:"failAlpha,omitempty"`
	PassAlpha float64 `json:"passAlpha"`
	// Tuning is the number of units at which the bounds are tightest.
	Tuning float64 `json:"tuning"`
	// Above is the value beyond which an event counts, for a Max on a
	// quantile: the means are then the share of such events, and At is the
	// share that the quantile allows. 0 otherwise.
	Above float64 `json:"above,omitempty"`
	At    float64 `json:"at,omitempty"`
	// Rollout is what a failure is judged on, Stage what a pass is; nil
	// without data.
	Rollout *EffectLook `json:"rollout,omitempty"`
	Stage   *EffectLook `json:"stage,omitempty"`
}

// EffectLook compares the arms at one look.
type EffectLook struct {
	Treatment EffectArm `json:"treatment"`
	Control   EffectArm `json:"control"` // zero for an absolute limit
	// Estimate is the ratio, the difference, or the treatment's value,
	// whichever the limit bounds; nil if it cannot be computed. Low and High
	// are its always-valid bounds, of which the one towards harm holds with
	// 1-PassAlpha and the other with 1-FailAlpha; nil is no bound.
	Estimate *float64 `json:"estimate,omitempty"`
	Low      *float64 `json:"low,omitempty"`
	High     *float64 `json:"high,omitempty"`
}

// EffectArm is one arm, as it would be if both had the same mix of strata.
type EffectArm struct {
	Units int64   `json:"units"` // that can be compared
	Mean  float64 `json:"mean"`
	// SE is the standard error of the mean that was reckoned with. It is not
	// less than the other arm's units would give, nor than the mean under the
	// hypothesis that the look is to exclude would.
	SE float64 `json:"se"`
	// Counted is a lower bound for the number of units of the arm that have
	// something to count, whether they can be compared or not.
	Counted float64 `json:"counted"`
}
