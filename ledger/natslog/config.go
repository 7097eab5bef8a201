package natslog

import (
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/ledger"
)

// Stream is the name of the ledger's stream.
const Stream = "LEDGER"

// Limits and defaults.
const (
	// DefaultMaxBytes is the size of the stream, in bytes, when the Config
	// gives none: some ten million events.
	DefaultMaxBytes = 4 << 30
	// maxMessage has room for an entry and its headers, in bytes.
	maxMessage = ledger.MaxEntry + 1<<10
	// DefaultPatience is a Config's Patience when it gives none. A cluster
	// that lost its leader needs four to eight seconds for a new one.
	DefaultPatience = 15 * time.Second
	// duplicateWindow is for how long the server itself knows a batch's ID.
	duplicateWindow = 24 * time.Hour
)

// Config says how the stream is made and how long it is waited for.
type Config struct {
	// MaxBytes bounds the stream; beyond it Append is ErrFull. 0 means
	// DefaultMaxBytes.
	MaxBytes int64
	// Replicas is 1, 3 or 5; 0 means 1.
	Replicas int
	// Patience is how long Append, Read and End wait for a stream that does
	// not answer before they return ErrUnavailable. 0 means DefaultPatience.
	Patience time.Duration
}

func (c Config) withDefaults() Config {
	if c.MaxBytes == 0 {
		c.MaxBytes = DefaultMaxBytes
	}
	if c.Replicas == 0 {
		c.Replicas = 1
	}
	if c.Patience == 0 {
		c.Patience = DefaultPatience
	}
	return c
}

func (c Config) validate() error {
	switch {
	case c.MaxBytes < maxMessage:
		return fmt.Errorf("natslog: MaxBytes is %d; it must hold at least one message of 256 KiB", c.MaxBytes)
	case c.Replicas != 1 && c.Replicas != 3 && c.Replicas != 5:
		return fmt.Errorf("natslog: Replicas is %d; use 1, 3 or 5", c.Replicas)
	case c.Patience < 0:
		return fmt.Errorf("natslog: Patience is %s; use 0 or more", c.Patience)
	}
	return nil
}

// stream is the stream as it must be. Nothing in it lets a message disappear:
// no age, no count, no rollup, and a full stream refuses the new, not the old.
func (c Config) stream() jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:              Stream,
		Description:       "every change to a flag, in order",
		Subjects:          []string{ledger.AllSubjects},
		Retention:         jetstream.LimitsPolicy,
		Storage:           jetstream.FileStorage,
		Replicas:          c.Replicas,
		Discard:           jetstream.DiscardNew,
		MaxBytes:          c.MaxBytes,
		MaxMsgs:           -1,
		MaxMsgsPerSubject: -1,
		MaxMsgSize:        maxMessage,
		MaxConsumers:      -1,
		DenyDelete:        true,
		DenyPurge:         true,
		// Direct reads are answered by any replica, however stale.
		AllowDirect:        false,
		AllowAtomicPublish: true,
		Duplicates:         duplicateWindow,
		Compression:        jetstream.S2Compression,
	}
}
