package projector

import (
	"context"
	"errors"

	"github.com/flagledger/flagledger/ledger"
)

// Excerpt returns what an evaluation of one flag looked at after event seq: the
// ruleset of an environment with the flag, its prerequisites and the segments
// that they use, and nothing else. Its Revision is that of what it holds. It
// reads the events of these only, so it is fast at any moment of a long
// ledger. The result is nil when there was no such environment; the flag is
// missing in it when there was no such flag.
func (t *Timeline) Excerpt(ctx context.Context, seq uint64, project, environment, flag string) (*Snapshot, error) {
	seq, err := t.whole(ctx, seq)
	if err != nil {
		return nil, err
	}
	x := excerpt{t, seq, project, ledger.NewState(), map[ledger.Subject]bool{}}
	if err := x.add(ctx, ledger.KindProject, project); err != nil {
		return nil, err
	}
	if x.state.Projects[project] == nil {
		return nil, nil
	}
	if err := x.addFlag(ctx, environment, flag); err != nil {
		return nil, err
	}
	return snapshotIn(x.state, project, environment), nil
}

// excerpt is a state that grows by what is asked for.
type excerpt struct {
	timeline *Timeline
	until    uint64
	project  string
	state    *ledger.State
	has      map[ledger.Subject]bool
}

// add folds one subject.
func (x *excerpt) add(ctx context.Context, kind ledger.Kind, key string) error {
	subject := ledger.Subject{Project: x.project, Kind: kind, Key: key}
	if x.has[subject] {
		return nil
	}
	x.has[subject] = true
	err := x.timeline.from.Read(ctx, 1, subject.String(), func(s ledger.Stored) error {
		if s.Seq > x.until {
			return errFound
		}
		return x.state.ApplySubject(ledger.Decode(s))
	})
	if errors.Is(err, errFound) {
		return nil
	}
	return err
}

// addFlag folds a flag and all that it leads to.
func (x *excerpt) addFlag(ctx context.Context, environment, key string) error {
	if x.has[ledger.Subject{Project: x.project, Kind: ledger.KindFlag, Key: key}] {
		return nil
	}
	if err := x.add(ctx, ledger.KindFlag, key); err != nil {
		return err
	}
	f := x.state.Projects[x.project].Flags[key]
	if f == nil {
		return nil
	}
	flags, segments := f.In(environment).Config.Refers()
	for _, other := range flags {
		if err := x.addFlag(ctx, environment, other); err != nil {
			return err
		}
	}
	for _, segment := range segments {
		if err := x.addSegment(ctx, segment); err != nil {
			return err
		}
	}
	return nil
}

func (x *excerpt) addSegment(ctx context.Context, key string) error {
	if x.has[ledger.Subject{Project: x.project, Kind: ledger.KindSegment, Key: key}] {
		return nil
	}
	if err := x.add(ctx, ledger.KindSegment, key); err != nil {
		return err
	}
	seg := x.state.Projects[x.project].Segments[key]
	if seg == nil {
		return nil
	}
	for _, other := range seg.Segment.Refers() {
		if err := x.addSegment(ctx, other); err != nil {
			return err
		}
	}
	return nil
}
