package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/projector/pgstore"
)

// readModels keeps the tables in Postgres up to date. Evaluators do not depend
// on it: while Postgres is away, or another server writes to it, it waits.
type readModels struct {
	dsn    string // empty for none
	log    ledger.Log
	logger *slog.Logger

	mu     sync.Mutex
	models *projector.ReadModels // nil while Postgres is away
}

// readModelsRetry is how long it waits for Postgres, or for its turn.
const readModelsRetry = 5 * time.Second

// Run goes on until ctx is done. It returns ledger.ErrHole when Postgres has
// events that the ledger has not: then the ledger has lost some.
func (r *readModels) Run(ctx context.Context) error {
	if r.dsn == "" {
		<-ctx.Done()
		return nil
	}
	for {
		err := r.once(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, ledger.ErrHole) {
			return err
		}
		r.logger.WarnContext(ctx, "read models wait", slog.Any("err", err))
		timer := time.NewTimer(readModelsRetry)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil
		}
	}
}

func (r *readModels) once(ctx context.Context) error {
	store, err := pgstore.Open(ctx, r.dsn)
	if err != nil {
		return err
	}
	defer store.Close()
	models := projector.NewReadModels(r.log, store, r.logger)
	r.set(models)
	defer r.set(nil)
	return models.Run(ctx)
}

func (r *readModels) set(m *projector.ReadModels) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.models = m
}

// at is the newest event in Postgres, and whether it is being written to.
func (r *readModels) at() (seq uint64, works bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.models == nil {
		return 0, false
	}
	seq, err := r.models.At()
	return seq, err == nil
}
