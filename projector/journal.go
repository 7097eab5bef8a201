package projector

import (
	"context"
	"log/slog"
)

// Digests remembers which bytes were served. natsdigest keeps them in a
// JetStream stream. Its methods are called concurrently.
type Digests interface {
	// Record notes the digest of a ruleset that is being served.
	Record(ctx context.Context, project, environment string, revision uint64, digest string) error
	// Find returns the digest that was recorded for a revision, "" for none.
	Find(ctx context.Context, project, environment string, revision uint64) (string, error)
}

// Journal records the digest of each ruleset that a projector gives out, beside
// the way to the evaluators.
type Journal struct {
	digests Digests
	served  chan *Snapshot
	logger  *slog.Logger
}

// journalRoom is how many rulesets wait to be recorded. When a ledger's whole
// past is folded at a start, nobody asks for rulesets, so it is not many.
const journalRoom = 4096

// NewJournal returns a journal; give it to Config.Journal of one projector.
func NewJournal(digests Digests, logger *slog.Logger) *Journal {
	return &Journal{digests: digests, served: make(chan *Snapshot, journalRoom), logger: logger}
}

// note takes a ruleset without waiting.
func (j *Journal) note(s *Snapshot) {
	if j == nil {
		return
	}
	select {
	case j.served <- s:
	default:
		j.logger.Warn("digest of a ruleset not recorded: too many wait", //nolint:sloglint // no context reaches here
			slog.String("environment", s.Ruleset.Environment), slog.Uint64("revision", s.Ruleset.Revision))
	}
}

// Run records until ctx is done. What cannot be recorded is logged: the ruleset
// is served all the same, and can be rebuilt, but not be compared.
func (j *Journal) Run(ctx context.Context) error {
	for {
		select {
		case s := <-j.served:
			digest, err := s.Digest()
			if err == nil {
				err = j.digests.Record(ctx, s.Ruleset.Project, s.Ruleset.Environment, s.Ruleset.Revision, digest)
			}
			if err != nil && ctx.Err() == nil {
				j.logger.WarnContext(ctx, "digest of a ruleset not recorded", slog.String("project", s.Ruleset.Project),
					slog.String("environment", s.Ruleset.Environment), slog.Uint64("revision", s.Ruleset.Revision), slog.Any("err", err))
			}
		case <-ctx.Done():
			return nil
		}
	}
}
