package ledger

import "time"

func (c RecordStale) decide(st *State, _ time.Time) (Decision, error) {
	_, f, err := st.flag(c.FlagRef)
	if err != nil {
		return Decision{}, err
	}
	var ck checks
	if c.Since.IsZero() {
		ck.add("since", "is missing")
	}
	if len(c.Findings) == 0 {
		ck.add("findings", "are missing: name at least one")
	}
	if err := ck.err("staleness"); err != nil {
		return Decision{}, err
	}
	if f.Details.Permanent {
		return Decision{}, refused("flag %q is permanent, and so never stale", c.Flag)
	}
	if f.Stale != nil {
		return Decision{}, nil
	}
	return Decision{Changes: []Change{{c.subject(), FlagTurnedStale{Since: c.Since, Findings: c.Findings}}}}, nil
}

// decide takes an archived flag too: what is archived is not stale.
func (c EndStale) decide(st *State, _ time.Time) (Decision, error) {
	_, f, err := st.anyFlag(c.FlagRef)
	if err != nil || f.Stale == nil {
		return Decision{}, err
	}
	return Decision{Changes: []Change{{c.subject(), FlagStalenessEnded{}}}}, nil
}
