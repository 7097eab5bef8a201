package projector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// Sink keeps rulesets where others in the network can watch them. natskv is
// it on a JetStream key-value bucket.
type Sink interface {
	// Revision returns the revision and digest that the sink holds, 0 and
	// "" for none.
	Revision(ctx context.Context, project, environment string) (uint64, string, error)
	// Replace brings the sink to exactly this ruleset.
	Replace(ctx context.Context, rs evaluator.Ruleset, digest string) error
	// Publish applies a patch to what the sink holds.
	Publish(ctx context.Context, p evaluator.Patch, digest string) error
}

// Mirror copies a projector's rulesets to a sink. It is not on the way to the
// evaluators that this process serves.
type Mirror struct {
	from   *Projector
	sink   Sink
	logger *slog.Logger
	sent   map[place]uint64
}

// NewMirror returns a mirror that has copied nothing yet.
func NewMirror(from *Projector, sink Sink, logger *slog.Logger) *Mirror {
	return &Mirror{from: from, sink: sink, logger: logger, sent: map[place]uint64{}}
}

// mirrorRetry is how long a ruleset that the sink refused waits for a change
// that tries it again.
const mirrorRetry = 5 * time.Second

// Run brings the sink up to date and keeps it there until ctx is done. It
// waits until the projector has caught up. What the sink refuses is logged
// and tried again at the next change, after five seconds at the latest. It
// returns ledger.ErrHole when the sink remembers a revision that the ledger has
// not reached: a mirror is never ahead, so the ledger has lost its end.
func (m *Mirror) Run(ctx context.Context) error {
	select {
	case <-m.from.Ready():
	case <-ctx.Done():
		return nil
	}
	sub := m.from.Subscribe("", "")
	defer sub.Close()
	for {
		var again <-chan time.Time
		for _, s := range m.from.Snapshots() {
			err := m.copy(ctx, s)
			if errors.Is(err, ledger.ErrHole) {
				return err
			}
			if err != nil && ctx.Err() == nil {
				again = time.After(mirrorRetry)
				m.logger.ErrorContext(ctx, "ruleset not mirrored", slog.String("project", s.Ruleset.Project),
					slog.String("environment", s.Ruleset.Environment),
					slog.Uint64("revision", s.Ruleset.Revision), slog.Any("err", err))
			}
		}
		select {
		case <-sub.Changed():
		case <-again:
		case <-ctx.Done():
			return nil
		}
	}
}

func (m *Mirror) copy(ctx context.Context, s *Snapshot) error {
	rs := s.Ruleset
	at := place{rs.Project, rs.Environment}
	sent, known := m.sent[at]
	if known && sent == rs.Revision {
		return nil
	}
	digest, err := s.Digest()
	if err != nil {
		return err
	}
	if known {
		err = m.sink.Publish(ctx, s.Since(sent), digest)
	} else {
		err = m.first(ctx, rs, digest)
	}
	if err != nil {
		delete(m.sent, at) // compare with the sink's own word next time
		return fmt.Errorf("mirror %s/%s: %w", at.project, at.environment, err)
	}
	m.sent[at] = rs.Revision
	return nil
}

// first compares with what an earlier process left in the sink.
func (m *Mirror) first(ctx context.Context, rs evaluator.Ruleset, digest string) error {
	revision, had, err := m.sink.Revision(ctx, rs.Project, rs.Environment)
	if err != nil || revision == rs.Revision && had == digest {
		return err
	}
	if revision > rs.Revision {
		return fmt.Errorf("revision %d was mirrored, the ledger leads to %d only; restore the data folder from a backup: %w",
			revision, rs.Revision, ledger.ErrHole)
	}
	return m.sink.Replace(ctx, rs, digest)
}
