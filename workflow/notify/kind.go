package notify

import (
	"slices"
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

// DefaultEvents are the kinds that a channel tells of if it names none: what
// changes who gets what, and what somebody may have to do something about.
// rollout.held is not among them, because most holds are no news; those that are
// an alert are told all the same.
func DefaultEvents() []string {
	return []string{
		"flag.turned_on", "flag.turned_off", "flag.turned_stale",
		"rollout.started", "rollout.advanced", "rollout.completed", "rollout.rolled_back",
		"rollout.stepped_back", "rollout.paused", "rollout.resumed", "rollout.aborted", "rollout.approved",
		"flag.change_scheduled", "flag.scheduled_change_refused",
	}
}

func byDefault(e ledger.Event) bool {
	if held, ok := e.(ledger.RolloutHeld); ok {
		return held.Alert
	}
	return slices.Contains(DefaultEvents(), ledger.TypeOf(e))
}

// Kinds are the names of all kinds of event in order, without their versions.
func Kinds() []string {
	var all []string
	for _, t := range ledger.Types() {
		name, _, _ := strings.Cut(t, "@")
		all = append(all, name)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// knownPattern reports whether there is a kind that the pattern matches.
func knownPattern(pattern string) bool {
	return slices.ContainsFunc(Kinds(), func(kind string) bool { return matches(pattern, kind) })
}

// matches compares a kind with "*", "rollout.*" or a kind.
func matches(pattern, kind string) bool {
	if group, ok := strings.CutSuffix(pattern, ".*"); ok {
		name, _, _ := strings.Cut(kind, ".")
		return name == group
	}
	return pattern == "*" || pattern == kind
}
