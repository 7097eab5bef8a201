package natslog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/ledger"
)

// Log is a ledger.Log on JetStream. It is safe for concurrent use.
type Log struct {
	js  jetstream.JetStream
	log *slog.Logger
	cfg Config

	handle atomic.Pointer[jetstream.Stream] // nil until first used
}

var _ ledger.Log = (*Log)(nil)

// New makes a Log of the stream that Setup has set up. js belongs to the
// caller, who closes its connection after the last call has returned.
func New(js jetstream.JetStream, log *slog.Logger, cfg Config) (*Log, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	return &Log{js: js, log: log, cfg: cfg}, nil
}

// End implements ledger.Log. The answer is the leader's.
func (l *Log) End(ctx context.Context) (uint64, error) {
	end, err := l.newest(ctx, ledger.AllSubjects)
	if err != nil {
		return 0, fmt.Errorf("end of the ledger: %w", err)
	}
	return end, nil
}

// info asks the stream's leader for its state.
func (l *Log) info(ctx context.Context) (*jetstream.StreamInfo, error) {
	var info *jetstream.StreamInfo
	err := l.persist(ctx, func(ctx context.Context) error {
		s, err := l.stream(ctx)
		if err == nil {
			info, err = s.Info(ctx)
		}
		return err
	})
	return info, err
}

// newest returns the newest sequence among the subjects that match filter, 0
// for none. For all subjects too it asks for the message: that costs a third of
// asking for the stream's state.
func (l *Log) newest(ctx context.Context, filter string) (uint64, error) {
	var seq uint64
	err := l.persist(ctx, func(ctx context.Context) error {
		s, err := l.stream(ctx)
		if err != nil {
			return err
		}
		msg, err := s.GetLastMsgForSubject(ctx, filter)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			seq = 0
			return nil
		}
		if err == nil {
			seq = msg.Sequence
		}
		return err
	})
	return seq, err
}

// stream returns the handle, which costs a request the first time.
func (l *Log) stream(ctx context.Context) (jetstream.Stream, error) {
	if known := l.handle.Load(); known != nil {
		return *known, nil
	}
	s, err := l.js.Stream(ctx, Stream)
	if err != nil {
		return nil, err
	}
	l.handle.Store(&s)
	return s, nil
}

// attemptTimeout bounds one request, so that a lost answer costs less than the
// whole patience.
const attemptTimeout = 5 * time.Second

// persist calls try until it succeeds or fails for good, as long as patience
// lasts. It gives each call a deadline. Use it for what may be asked twice.
func (l *Log) persist(ctx context.Context, try func(context.Context) error) error {
	return l.repeat(ctx, try, func(err error) bool {
		return isSilence(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout)
	})
}

// repeat calls try again after each error that again approves of.
func (l *Log) repeat(ctx context.Context, try func(context.Context) error, again func(error) bool) error {
	giveUp := time.Now().Add(l.cfg.Patience)
	for attempt := 0; ; attempt++ {
		bounded, cancel := context.WithTimeout(ctx, min(attemptTimeout, l.cfg.Patience))
		err := try(bounded)
		cancel()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil || !again(err) || time.Now().After(giveUp) {
			return outcome(ctx, err)
		}
		if err := pause(ctx, attempt); err != nil {
			return outcome(ctx, err)
		}
	}
}

// pause waits a jittered moment that grows to about half a second.
func pause(ctx context.Context, attempt int) error {
	limit := time.Millisecond << min(attempt, 9)
	t := time.NewTimer(limit/2 + rand.N(limit))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
