package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Log is the part of ledger.Log that a Notifier reads.
type Log interface {
	// Follow is ledger.Log's.
	Follow(ctx context.Context, from uint64, caughtUp func(), fn func(ledger.Stored) error) error
	// End is ledger.Log's.
	End(ctx context.Context) (uint64, error)
}

// Memory keeps how far a channel has come.
type Memory interface {
	// Load gives the last event that needs no notification any more; false, if
	// the channel is new.
	Load(ctx context.Context) (seq uint64, known bool, err error)
	// Save returns when the position is on disk.
	Save(ctx context.Context, seq uint64) error
}

// saveEvery is how often, at most, a position is saved of which nothing was
// delivered: what is read twice after a crash then is of no interest.
const saveEvery = time.Second

// Notifier tells one channel. Run must be called once.
type Notifier struct {
	config  Config
	log     Log
	memory  Memory
	logger  *slog.Logger
	courier courier
	now     func() time.Time
	plans   func(context.Context, ledger.Recorded) []string

	ready     chan struct{}
	readyOnce sync.Once
	position  atomic.Uint64 // the last event that is done with

	// Of Run alone.
	loaded bool
	saved  uint64            // position on disk
	at     time.Time         // when it was saved
	half   []ledger.Recorded // events of a command that is not complete yet
}

// Deps are what a Notifier stands on.
type Deps struct {
	Log     Log
	Memory  Memory
	Letters Letters
	Logger  *slog.Logger
	Now     func() time.Time // nil means time.Now
	// Plans gives the channels that the plan of an event's rollout names
	// (ledger.Plan's Notify), none for other events; nil means that none does.
	Plans func(context.Context, ledger.Recorded) []string
}

// New checks the configuration, which ParseConfig has completed. It starts
// nothing.
func New(d Deps, c Config) (*Notifier, error) {
	if d.Now == nil {
		d.Now = time.Now
	}
	to, err := newCarrier(c, d.Now)
	if err != nil {
		return nil, fmt.Errorf("channel %s: %w", c.Name, err)
	}
	return &Notifier{
		config: c, log: d.Log, memory: d.Memory, logger: d.Logger, now: d.Now, plans: d.Plans, ready: make(chan struct{}),
		courier: courier{
			config: c, to: to, letters: d.Letters, log: d.Logger, now: d.Now,
			pause: pauses{time.Second, time.Minute}, started: d.Now(),
		},
	}, nil
}

// Name is that of the configuration.
func (n *Notifier) Name() string { return n.config.Name }

// Stats may be called at any time.
func (n *Notifier) Stats() Stats { return n.courier.stats() }

// Position is the last event that is done with, 0 before Ready. It may be called
// at any time.
func (n *Notifier) Position() uint64 { return n.position.Load() }

// Ready is closed when the channel's position is known: it tells of what happens
// from then on.
func (n *Notifier) Ready() <-chan struct{} { return n.ready }

// Run notifies until ctx is done. Failures of log, memory and dead letters are
// logged and tried again; ledger.ErrHole is returned.
func (n *Notifier) Run(ctx context.Context) error {
	defer n.courier.to.close()
	pause := n.courier.pause.first
	for {
		before := n.Position()
		err := n.follow(ctx)
		switch {
		case ctx.Err() != nil:
			return n.leave(ctx)
		case errors.Is(err, ledger.ErrHole):
			return fmt.Errorf("channel %s: follow the ledger: %w", n.config.Name, err)
		}
		if n.Position() > before {
			pause = n.courier.pause.first
		}
		n.logger.ErrorContext(ctx, "channel starts again", slog.String("channel", n.config.Name), slog.Any("err", err), slog.Duration("pause", pause))
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
		pause = min(2*pause, n.courier.pause.longest)
	}
}

// leave saves what was filtered out since the last time.
func (n *Notifier) leave(ctx context.Context) error {
	if !n.loaded || n.saved == n.Position() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := n.save(ctx); err != nil {
		n.logger.WarnContext(ctx, "channel position not saved; events are looked at again", slog.String("channel", n.config.Name), slog.Any("err", err))
	}
	return nil
}

func (n *Notifier) follow(ctx context.Context) error {
	if err := n.load(ctx); err != nil {
		return err
	}
	n.readyOnce.Do(func() { close(n.ready) })
	n.half = nil
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var failed error
	caughtUp := func() { // a server that died may have left half a command
		if failed = n.complete(ctx); failed != nil {
			stop()
		}
	}
	err := n.log.Follow(ctx, n.Position()+1, caughtUp, func(s ledger.Stored) error { return n.take(ctx, s) })
	if failed != nil {
		return failed
	}
	return err
}

// load finds where to go on. After a failure it saves what is still to be.
func (n *Notifier) load(ctx context.Context) error {
	if n.loaded {
		return n.save(ctx)
	}
	end, err := n.log.End(ctx)
	if err != nil {
		return fmt.Errorf("end of the ledger: %w", err)
	}
	seq, known, err := n.memory.Load(ctx)
	if err != nil {
		return fmt.Errorf("position: %w", err)
	}
	if known && seq > end {
		n.logger.ErrorContext(ctx, "the ledger ends before what was told of it; going on from its end",
			slog.String("channel", n.config.Name), slog.Uint64("told", seq), slog.Uint64("end", end))
	}
	if !known || seq > end {
		if err := n.memory.Save(ctx, end); err != nil {
			return fmt.Errorf("position: %w", err)
		}
		seq = end
	}
	n.position.Store(seq)
	n.saved, n.at, n.loaded = seq, n.now(), true
	return nil
}

// take collects the events of a command, and handles them together.
func (n *Notifier) take(ctx context.Context, s ledger.Stored) error {
	rec := ledger.Decode(s)
	if len(n.half) > 0 && n.half[0].Command != rec.Command {
		if err := n.complete(ctx); err != nil { // it was stored by halves
			return err
		}
	}
	n.half = append(n.half, rec)
	if rec.Part < rec.Parts {
		return nil
	}
	return n.complete(ctx)
}

// complete tells of the events collected, and remembers that.
func (n *Notifier) complete(ctx context.Context) error {
	if len(n.half) == 0 {
		return nil
	}
	told := false
	for _, m := range n.messages(ctx, n.half) {
		if err := n.courier.deliver(ctx, m); err != nil {
			return fmt.Errorf("event %d: %w", m.Seq, err)
		}
		told = true
	}
	n.position.Store(n.half[len(n.half)-1].Seq)
	n.half = n.half[:0]
	if told || n.now().Sub(n.at) >= saveEvery {
		return n.save(ctx)
	}
	return nil
}

func (n *Notifier) save(ctx context.Context) error {
	position := n.Position()
	if n.saved == position {
		return nil
	}
	if err := n.memory.Save(ctx, position); err != nil {
		return fmt.Errorf("position %d: %w", position, err)
	}
	n.saved, n.at = position, n.now()
	return nil
}
