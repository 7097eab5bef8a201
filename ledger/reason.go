package ledger

import "strings"

// checkReason refuses a change without a reason of a flag in an environment that
// requires one. Two may go without: the kill switch, because
// nothing may stand in its way, and automation, whose reason is its evidence.
func (st *State) checkReason(cmd Command, d Decision, meta Meta) error {
	if _, kill := cmd.(TurnOff); kill || meta.Actor.Kind != ActorToken || strings.TrimSpace(meta.Reason) != "" {
		return nil
	}
	for _, c := range d.Changes {
		if c.Subject.Kind != KindFlag {
			continue
		}
		p := st.Projects[c.Subject.Project]
		if p == nil {
			continue
		}
		for _, env := range p.Environments {
			if env.ReasonRequired && concerns(c.Event, env.Key) {
				var ck checks
				ck.add("reason", "is missing: environment %q requires one for every change of a flag", env.Key)
				return ck.err("change")
			}
		}
	}
	return nil
}

// concerns tells whether an event is about env, or changes what all serve.
func concerns(e Event, env string) bool {
	if p, ok := e.(placed); ok {
		return p.environment() == env
	}
	switch any(e).(type) { // any: only these of all concern every environment
	case FlagVariantsReplaced, FlagArchived, FlagRestored:
		return true
	}
	return false
}
