package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// actorWords names who did it.
func actorWords(a ledger.Actor) string {
	switch a.Kind {
	case ledger.ActorWorkflow:
		return first(a.Name, "rollout engine")
	case ledger.ActorSystem:
		return "flagledger"
	case ledger.ActorToken:
	}
	return first(a.Name, a.ID, "somebody")
}

// eventWords says what happened in one line without its subject: "turned on
// in production". Every event has words.
func eventWords(e ledger.Event) string {
	switch e := e.(type) {
	case ledger.ProjectCreated:
		return fmt.Sprintf("created with the name %q", e.Name)
	case ledger.EnvironmentCreated:
		return environmentWords(e)
	case ledger.EnvironmentChanged:
		return changedEnvironmentWords(e)
	case ledger.FlagCreated:
		return fmt.Sprintf("created, type %s: serves %s when on, %s when off", e.Type, e.OnVariant, e.OffVariant)
	case ledger.FlagDetailsChanged:
		return "description changed"
	case ledger.FlagVariantsReplaced:
		return "variants changed"
	case ledger.FlagConfigReplaced:
		return "targeting changed in " + e.Environment
	case ledger.FlagTurnedOn:
		return "turned " + green("on") + " in " + e.Environment
	case ledger.FlagTurnedOff:
		return "turned " + red("off") + " in " + e.Environment
	case ledger.FlagRestored:
		return "restored"
	case ledger.FlagTurnedStale:
		return staleWords(e)
	case ledger.FlagStalenessEnded:
		return "not stale any more"
	case ledger.FlagChangeScheduled:
		return scheduledWords(e)
	case ledger.FlagScheduledChangeCancelled:
		return fmt.Sprintf("scheduled change %s cancelled in %s", e.Schedule, e.Environment)
	case ledger.FlagScheduledChangeExecuted:
		return executedWords(e)
	case ledger.FlagScheduledChangeRefused:
		return refusalWords(e)
	case ledger.RolloutStarted:
		return startedWords(e)
	case ledger.RolloutAdvanced:
		return fmt.Sprintf("rollout advanced in %s from stage %d to stage %d: %s%%", e.Environment, e.From+1, e.To+1, e.Percentage)
	case ledger.RolloutCompleted:
		return green("rollout completed") + " in " + e.Environment
	case ledger.RolloutRolledBack:
		return red("rolled back") + fmt.Sprintf(" in %s from %s%% to 0%% at stage %d", e.Environment, e.From, e.Stage+1)
	case ledger.RolloutSteppedBack:
		return red("stepped back") + fmt.Sprintf(" in %s from stage %d to stage %d: %s%%", e.Environment, e.From+1, e.To+1, e.Percentage)
	case ledger.RolloutApproved:
		return fmt.Sprintf("rollout approved in %s, to %s", e.Environment, pointWords(e.Stage, e.Point))
	case ledger.RolloutHeld:
		return fmt.Sprintf("rollout waits in %s at stage %d: %s%s", e.Environment, e.Stage+1, holdWords(e.Hold), alertWords(e.Alert))
	case ledger.RolloutPaused:
		return "rollout paused in " + e.Environment
	case ledger.RolloutResumed:
		return "rollout resumed in " + e.Environment
	case ledger.RolloutAborted:
		return red("rollout aborted") + fmt.Sprintf(" in %s: from %s%% to 0%%", e.Environment, e.From)
	case ledger.ExperimentStarted:
		return fmt.Sprintf("experiment started in %s: the others against %s, by %s, on %s", e.Environment,
			e.Design.Control, first(e.By, evaluator.TargetingKey), strings.Join(e.Design.Goals, ", "))
	case ledger.ExperimentRecorded:
		return fmt.Sprintf("experiment that ran elsewhere recorded in %s: %s to %s, by %s, on %s", e.Environment, e.From.Format(time.DateOnly),
			e.Until.Format(time.DateOnly), first(e.Split.By, evaluator.TargetingKey), strings.Join(e.Design.Goals, ", "))
	case ledger.ExperimentEnded:
		return "experiment ended in " + e.Environment
	case ledger.ExperimentDecided:
		return fmt.Sprintf("experiment decided in %s for %s", e.Environment, e.Variant)
	case ledger.SegmentSaved:
		return strings.TrimSpace("saved " + e.Name)
	case ledger.MetricSaved:
		return "saved: " + metricWords(e.Metric)
	case ledger.PlanSaved:
		return "saved: " + planWords(e.Plan)
	case ledger.FlagArchived, ledger.SegmentArchived, ledger.MetricArchived, ledger.PlanArchived:
		return "archived"
	case ledger.AccessKeyCreated:
		return accessWords(e.Key)
	case ledger.AccessKeyRevoked:
		return "revoked"
	case ledger.Unknown:
		return fmt.Sprintf("%s: an event that this version cannot read; a newer flagledger can", first(e.Type, "unknown"))
	}
	return ""
}

