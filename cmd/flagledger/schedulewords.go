package main

import (
	"fmt"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// plannedWords says what a scheduled change does.
func plannedWords(kind ledger.ChangeKind) string {
	switch kind {
	case ledger.ChangeTurnOn:
		return "turn " + green("on")
	case ledger.ChangeTurnOff:
		return "turn " + red("off")
	case ledger.ChangeConfig:
		return "replace the targeting"
	}
	return "change " + string(kind)
}

func scheduledWords(e ledger.FlagChangeScheduled) string {
	return fmt.Sprintf("change %s scheduled in %s for %s: %s", e.Schedule, e.Environment, utc(e.At), plannedWords(e.Change.Kind))
}

func executedWords(e ledger.FlagScheduledChangeExecuted) string {
	return fmt.Sprintf("scheduled change %s made in %s, due at %s", e.Schedule, e.Environment, utc(e.At))
}

func refusalWords(e ledger.FlagScheduledChangeRefused) string {
	return red("scheduled change "+e.Schedule+" refused") +
		fmt.Sprintf(" in %s, due at %s: %s", e.Environment, utc(e.At), e.Message)
}

func utc(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// plannedLines are the lines below an event that schedules another targeting:
// how it differs from that of today.
func plannedLines(e ledger.FlagChangeScheduled, now *ledger.Flag) []string {
	if e.Change.Config == nil || now == nil {
		return nil
	}
	return changedLines(
		configWords(now.In(e.Environment).Config, shownValues),
		configWords(*e.Change.Config, shownValues))
}
