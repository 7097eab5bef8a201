package notify

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Build makes the message of an event. also are the other events that the same
// command made of the same subject and environment. It is pure.
func Build(lead ledger.Recorded, also ...ledger.Recorded) Message {
	said := sayingOf(lead)
	m := Message{
		ID: lead.ID, Seq: lead.Seq, Kind: ledger.TypeOf(lead.Event), At: lead.At.UTC(),
		Project: lead.Subject.Project, SubjectKind: lead.Subject.Kind, Subject: lead.Subject.Key,
		Environment: environmentOf(lead.Event), Severity: said.severity, Title: said.title, Text: said.text,
		Reason: lead.Reason, Actor: actorWords(lead.Actor), CausedBy: lead.Cause, Event: dataOf(lead.Event),
	}
	evidence, metrics := said.evidence, said.metrics
	for _, other := range also {
		s := sayingOf(other)
		m.Also = append(m.Also, s.title)
		if evidence == nil {
			evidence = s.evidence
		}
	}
	m.Cause = causeOf(evidence)
	m.Fields = append(fieldsOf(evidence), metrics...)
	return m
}

// saying is what there is to say of one event.
type saying struct {
	severity    Severity
	title, text string
	evidence    *ledger.Evidence
	metrics     []Field // other fields than those of the evidence
}

// sayingOf finds the words. Kinds that have none of their own, and those that
// are added to the ledger later, get the general ones.
func sayingOf(rec ledger.Recorded) saying {
	key := rec.Subject.Key
	switch e := any(rec.Event).(type) { // any: the set of events may grow without this switch
	case ledger.RolloutRolledBack:
		return rolledBack(key, e)
	case ledger.RolloutStarted:
		return started(key, e)
	case ledger.RolloutAdvanced:
		return saying{
			Info, fmt.Sprintf("%s: rollout advanced to %s%% in %s", key, e.Percentage, e.Environment),
			fmt.Sprintf("Stage %d is over, and stage %d has begun.", e.From+1, e.To+1), e.Evidence, nil,
		}
	case ledger.RolloutSteppedBack:
		return steppedBack(key, e)
	case ledger.RolloutApproved:
		return saying{severity: Info, title: fmt.Sprintf("%s: rollout approved in %s, %s stage %d", key, e.Environment, e.Point, e.Stage+1)}
	case ledger.RolloutCompleted:
		return saying{Info, fmt.Sprintf("%s: rollout completed in %s", key, e.Environment), "", e.Evidence, nil}
	case ledger.RolloutHeld:
		return held(key, e)
	case ledger.RolloutPaused:
		return paused(key, e)
	case ledger.RolloutResumed:
		return saying{severity: Info, title: fmt.Sprintf("%s: rollout resumed in %s", key, e.Environment)}
	case ledger.RolloutAborted:
		return saying{
			severity: Warning, title: fmt.Sprintf("%s: rollout aborted in %s, from %s%% to 0%%", key, e.Environment, e.From),
			text: "Everybody gets the control again.",
		}
	case ledger.FlagTurnedOff:
		return saying{
			severity: Warning, title: fmt.Sprintf("%s turned off in %s", key, e.Environment),
			text: "Everybody gets the variant for off.",
		}
	case ledger.FlagTurnedOn:
		return saying{severity: Info, title: fmt.Sprintf("%s turned on in %s", key, e.Environment)}
	case ledger.FlagTurnedStale:
		return stale(key, e)
	case ledger.ExperimentDecided:
		return saying{severity: Info, title: fmt.Sprintf("%s: experiment decided for %s in %s", key, e.Variant, e.Environment)}
	}
	return general(rec)
}

// general says what any event says by its name: "shop-header: flag config
// replaced in production".
func general(rec ledger.Recorded) saying {
	title := rec.Subject.Key + ": " + strings.NewReplacer(".", " ", "_", " ").Replace(ledger.TypeOf(rec.Event))
	if environment := environmentOf(rec.Event); environment != "" {
		title += " in " + environment
	}
	return saying{severity: Info, title: title}
}

func rolledBack(key string, e ledger.RolloutRolledBack) saying {
	text := "Everybody gets the control again."
	if failed := failedGates(e.Evidence); len(failed) > 0 {
		text = fmt.Sprintf("%s failed at stage %d. %s", gatesWords(failed), e.Stage+1, text)
	}
	return saying{
		Critical, fmt.Sprintf("%s ROLLED BACK in %s, from %s%% to 0%%", key, e.Environment, e.From), text, e.Evidence, nil,
	}
}