func environmentWords(e ledger.EnvironmentCreated) string {
	if e.Production {
		return fmt.Sprintf("environment %s added, where mistakes hurt", e.Environment)
	}
	return fmt.Sprintf("environment %s added", e.Environment)
}

func changedEnvironmentWords(e ledger.EnvironmentChanged) string {
	return fmt.Sprintf("environment %s is now %s", e.Environment, settingWords(e.Name, e.Production, e.ReasonRequired))
}

// settingWords says what is set of an environment.
func settingWords(name string, production, reasonRequired bool) string {
	text := fmt.Sprintf("called %q", name)
	if production {
		text += ", production"
	}
	if reasonRequired {
		text += ", where changes need a reason"
	}
	return text
}

func staleWords(e ledger.FlagTurnedStale) string {
	said := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		said[i] = f.Message
	}
	return yellow("turned stale") + ": " + strings.Join(said, "; ")
}

func startedWords(e ledger.RolloutStarted) string {
	return fmt.Sprintf("rollout started in %s: %s%% get %s, the others %s, by %s; %s", e.Environment,
		e.Percentage, e.Treatment, e.Control, first(e.By, evaluator.TargetingKey), planName(e.PlanKey, e.Plan))
}

// alertWords follows the reason of a hold.
func alertWords(alert bool) string {
	if alert {
		return " " + yellow("(somebody should look)")
	}
	return ""
}

func holdWords(h ledger.HoldReason) string {
	switch h {
	case ledger.HoldNoSource:
		return "the analytics store cannot be read"
	case ledger.HoldNoTraffic:
		return "nobody is exposed"
	case ledger.HoldNoMetric:
		return "there are exposures, but a gate has no data"
	case ledger.HoldUnhealthy:
		return "the sample ratio or mixed exposures are wrong"
	case ledger.HoldSoak:
		return "the stage is younger than its soak time"
	case ledger.HoldMinSample:
		return "too few events are expected yet"
	case ledger.HoldCollecting:
		return "the evidence does not decide yet"
	case ledger.HoldInconclusive:
		return "the stage has neither passed nor failed in its longest time"
	case ledger.HoldApproval:
		return "people must approve"
	case ledger.HoldCalendar:
		return "the plan's calendar does not let the next stage begin now"
	}
	return string(h)
}

// pointWords says where in the plan an approval belongs.
func pointWords(stage int, p ledger.Point) string {
	if p == ledger.BeforeStage {
		return fmt.Sprintf("enter stage %d", stage+1)
	}
	return fmt.Sprintf("leave stage %d", stage+1)
}

func accessWords(k ledger.AccessKey) string {
	text := fmt.Sprintf("%s key %q created", k.Kind, k.Name)
	if k.Role != "" {
		text += ", role " + string(k.Role)
	}
	if k.Project != "" {
		text += ", for " + strings.Trim(k.Project+"/"+k.Environment, "/")
	}
	if k.ExpiresAt != nil {
		text += ", until " + k.ExpiresAt.UTC().Format(time.RFC3339)
	}
	return text
}
