package main

import (
	"fmt"
	"maps"
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

// story tells events one after the other. It folds what it is told, so that
// it can say what changed; it must be told a flag's events from the first.
type story struct {
	world *world
	state *ledger.State
}

func newStory(w *world) *story {
	return &story{world: w, state: ledger.NewState()}
}

// chapter is one event as people read it.
type chapter struct {
	event   eventView
	decoded ledger.Event
	words   string
	details []string
}

// next folds an event and puts it into words.
func (s *story) next(e eventView) (chapter, error) {
	rec, err := e.recorded()
	if err != nil {
		return chapter{}, err
	}
	before := s.flag(rec.Subject)
	var segmentBefore *ledger.SegmentState
	if p := s.state.Projects[rec.Subject.Project]; p != nil {
		segmentBefore = p.Segments[rec.Subject.Key]
	}
	if err := s.fold(rec); err != nil {
		return chapter{}, err
	}
	c := chapter{event: e, decoded: rec.Event, words: eventWords(rec.Event)}
	if saved, ok := rec.Event.(ledger.SegmentSaved); ok {
		var old []string
		if segmentBefore != nil {
			old = segmentWords(segmentBefore.Segment, shownValues)
		}
		c.details = changedLines(old, segmentWords(saved.Segment, shownValues))
		return c, nil
	}
	c.details = s.details(rec.Event, before, s.flag(rec.Subject))
	return c, nil
}

// fold applies rec. The story may be about one flag or one project alone, so
// sequences have gaps and the project's creation may be missing.
func (s *story) fold(rec ledger.Recorded) error {
	project := rec.Subject.Project
	if _, created := rec.Event.(ledger.ProjectCreated); !created && project != ledger.SystemProject && s.state.Projects[project] == nil {
		opening := ledger.Recorded{
			Seq:     s.state.Seq + 1,
			Subject: ledger.Subject{Project: project, Kind: ledger.KindProject, Key: project},
			Event:   ledger.ProjectCreated{Name: project},
		}
		if err := s.state.Apply(opening); err != nil {
			return fmt.Errorf("tell event %d: %w", rec.Seq, err)
		}
	}
	told := rec
	told.Seq = s.state.Seq + 1
	if err := s.state.Apply(told); err != nil {
		return fmt.Errorf("tell event %d: %w", rec.Seq, err)
	}
	return nil
}

// flag is the flag that the subject names, as it is now, or nil.
func (s *story) flag(subject ledger.Subject) *ledger.Flag {
	if p := s.state.Projects[subject.Project]; p != nil && subject.Kind == ledger.KindFlag {
		return p.Flags[subject.Key]
	}
	return nil
}

// details are the lines below an event: what it changed and on what evidence.
func (s *story) details(e ledger.Event, before, after *ledger.Flag) []string {
	if created, ok := e.(ledger.FlagCreated); ok {
		return append(variantWords(created.Variants), detailWords(created.Details)...)
	}
	if scheduled, ok := e.(ledger.FlagChangeScheduled); ok {
		return plannedLines(scheduled, before)
	}
	var lines []string
	if before != nil && after != nil {
		lines = flagChanges(before, after, ledger.EnvironmentOf(e))
	}
	evidence, metrics := evidenceOf(e, after)
	return append(lines, s.world.evidenceWords(evidence, metrics)...)
}

// flagChanges compares a flag before and after an event.
func flagChanges(before, after *ledger.Flag, environment string) []string {
	if environment != "" {
		return changedLines(
			configWords(before.In(environment).Config, shownValues),
			configWords(after.In(environment).Config, shownValues))
	}
	return append(
		changedLines(variantWords(before.Variants), variantWords(after.Variants)),
		changedLines(detailWords(before.Details), detailWords(after.Details))...)
}

// detailWords lists what describes a flag to people.
func detailWords(d ledger.FlagDetails) []string {
	var lines []string
	add := func(name, text string) {
		if text != "" {
			lines = append(lines, name+": "+text)
		}
	}
	add("name", d.Name)
	add("description", d.Description)
	add("owner", d.Owner)
	add("tags", strings.Join(d.Tags, ", "))
	if d.Permanent {
		add("lifetime", "permanent")
	}
	if d.RemoveBy != nil {
		add("remove by", d.RemoveBy.UTC().Format("2006-01-02"))
	}
	return lines
}

// evidenceOf returns what an automated event was decided on, with the metrics
// of its rollout, or nil.
func evidenceOf(e ledger.Event, after *ledger.Flag) (*ledger.Evidence, map[string]ledger.Metric) {
	var evidence *ledger.Evidence
	switch e := e.(type) {
	case ledger.RolloutAdvanced:
		evidence = e.Evidence
	case ledger.RolloutCompleted:
		evidence = e.Evidence
	case ledger.RolloutRolledBack:
		evidence = e.Evidence
	case ledger.RolloutSteppedBack:
		evidence = e.Evidence
	case ledger.RolloutHeld:
		evidence = e.Evidence
	case ledger.RolloutPaused:
		evidence = e.Evidence
	case ledger.ProjectCreated, ledger.EnvironmentCreated, ledger.EnvironmentChanged, ledger.FlagCreated, ledger.FlagTurnedStale, ledger.FlagStalenessEnded, ledger.FlagDetailsChanged,
		ledger.FlagVariantsReplaced, ledger.FlagConfigReplaced, ledger.FlagTurnedOn, ledger.FlagTurnedOff,
		ledger.FlagArchived, ledger.FlagRestored, ledger.FlagChangeScheduled, ledger.FlagScheduledChangeCancelled,
		ledger.FlagScheduledChangeExecuted, ledger.FlagScheduledChangeRefused, ledger.RolloutStarted,
		ledger.RolloutResumed, ledger.RolloutAborted, ledger.RolloutApproved,
		ledger.ExperimentStarted, ledger.ExperimentRecorded, ledger.ExperimentEnded, ledger.ExperimentDecided,
		ledger.SegmentSaved, ledger.SegmentArchived, ledger.MetricSaved, ledger.MetricArchived, ledger.PlanSaved,
		ledger.PlanArchived, ledger.AccessKeyCreated, ledger.AccessKeyRevoked, ledger.Unknown:
		return nil, nil
	}
	if after == nil {
		return evidence, nil
	}
	if r := after.In(ledger.EnvironmentOf(e)).Rollout; r != nil {
		return evidence, maps.Clone(r.Metrics)
	}
	return evidence, nil
}

// write prints a chapter. With subject, it says what the event is about.
func (s *story) write(to *paper, c chapter, subject bool) {
	about := ""
	if subject {
		about = bold(subjectWords(ledger.Subject(c.event.Subject))) + ": "
	}
	to.printf("%s  %s  %s%s %s", dim(fmt.Sprintf("#%d", c.event.Seq)), s.world.moment(c.event.At),
		about, c.words, dim("("+actorWords(c.event.Actor)+")"))
	if c.event.Reason != "" {
		to.printf("      because: %s", c.event.Reason)
	}
	for _, line := range c.details {
		to.line(indented("      ", line))
	}
}
