package httpapi

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
)

// The verdicts on an exposure.
const (
	// auditReproduced: evaluated again it gives what was recorded.
	auditReproduced = "reproduced"
	// auditDiffers: it gives something else, from what was recorded alone.
	auditDiffers = "differs"
	// auditUndetermined: it gives something else, but has asked for attributes
	// that the exposure does not carry, or whose type it does not.
	auditUndetermined = "undetermined"
	// auditUnknown: it names a version that the flag never had.
	auditUnknown = "unknownVersion"
)

type exposureAudit struct {
	EnvironmentPath
	Sample int    `query:"sample" default:"200" minimum:"1" maximum:"5000" doc:"How many exposures to draw."`
	Flag   string `query:"flag" doc:"Only exposures of this flag."`
	Since  string `query:"since" doc:"Only those from this time on, in RFC 3339."`
	Seed   uint64 `query:"seed" doc:"The same seed draws the same."`
}

// auditedExposure is one that was not reproduced.
type auditedExposure struct {
	analytics.Exposure
	Verdict string `json:"verdict"`
	// Found is the variant that the evaluation gives now.
	Found       string                 `json:"found,omitempty"`
	Why         string                 `json:"why"`
	Explanation *evaluator.Explanation `json:"explanation,omitempty"`
}

type auditReport struct {
	Body struct {
		Total    int64             `json:"total" doc:"Exposures that could be drawn."`
		Sampled  int               `json:"sampled"`
		Verdicts map[string]int    `json:"verdicts" doc:"How many are reproduced, differs, undetermined, unknownVersion."`
		Findings []auditedExposure `json:"findings" doc:"Those that are not reproduced."`
	}
}

func (a *API) auditRoutes() {
	register(a, route{
		method: "GET", path: "/api/v1/projects/{project}/environments/{environment}/audit/exposures", id: "auditExposures",
		tag: "ledger", need: admin(ledger.RoleViewer),
		summary: "Evaluate a sample of recorded exposures again, with the ruleset that each names, and report what does not reproduce",
	}, a.auditExposures)
}

func (a *API) auditExposures(ctx context.Context, in *exposureAudit) (*auditReport, error) {
	at := place{in.Project, in.Environment}
	if _, err := a.snapshot(ctx, at, 0); err != nil {
		return nil, err
	}
	q := analytics.SampleQuery{Project: in.Project, Environment: in.Environment, Flag: in.Flag, N: in.Sample, Seed: in.Seed}
	var err error
	if q.Since, err = timeParameter("since", in.Since); err != nil {
		return nil, err
	}
	drawn, err := a.samples.Sample(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &auditReport{}
	out.Body.Total, out.Body.Sampled = drawn.Total, len(drawn.Exposures)
	out.Body.Verdicts = map[string]int{auditReproduced: 0, auditDiffers: 0, auditUndetermined: 0, auditUnknown: 0}
	out.Body.Findings = []auditedExposure{}
	auditor := auditor{past: a.past, at: at, known: map[string]*projector.Snapshot{}}
	for _, e := range drawn.Exposures {
		found, err := auditor.audit(ctx, e)
		if err != nil {
			return nil, err
		}
		out.Body.Verdicts[found.Verdict]++
		if found.Verdict != auditReproduced {
			out.Body.Findings = append(out.Body.Findings, found)
		}
	}
	return out, nil
}

// auditor evaluates exposures again.
type auditor struct {
	past  Past
	at    place
	known map[string]*projector.Snapshot // by flag and sequence
}

// audit looks at the flag as it was when it got its version, and, because what it
// refers to may have changed since, as it was at the time of the exposure.
func (x *auditor) audit(ctx context.Context, e analytics.Exposure) (auditedExposure, error) {
	out := auditedExposure{Exposure: e}
	first, err := x.excerpt(ctx, e.Flag, e.Version)
	if err != nil {
		return out, err
	}
	if first == nil || first.Ruleset.Flags[e.Flag].Version != e.Version {
		out.Verdict, out.Why = auditUnknown, fmt.Sprintf("the flag had no version %d in %s", e.Version, x.at.environment)
		return out, nil
	}
	out, err = x.compare(first, e)
	if err != nil || out.Verdict == auditReproduced {
		return out, err
	}
	seq, err := x.past.SeqAt(ctx, e.At)
	if errors.Is(err, projector.ErrAhead) || err == nil && seq <= e.Version {
		return out, nil // the SDK's clock was behind
	}
	if err != nil {
		return out, err
	}
	then, err := x.excerpt(ctx, e.Flag, seq)
	if err != nil || then == nil || then.Ruleset.Flags[e.Flag].Version != e.Version {
		return out, err
	}
	if later, err := x.compare(then, e); err != nil || later.Verdict == auditReproduced {
		return later, err
	}
	return out, nil
}

// excerpt is nil when there was no such event or environment.
func (x *auditor) excerpt(ctx context.Context, flag string, seq uint64) (*projector.Snapshot, error) {
	key := flag + " " + strconv.FormatUint(seq, 10)
	if s, ok := x.known[key]; ok {
		return s, nil
	}
	s, err := x.past.Excerpt(ctx, seq, x.at.project, x.at.environment, flag)
	if errors.Is(err, projector.ErrAhead) {
		s, err = nil, nil
	}
	if err == nil {
		x.known[key] = s
	}
	return s, err
}

// compare evaluates with what the exposure carries.
func (x *auditor) compare(s *projector.Snapshot, e analytics.Exposure) (auditedExposure, error) {
	out := auditedExposure{Exposure: e}
	program, err := s.Program()
	if program == nil {
		return out, err
	}
	explanation := program.Explain(e.Flag, contextOf(e))
	found := explanation.Result
	if out.Found = found.Variant; found.Variant == e.Variant && (e.Rule == "" || e.Rule == found.Rule) {
		out.Verdict = auditReproduced
		return out, nil
	}
	out.Explanation = &explanation
	doubtful := map[string]bool{}
	doubt(explanation, first(e.By, analytics.DefaultBy), e.Attributes, doubtful)
	if len(doubtful) > 0 {
		out.Verdict, out.Why = auditUndetermined, fmt.Sprintf("it depends on attributes that were not recorded, or not with their type: %v", keysOf(doubtful))
		return out, nil
	}
	out.Verdict = auditDiffers
	out.Why = fmt.Sprintf("recorded %q by rule %q, evaluated %q by rule %q", e.Variant, e.Rule, found.Variant, found.Rule)
	return out, nil
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// contextOf is the context as far as the exposure has it.
func contextOf(e analytics.Exposure) evaluator.Context {
	by := first(e.By, analytics.DefaultBy)
	var attributes []evaluator.Attribute
	for name, value := range e.Attributes {
		if name != by {
			attributes = append(attributes, evaluator.String(name, value))
		}
	}
	if by == evaluator.TargetingKey {
		return evaluator.NewContext(e.Unit, attributes...)
	}
	return evaluator.NewContext("", append(attributes, evaluator.String(by, e.Unit))...)
}
