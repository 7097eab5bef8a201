package transparency

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/flagledger/flagledger/ledger"
)

// DefaultInterval is the least time between two checkpoints.
const DefaultInterval = time.Second

// Config of a Keeper.
type Config struct {
	// Dir is the folder of the tree, the checkpoints and the key.
	Dir string
	// Interval is the least time between two checkpoints; 0 means
	// DefaultInterval.
	Interval time.Duration
}

// The files of a Keeper in its folder, beside those of its Key.
const (
	treeFile = "tree"
	bookFile = "checkpoints"
)

// Keeper grows the tree as the ledger grows, and signs. Its methods may be
// called concurrently.
type Keeper struct {
	log    ledger.Log
	tree   *Tree
	book   *book
	key    Key
	cfg    Config
	logger *slog.Logger
	ready  chan struct{}
	grown  chan struct{} // a signal: there is something to sign
}

// NewKeeper opens what an earlier one left in cfg.Dir. Close it when Run has
// ended.
func NewKeeper(log ledger.Log, cfg Config, logger *slog.Logger) (*Keeper, error) {
	if cfg.Interval == 0 {
		cfg.Interval = DefaultInterval
	}
	if cfg.Interval < 0 {
		return nil, fmt.Errorf("transparency: Interval is %s; use 0 or more", cfg.Interval)
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder of the checkpoints: %w", err)
	}
	key, err := OpenKey(cfg.Dir)
	if err != nil {
		return nil, err
	}
	tree, err := OpenTree(filepath.Join(cfg.Dir, treeFile))
	if err != nil {
		return nil, err
	}
	b, err := openBook(filepath.Join(cfg.Dir, bookFile))
	if err != nil {
		return nil, errors.Join(err, tree.Close())
	}
	return &Keeper{
		log: log, tree: tree, book: b, key: key, cfg: cfg, logger: logger,
		ready: make(chan struct{}), grown: make(chan struct{}, 1),
	}, nil
}

// Close closes the files.
func (k *Keeper) Close() error { return errors.Join(k.tree.Close(), k.book.close()) }

// Ready is closed when everything that was in the ledger at the start of Run is in
// the tree.
func (k *Keeper) Ready() <-chan struct{} { return k.ready }

// Public is the verifier key.
func (k *Keeper) Public() string { return k.key.Public() }

// Run grows and signs until ctx is done. It returns ledger.ErrHole when the
// ledger is not one that the newest signed checkpoint begins.
func (k *Keeper) Run(ctx context.Context) error {
	if err := k.resume(ctx); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return k.grow(ctx) })
	group.Go(func() error { return k.sign(ctx) })
	err := group.Wait()
	if errors.Is(err, context.Canceled) {
		return k.tree.Sync()
	}
	return errors.Join(err, k.tree.Sync())
}

// resume makes sure that the tree is that of the ledger, as far as it goes, and
// computes it again if it is not.
func (k *Keeper) resume(ctx context.Context) error {
	end, err := k.log.End(ctx)
	if err != nil {
		return fmt.Errorf("transparency: %w", err)
	}
	signed, err := k.newest()
	if err != nil {
		return err
	}
	if signed.Size > end {
		return fmt.Errorf("a checkpoint of %d events was signed, the ledger ends at %d: %w", signed.Size, end, ledger.ErrHole)
	}
	whole, err := k.isWhole(ctx, signed, end)
	if err != nil || whole {
		return err
	}
	k.logger.WarnContext(ctx, "the tree of the ledger is computed again", slog.Uint64("events", end))
	return k.tree.Reset()
}

// isWhole compares the tree with the newest checkpoint and with the ledger at
// its own end.
func (k *Keeper) isWhole(ctx context.Context, signed Checkpoint, end uint64) (bool, error) {
	size := k.tree.Size()
	if size > end || size < signed.Size {
		return false, nil
	}
	if root, err := k.tree.Root(signed.Size); err != nil || signed.Size > 0 && root != signed.Root {
		return false, err
	}
	if size == 0 {
		return true, nil
	}
	leaf, err := k.tree.Leaf(size)
	if err != nil {
		return false, err
	}
	s, err := k.event(ctx, size)
	return err == nil && s.Hash() == leaf, err
}

