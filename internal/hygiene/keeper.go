package hygiene

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Projects lists what is to be kept clean.
type Projects interface {
	// Projects returns copies of all projects, which nobody changes.
	Projects(ctx context.Context) ([]*ledger.Project, error)
}

// Commands carries out what the keeper decides; *ledger.Ledger is it.
type Commands interface {
	// Do is as ledger.Ledger.Do.
	Do(ctx context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error)
}

// Keeper records in the ledger that flags have turned stale, whose event the
// notifications tell of, and that they are no more. Several may run at once: a command is named after the
// newest event of its flag, so each is recorded once.
type Keeper struct {
	projects  Projects
	inspector *Inspector
	commands  Commands
	every     time.Duration
	logger    *slog.Logger
	now       func() time.Time
}

// NewKeeper returns a keeper that looks at all flags every so often.
func NewKeeper(p Projects, i *Inspector, c Commands, every time.Duration, logger *slog.Logger, now func() time.Time) (*Keeper, error) {
	if p == nil || i == nil || c == nil || logger == nil || now == nil {
		return nil, errors.New("hygiene: a part is missing")
	}
	if every <= 0 {
		return nil, fmt.Errorf("hygiene: the pause %s between two looks is not above zero", every)
	}
	return &Keeper{projects: p, inspector: i, commands: c, every: every, logger: logger, now: now}, nil
}

// Run looks until ctx is done, first after one pause. What fails is logged, and
// done at the next look.
func (k *Keeper) Run(ctx context.Context) error {
	ticker := time.NewTicker(k.every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if err := k.Look(ctx); err != nil && ctx.Err() == nil {
			k.logger.WarnContext(ctx, "flags are not checked for staleness", slog.Any("err", err))
		}
	}
}

// Look records what has turned stale by now, and what is stale no more.
func (k *Keeper) Look(ctx context.Context) error {
	projects, err := k.projects.Projects(ctx)
	if err != nil {
		return fmt.Errorf("list projects: %w", err)
	}
	var failed []error
	for _, p := range projects {
		r, err := k.inspector.Inspect(ctx, p, k.now())
		failed = append(failed, err) // and the report is good for the rest
		for _, s := range r.Flags {
			failed = append(failed, k.record(ctx, p, s, err == nil))
		}
	}
	return errors.Join(failed...)
}

// record brings the ledger in line with where a flag stands. That something is
// not found any more counts only if everything was looked at.
func (k *Keeper) record(ctx context.Context, p *ledger.Project, s State, complete bool) error {
	f := p.Flags[s.Key]
	ref := ledger.FlagRef{Project: p.Key, Flag: s.Key}
	var cmd ledger.Command
	switch recorded, is := f.Stale != nil, s.Lifecycle == Stale; {
	case is && !recorded:
		cmd = ledger.RecordStale{FlagRef: ref, Since: s.Since, Findings: recordedFindings(s.Findings)}
	case recorded && !is && complete:
		cmd = ledger.EndStale{FlagRef: ref}
	default:
		return nil
	}
	_, err := k.commands.Do(ctx, cmd, ledger.Meta{
		CommandID: "wf.stale." + strconv.FormatUint(f.Seq, 10),
		Actor:     ledger.Actor{Kind: ledger.ActorWorkflow, ID: "hygiene", Name: "flag hygiene"},
		IfSeq:     f.Seq,
	})
	if errors.Is(err, ledger.ErrChanged) || errors.Is(err, ledger.ErrRefused) || errors.Is(err, ledger.ErrConflict) {
		return nil // somebody has changed the flag meanwhile: the next look sees it
	}
	if err != nil {
		return fmt.Errorf("record whether flag %s of %s is stale: %w", s.Key, p.Key, err)
	}
	return nil
}

func recordedFindings(found []Finding) []ledger.StaleFinding {
	out := make([]ledger.StaleFinding, len(found))
	for i, f := range found {
		out[i] = ledger.StaleFinding{Rule: string(f.Rule), Environment: f.Environment, Since: f.Since, Message: f.Message}
	}
	return out
}
