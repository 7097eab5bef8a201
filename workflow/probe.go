package workflow

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Probe asks the external sources that plans name. It may be called
// concurrently.
type Probe interface {
	// Ask puts one question to its source and returns what that said. It
	// returns an error wrapping ErrUnknownSource for a source that there is
	// not, and another if the source is silent, slow or cannot be
	// understood; the text is shown to people. It ends with ctx.
	Ask(ctx context.Context, q Question) (Answer, error)
}

// ErrUnknownSource is why a question cannot be asked at all, for errors.Is.
var ErrUnknownSource = errors.New("there is no such source")

// MaxAsk is the longest that an answer is waited for, whatever the source's
// own timeout.
const MaxAsk = 20 * time.Second

// Question is what one check asks at one look.
type Question struct {
	Source, Check string
	// Query is what a Prometheus is asked, expanded; of the treatment, if
	// ControlQuery is there for the control. A webhook has none.
	Query, ControlQuery string
	// What the question is about.
	Project, Environment, Flag, Rollout string
	Treatment, Control                  string
	Percentage                          ledger.Percentage
	Stage                               int // index, from 0
	// From and Until are the first and last moment asked about, whole Steps
	// apart. Until is the end of the last closed bucket, From no earlier
	// than the stage.
	From, Until time.Time
	For, Step   time.Duration
}

// Answer is what a source said: values, or a verdict.
type Answer struct {
	// Treatment has the values of Query, Control those of ControlQuery.
	Treatment, Control []Point
	// Verdict and Reason are a webhook's own, as they came.
	Verdict, Reason string
	Took            time.Duration
}

// Point is a value at a time.
type Point struct {
	At    time.Time
	Value float64
}

// maxPoints bounds the points that a question asks for: the step is the plan's
// bucket or wider.
const maxPoints = 240

// newQuestion makes the question of a check at a look that ends at until. It
// has nothing to ask, and From is Until, before the stage's first bucket ends.
func newQuestion(a Active, c ledger.Check, until time.Time) (Question, error) {
	r := &a.Rollout
	q := Question{
		Source: c.Source, Check: c.Name,
		Project: a.Project, Environment: a.Environment, Flag: a.Flag, Rollout: r.ID,
		Treatment: r.Treatment, Control: r.Control, Percentage: r.Percentage(), Stage: r.Stage,
		Until: until.Truncate(time.Millisecond), For: c.For.Or(ledger.DefaultFor),
	}
	q.Step = min(max(bucket(r.Plan), q.For/maxPoints), q.For).Truncate(time.Millisecond)
	points := math.Ceil(float64(q.For) / float64(q.Step))
	if inStage := until.Sub(stageStart(r)) / q.Step; float64(inStage) < points {
		points = float64(max(inStage, 0))
	}
	q.From = q.Until.Add(-time.Duration(points) * q.Step)
	var err error
	if q.Query, err = q.expand(c.Query, r.Treatment); err == nil && c.PerVariant() {
		q.ControlQuery, err = q.expand(c.Query, r.Control)
	}
	return q, err
}

func (q Question) expand(query, variant string) (string, error) {
	return ledger.ExpandQuery(query, func(name string) string {
		return map[string]string{
			"variant": variant, "flag": q.Flag, "environment": q.Environment, "project": q.Project, "rollout": q.Rollout,
		}[name]
	})
}

// young reports whether the stage has not lasted as long as the check wants to
// see.
func (q Question) young() bool { return q.Until.Sub(q.From) < q.For }