func started(key string, e ledger.RolloutStarted) saying {
	by := e.By
	if by == "" {
		by = "unit"
	}
	steps := make([]string, len(e.Plan.Stages))
	for i, s := range e.Plan.Stages {
		steps[i] = s.Percentage.String()
	}
	fields := []Field{{"Stages", strings.Join(steps, " → ") + "%"}}
	for _, g := range e.Plan.Gates {
		name, demand := demandOf(g)
		fields = append(fields, Field{"Gate " + name, demand})
	}
	return saying{
		Info, fmt.Sprintf("%s: rollout started at %s%% in %s", key, e.Percentage, e.Environment),
		fmt.Sprintf("%s%% get %q, the others %q, by %s.", e.Percentage, e.Treatment, e.Control, by), nil, fields,
	}
}

func steppedBack(key string, e ledger.RolloutSteppedBack) saying {
	text := fmt.Sprintf("%s%% get the treatment, as at stage %d before, and it waits for somebody to resume it.", e.Percentage, e.To+1)
	if failed := failedGates(e.Evidence); len(failed) > 0 {
		text = fmt.Sprintf("%s failed at stage %d. %s", gatesWords(failed), e.From+1, text)
	}
	return saying{
		Critical, fmt.Sprintf("%s STEPPED BACK in %s, to %s%%", key, e.Environment, e.Percentage), text, e.Evidence, nil,
	}
}

func held(key string, e ledger.RolloutHeld) saying {
	s := saying{
		Info, fmt.Sprintf("%s: rollout waits in %s at stage %d", key, e.Environment, e.Stage+1),
		sentence(holdWords(e.Hold)), e.Evidence, nil,
	}
	if e.Hold == ledger.HoldApproval && e.Alert {
		s.severity = Warning
		s.title = fmt.Sprintf("%s: rollout asks for approval in %s at stage %d", key, e.Environment, e.Stage+1)
		s.text = "Its gates allow it to go on. It waits until it is approved."
		return s
	}
	if e.Alert {
		s.severity = Warning
		s.title = fmt.Sprintf("%s: rollout is stuck in %s at stage %d", key, e.Environment, e.Stage+1)
		s.text += " Until this is over it does not advance. Somebody should look."
	}
	return s
}

func paused(key string, e ledger.RolloutPaused) saying {
	s := saying{
		Info, fmt.Sprintf("%s: rollout paused in %s", key, e.Environment), "What is served stays as it is.", e.Evidence, nil,
	}
	if failed := failedGates(e.Evidence); len(failed) > 0 {
		s.severity = Critical
		s.title = fmt.Sprintf("%s: rollout PAUSED in %s, a gate failed", key, e.Environment)
		s.text = gatesWords(failed) + " failed, and the treatment is still served. Abort the rollout to take it away, or resume it."
	}
	return s
}

func stale(key string, e ledger.FlagTurnedStale) saying {
	s := saying{
		severity: Warning, title: key + " is stale",
		text: fmt.Sprintf("It has decided nothing since %s: it can leave the code.", e.Since.UTC().Format(time.DateOnly)),
	}
	for _, f := range e.Findings {
		s.metrics = append(s.metrics, Field{f.Rule, f.Message})
	}
	return s
}

// environmentOf finds the environment of any event, "" if it is of none.
func environmentOf(e ledger.Event) string {
	var of struct {
		Environment string `json:"environment"`
		Key         struct {
			Environment string `json:"environment"`
		} `json:"key"`
	}
	data, err := json.Marshal(e)
	if err != nil || json.Unmarshal(data, &of) != nil {
		return "" // an event without one
	}
	if of.Environment == "" {
		return of.Key.Environment
	}
	return of.Environment
}

// dataOf is the event's data, if it is not too large.
func dataOf(e ledger.Event) json.RawMessage {
	if made, ok := e.(ledger.AccessKeyCreated); ok {
		made.Key.Hash = "" // who is told of the key need not see what admits others
		e = made
	}
	data, err := json.Marshal(e)
	if err != nil || len(data) > MaxEvent {
		return nil
	}
	return data
}
