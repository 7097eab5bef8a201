package ledger

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

func (c ScheduleChange) decide(st *State, now time.Time) (Decision, error) {
	_, f, err := st.place(c.PlaceRef)
	if err != nil {
		return Decision{}, err
	}
	var ck checks
	ck.key("schedule", c.Schedule)
	c.checkTime(&ck, now)
	c.checkChange(&ck, st, now)
	if err := ck.err("scheduled change"); err != nil {
		return Decision{}, err
	}
	here := f.In(c.Environment)
	if here.scheduled(c.Schedule) != nil {
		return Decision{}, exists("scheduled change", c.Schedule)
	}
	if n := len(here.Scheduled); n >= MaxScheduled {
		return Decision{}, refused("%d changes of flag %q in %s are scheduled; the limit is %d: cancel one first",
			n, c.Flag, c.Environment, MaxScheduled)
	}
	return Decision{Changes: []Change{{c.subject(), FlagChangeScheduled{
		Environment: c.Environment, Schedule: c.Schedule, At: c.At.UTC(), Change: c.Change,
	}}}}, nil
}

func (c ScheduleChange) checkTime(ck *checks, now time.Time) {
	switch latest := now.AddDate(1, 0, 0); {
	case !c.At.After(now):
		ck.add("at", "%s is not after now, %s", c.At.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	case c.At.After(latest):
		ck.add("at", "%s is more than a year ahead, after %s", c.At.UTC().Format(time.RFC3339), latest.UTC().Format(time.RFC3339))
	}
}

// checkChange checks what can be known now. Whether the flag will allow the
// change is asked when it is due: a rollout that runs today may be over then.
func (c ScheduleChange) checkChange(ck *checks, st *State, now time.Time) {
	switch c.Change.Kind {
	case ChangeTurnOn, ChangeTurnOff:
		if c.Change.Config != nil {
			ck.add("change.config", "is only for %s", ChangeConfig)
		}
	case ChangeConfig:
		if c.Change.Config == nil {
			ck.add("change.config", "is missing; it replaces the targeting")
			return
		}
		_, err := Decide(st, c.Change.command(c.PlaceRef), now)
		var invalid *CommandError
		if errors.As(err, &invalid) && errors.Is(err, ErrInvalid) {
			for _, p := range invalid.Problems {
				ck.add(strings.TrimSuffix("change.config."+p.Path, "."), "%s", p.Message)
			}
		}
	default:
		ck.add("change.kind", "%q is not one of %s, %s, %s", c.Change.Kind, ChangeTurnOn, ChangeTurnOff, ChangeConfig)
	}
}

// command is what the change does at a place, nil for a kind that this version
// does not know.
func (p PlannedChange) command(at PlaceRef) Command {
	switch {
	case p.Kind == ChangeTurnOn:
		return TurnOn{at}
	case p.Kind == ChangeTurnOff:
		return TurnOff{at}
	case p.Kind == ChangeConfig && p.Config != nil:
		return ReplaceConfig{at, *p.Config}
	}
	return nil
}

// pending finds a scheduled change; nil if none of that ID waits. The flag may
// be archived.
func (st *State) pending(ref PlaceRef, id string) (*FlagEnvironment, *ScheduledChange, error) {
	p, err := st.project(ref.Project)
	if err != nil {
		return nil, nil, err
	}
	f := p.Flags[ref.Flag]
	switch {
	case f == nil:
		return nil, nil, notFound("flag", ref.Flag)
	case p.Environment(ref.Environment) == nil:
		return nil, nil, notFound("environment", ref.Environment)
	}
	if err := st.checkFrozen(ref.subject()); err != nil {
		return nil, nil, err
	}
	here := f.In(ref.Environment)
	return here, here.scheduled(id), nil
}

func (c CancelScheduledChange) decide(st *State, _ time.Time) (Decision, error) {
	_, s, err := st.pending(c.PlaceRef, c.Schedule)
	if err != nil {
		return Decision{}, err
	}
	if s == nil {
		return Decision{}, &CommandError{Kind: ErrNotFound, Message: fmt.Sprintf(
			"no change %q of flag %q in %s is pending: there was none, or it has been executed, refused or cancelled",
			c.Schedule, c.Flag, c.Environment)}
	}
	return Decision{Changes: []Change{{c.subject(), FlagScheduledChangeCancelled{
		Environment: c.Environment, Schedule: c.Schedule,
	}}}}, nil
}

func (c ExecuteScheduledChange) decide(st *State, now time.Time) (Decision, error) {
	here, s, err := st.pending(c.PlaceRef, c.Schedule)
	if err != nil || s == nil {
		return Decision{}, err
	}
	if now.Before(s.At) {
		return Decision{}, refused("scheduled change %s of flag %q in %s is not due before %s",
			s.ID, c.Flag, c.Environment, s.At.Format(time.RFC3339))
	}
	if first := here.Scheduled[0]; first.ID != s.ID {
		return Decision{}, refused("scheduled change %s of flag %q in %s comes after %s, which is due too",
			s.ID, c.Flag, c.Environment, first.ID)
	}
	d, refusal, message := c.carryOut(st, s, now)
	if refusal == "" {
		d.Changes = append(d.Changes, Change{c.subject(), FlagScheduledChangeExecuted{
			Environment: c.Environment, Schedule: s.ID, At: s.At, Author: s.Author,
		}})
	} else {
		d = Decision{Changes: []Change{{c.subject(), FlagScheduledChangeRefused{
			Environment: c.Environment, Schedule: s.ID, At: s.At, Author: s.Author,
			Refusal: refusal, Message: message,
		}}}}
	}
	if s.Author.Kind == ActorToken {
		d.Reads = append(d.Reads, accessSubject(s.Author.ID)) // a revocation at the same moment counts
	}
	return d, nil
}

// carryOut gives what the change leads to, or why it must not be made.
func (c ExecuteScheduledChange) carryOut(st *State, s *ScheduledChange, now time.Time) (d Decision, refusal RefusalReason, message string) {
	if message := st.lacksAuthority(s.Author, c.Project, now); message != "" {
		return Decision{}, RefusedAuthority, message
	}
	cmd := s.Change.command(c.PlaceRef)
	if cmd == nil {
		return Decision{}, RefusedFlag, fmt.Sprintf("this version cannot make a change of kind %q", s.Change.Kind)
	}
	d, err := Decide(st, cmd, now)
	if err != nil {
		message := err.Error()
		return Decision{}, RefusedFlag, strings.ToValidUTF8(message[:min(len(message), maxRefusal)], "")
	}
	return d, "", ""
}

// lacksAuthority says why the actor may not change flags of a project now, ""
// if it may. The rules are those that the API admits requests by: an admin
// token that is usable, has the role editor or admin, and is not limited to
// another project. The installation itself may do everything; automation has
// no authority of its own that could be lent to a later time.
func (st *State) lacksAuthority(a Actor, project string, now time.Time) string {
	switch a.Kind {
	case ActorSystem:
		return ""
	case ActorToken:
	case ActorWorkflow:
		return "automation cannot schedule changes"
	default:
		return fmt.Sprintf("actors of kind %q cannot schedule changes", a.Kind)
	}
	k := st.Keys[a.ID]
	switch {
	case k == nil:
		return fmt.Sprintf("its author's token %s does not exist", a.ID)
	case k.Revoked:
		return fmt.Sprintf("its author's token %s (%s) was revoked", a.ID, k.AccessKey.Name)
	case !k.Usable(now):
		return fmt.Sprintf("its author's token %s (%s) has expired", a.ID, k.AccessKey.Name)
	case k.AccessKey.Kind != AccessAdmin || k.AccessKey.Role != RoleEditor && k.AccessKey.Role != RoleAdmin:
		return fmt.Sprintf("its author's key %s (%s) is not an admin token with role editor or admin", a.ID, k.AccessKey.Name)
	case k.AccessKey.Project != "" && k.AccessKey.Project != project:
		return fmt.Sprintf("its author's token %s (%s) is limited to project %s", a.ID, k.AccessKey.Name, k.AccessKey.Project)
	}
	return ""
}
