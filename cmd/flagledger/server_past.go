package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/lifecycle"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/archive"
	"github.com/flagledger/flagledger/ledger/natslog"
	"github.com/flagledger/flagledger/ledger/transparency"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/projector/natsdigest"
	"github.com/flagledger/flagledger/projector/statedir"
)

// archiveFolder is where the second copy of the ledger is, in the data folder.
const archiveFolder = "archive"

// setUpLedger makes the ledger's stream, unless there was one: then it must be
// there, whole, and the one that the archive is a copy of.
func (s *server) setUpLedger(ctx context.Context, js jetstream.JetStream, copied *archive.Archive) error {
	had, _ := copied.Newest()
	_, err := js.Stream(ctx, natslog.Stream)
	if had > 0 && errors.Is(err, jetstream.ErrStreamNotFound) {
		return damaged(fmt.Errorf("the ledger is gone; its archive has %d events: %w", had, ledger.ErrHole))
	}
	err = natslog.Setup(ctx, js, natslog.Config{})
	if had > 0 && errors.Is(err, natslog.ErrDrift) {
		return damaged(fmt.Errorf("%w: %w", ledger.ErrHole, err))
	}
	if err != nil {
		return err
	}
	log, err := natslog.New(js, s.logger, natslog.Config{})
	if err != nil {
		return err
	}
	return damaged(copied.Gate(ctx, log))
}

// damaged says what to do when err is about a ledger that must not be served.
func damaged(err error) error {
	if !errors.Is(err, ledger.ErrHole) {
		return err
	}
	return fmt.Errorf("%w; nothing is served from it: run \"flagledger ledger restore\" with the same data folder", err)
}

// past is what keeps, proves and shows what has been.
type past struct {
	log      ledger.Log
	archive  *archive.Archive
	scrubber *archive.Scrubber
	proofs   *transparency.Keeper
	states   *statedir.Dir
	timeline *projector.Timeline
	digests  *natsdigest.Digests
	journal  *projector.Journal
	models   *readModels
}

func (s *server) openPast(js jetstream.JetStream, log ledger.Log, copied *archive.Archive) (*past, error) {
	states, err := statedir.Open(statedir.Config{Dir: filepath.Join(s.cfg.data, "states"), Version: version}, s.logger)
	if err != nil {
		return nil, err
	}
	proofs, err := transparency.NewKeeper(log, transparency.Config{Dir: filepath.Join(s.cfg.data, "transparency")}, s.logger)
	if err != nil {
		return nil, err
	}
	digests := natsdigest.New(js)
	return &past{
		log: log, archive: copied, scrubber: archive.NewScrubber(log, copied, archive.ScrubConfig{}, s.logger), proofs: proofs,
		states: states, timeline: projector.NewTimeline(pastOf{log, copied}, states), digests: digests,
		journal: projector.NewJournal(digests, s.logger), models: &readModels{dsn: s.cfg.postgres, log: log, logger: s.logger},
	}, nil
}

// parts run beside the fold; nothing waits for them.
func (p *past) parts() []lifecycle.Part {
	return []lifecycle.Part{
		{Name: "scrubber", Run: p.scrubber.Run},
		{Name: "archive", Run: func(ctx context.Context) error { return p.archive.Keep(ctx, p.log) }},
		{Name: "checkpoints", Run: func(ctx context.Context) error { return errors.Join(p.proofs.Run(ctx), p.proofs.Close()) }},
		{Name: "ruleset digests", Run: p.journal.Run},
		{Name: "read models", Run: p.models.Run},
	}
}

// pastOf reads what the archive has from it, which finds the events of one
// subject at once, and the newest ones from the log.
type pastOf struct {
	log     ledger.Log
	archive *archive.Archive
}

// End implements projector.History.
func (p pastOf) End(ctx context.Context) (uint64, error) { return p.log.End(ctx) }

// Read implements projector.History.
func (p pastOf) Read(ctx context.Context, from uint64, filter string, fn func(ledger.Stored) error) error {
	has, _ := p.archive.Newest()
	if err := p.archive.Read(ctx, from, filter, fn); err != nil {
		return err
	}
	end, err := p.log.End(ctx)
	if err != nil || end <= has {
		return err
	}
	return p.log.Read(ctx, max(from, has+1), filter, fn)
}
