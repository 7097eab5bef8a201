package hygiene

import (
	"fmt"
	"time"
)

// findings applies all rules.
func (a assessment) findings(s State) []Finding {
	out := []Finding{}
	f := a.flag
	if f.Archived {
		if last := s.LastEvaluated; last != nil && last.After(f.ChangedAt) {
			out = append(out, Finding{ArchivedEvaluated, "", f.ChangedAt, fmt.Sprintf(
				"is archived since %s and was evaluated at %s: remove it from the code that still does", day(f.ChangedAt), moment(*last))})
		}
		return out
	}
	if f.Details.Permanent {
		return out
	}
	if by := f.Details.RemoveBy; by != nil && by.Before(a.now) {
		out = append(out, Finding{PastRemoval, "", *by, "was to be removed by " + day(*by)})
	}
	out = append(out, a.decided(s)...)
	if d := s.Decided; d != nil && a.long(d.Since) {
		out = append(out, Finding{OneSided, "", d.Since, fmt.Sprintf(
			"serves %q to everybody in every environment since %s: replace it in the code by %s", d.Variant, day(d.Since), d.Value)})
	}
	return append(out, a.unevaluated(s)...)
}

// decided finds the environments in which everybody gets one variant.
func (a assessment) decided(s State) []Finding {
	var out []Finding
	for _, env := range a.project.Environments {
		d := s.Environments[env.Key].Decided
		if d == nil || !a.long(d.Since) {
			continue
		}
		rule := ServedToAll
		if d.Variant == a.flag.In(env.Key).Config.OffVariant {
			rule = ServedToNone
		}
		out = append(out, Finding{rule, env.Key, d.Since, fmt.Sprintf(
			"serves %q to everybody in %s since %s", d.Variant, env.Key, day(d.Since))})
	}
	return out
}

// unevaluated finds that nobody evaluates the flag. Only where it does not serve
// one variant to everybody does an evaluation leave a trace for sure: SDKs report
// exposures where a split decides. So a flag that is decided everywhere is not
// found by this rule, but by the others.
func (a assessment) unevaluated(s State) []Finding {
	splits := false
	for _, env := range a.project.Environments {
		if a.seen[env.Key] == nil {
			return nil // not known
		}
		here := s.Environments[env.Key]
		splits = splits || here.On && here.Decided == nil && a.divides(env.Key)
	}
	since := a.flag.ChangedAt
	if last := s.LastEvaluated; last != nil && last.After(since) {
		since = *last
	}
	if !splits || !a.long(since) {
		return nil
	}
	message := "is on, and no evaluation of it was ever seen; it was changed for the last time on " + day(since)
	if last := s.LastEvaluated; last != nil {
		message = fmt.Sprintf("is on, and was evaluated for the last time at %s", moment(*last))
	}
	return []Finding{{NeverEvaluated, "", since, message}}
}

// divides tells whether evaluations in env are reported: some split decides.
func (a assessment) divides(env string) bool {
	config := a.flag.In(env).Config
	if config.Default.Split != nil {
		return true
	}
	for _, r := range config.Rules {
		if r.Serve.Split != nil {
			return true
		}
	}
	return false
}

func day(t time.Time) string    { return t.UTC().Format(time.DateOnly) }
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