func (k *Keeper) newest() (Checkpoint, error) {
	text, err := k.book.newest()
	if err != nil || text == nil {
		return Checkpoint{}, err
	}
	c, err := Open(text, k.key.Public())
	if err != nil {
		return c, fmt.Errorf("the newest checkpoint kept: %w", err)
	}
	return c, nil
}

// growBatch is how many events are added to the tree at once while it catches up.
const growBatch = 1000

func (k *Keeper) grow(ctx context.Context) error {
	var batch []ledger.Hash
	behind := true
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := k.tree.Append(batch...)
		batch = batch[:0]
		select {
		case k.grown <- struct{}{}:
		default:
		}
		return err
	}
	end, err := k.log.End(ctx)
	if err != nil {
		return fmt.Errorf("transparency: %w", err)
	}
	if k.tree.Size() >= end {
		behind = false
		close(k.ready)
	}
	return k.log.Follow(ctx, k.tree.Size()+1, func() {}, func(s ledger.Stored) error {
		batch = append(batch, s.Hash())
		if behind && s.Seq < end && len(batch) < growBatch {
			return nil
		}
		if err := flush(); err != nil {
			return err
		}
		if behind && s.Seq >= end {
			behind = false
			close(k.ready)
		}
		return nil
	})
}

// sign signs whenever the tree has grown, not more often than the interval.
func (k *Keeper) sign(ctx context.Context) error {
	select {
	case <-k.ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		if err := k.signNow(); err != nil {
			return err
		}
		pause := time.NewTimer(k.cfg.Interval)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		}
		select {
		case <-k.grown:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// signNow signs the tree as it is, if it has grown, and if the newest checkpoint
// begins it.
func (k *Keeper) signNow() error {
	before, err := k.newest()
	if err != nil {
		return err
	}
	size := k.tree.Size()
	if size == before.Size {
		return nil
	}
	root, err := k.tree.Root(size)
	if err != nil {
		return err
	}
	if before.Size > 0 {
		proof, err := k.tree.Consistency(before.Size, size)
		if err == nil {
			err = CheckConsistency(proof, size, root, before.Size, before.Root)
		}
		if err != nil {
			return fmt.Errorf("the ledger of %d events does not begin with the %d that were signed (%w): %w", size, before.Size, err, ledger.ErrHole)
		}
	}
	if err := k.tree.Sync(); err != nil {
		return fmt.Errorf("sync the tree: %w", err)
	}
	signed, err := k.key.Sign(size, root)
	if err != nil {
		return err
	}
	return k.book.add(size, signed)
}

// Checkpoint returns the signed checkpoint of size events or the first one after
// it; 0 is the newest. It returns ErrNotThere when none is that large.
func (k *Keeper) Checkpoint(size uint64) ([]byte, error) {
	find := k.book.newest
	if size > 0 {
		find = func() ([]byte, error) { return k.book.from(size) }
	}
	text, err := find()
	if err == nil && text == nil {
		err = fmt.Errorf("no checkpoint of %d events or more has been signed: %w", max(size, 1), ErrNotThere)
	}
	return text, err
}

// Consistency proves that the tree of the first from events begins the one of the
// first size.
func (k *Keeper) Consistency(from, size uint64) ([]ledger.Hash, error) {
	return k.tree.Consistency(from, size)
}

var errFound = errors.New("found")

// event reads one event of the log.
func (k *Keeper) event(ctx context.Context, seq uint64) (ledger.Stored, error) {
	var out ledger.Stored
	err := k.log.Read(ctx, seq, ledger.AllSubjects, func(s ledger.Stored) error {
		out = s
		return errFound
	})
	if err != nil && !errors.Is(err, errFound) {
		return out, err
	}
	if out.Seq != seq {
		return out, fmt.Errorf("event %d is missing: %w", seq, ledger.ErrHole)
	}
	return out, nil
}
