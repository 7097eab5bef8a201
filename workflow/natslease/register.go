package natslease

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// errMoved: the entry is not at the expected revision any more.
var errMoved = errors.New("the lease has another revision")

// claim is what the entry says. Without a Holder the lease is free.
type claim struct {
	Holder    string    `json:"holder,omitempty"` // unique to one Lease
	Name      string    `json:"name,omitempty"`
	RenewedAt time.Time `json:"renewedAt,omitzero"`
}

// entry is the claim at one revision; revision 0 means that there is none.
type entry struct {
	claim

	revision uint64
}

// unreadable is the holder of an entry that is no claim.
const unreadable = "unreadable"

// register is the one entry that is competed for.
type register interface {
	// read returns the entry as it is, or was a moment ago.
	read(ctx context.Context) (entry, error)
	// swap writes c if the entry is still at revision last, else it returns
	// errMoved. After any other error the outcome is open.
	swap(ctx context.Context, c claim, last uint64) (revision uint64, err error)
}

// bucket is a register in JetStream.
type bucket struct {
	js  jetstream.JetStream
	cfg Config

	mu sync.Mutex
	kv jetstream.KeyValue // nil until looked up, and after a failure
}

func (b *bucket) settings() jetstream.KeyValueConfig {
	return jetstream.KeyValueConfig{
		Bucket:      b.cfg.Bucket,
		Description: "who works, of those who stand ready",
		History:     1,
		Storage:     jetstream.FileStorage,
		Replicas:    b.cfg.Replicas,
	}
}

// setUp makes the bucket with a lease that is free, or brings the one that
// exists to the wanted settings and leaves its lease alone.
func (b *bucket) setUp(ctx context.Context) error {
	_, err := b.js.KeyValue(ctx, b.cfg.Bucket)
	fresh := errors.Is(err, jetstream.ErrBucketNotFound)
	if err != nil && !fresh {
		return err
	}
	kv, err := b.js.CreateOrUpdateKeyValue(ctx, b.settings())
	if err != nil || !fresh {
		return err
	}
	free, err := json.Marshal(claim{})
	if err != nil {
		return err
	}
	if _, err := kv.Create(ctx, b.cfg.Key, free); err != nil && !errors.Is(err, jetstream.ErrKeyExists) {
		return err
	}
	return nil
}

// open looks the bucket up, and makes it again if somebody has deleted it. The
// lease is not free then: whoever held it may not know yet.
func (b *bucket) open(ctx context.Context) (jetstream.KeyValue, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kv != nil {
		return b.kv, nil
	}
	kv, err := b.js.KeyValue(ctx, b.cfg.Bucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = b.js.CreateOrUpdateKeyValue(ctx, b.settings())
	}
	if err != nil {
		return nil, fmt.Errorf("bucket %s: %w", b.cfg.Bucket, err)
	}
	b.kv = kv
	return kv, nil
}

func (b *bucket) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kv = nil
}

func (b *bucket) read(ctx context.Context) (entry, error) {
	kv, err := b.open(ctx)
	if err != nil {
		return entry{}, err
	}
	stored, err := kv.Get(ctx, b.cfg.Key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return entry{}, nil
	}
	if err != nil {
		b.forget()
		return entry{}, fmt.Errorf("read lease %s: %w", b.cfg.Key, err)
	}
	e := entry{revision: stored.Revision()}
	if err := json.Unmarshal(stored.Value(), &e.claim); err != nil {
		e.claim = claim{Holder: unreadable}
	}
	return e, nil
}

func (b *bucket) swap(ctx context.Context, c claim, last uint64) (uint64, error) {
	value, err := json.Marshal(c)
	if err != nil {
		return 0, err
	}
	kv, err := b.open(ctx)
	if err != nil {
		return 0, err
	}
	var revision uint64
	if last == 0 {
		revision, err = kv.Create(ctx, b.cfg.Key, value) // over a delete marker, too
	} else {
		revision, err = kv.Update(ctx, b.cfg.Key, value, last)
	}
	switch {
	case err == nil:
		return revision, nil
	case errors.Is(err, jetstream.ErrKeyExists), errors.Is(err, jetstream.ErrKeyRevisionMismatch):
		return 0, fmt.Errorf("lease %s at revision %d: %w", b.cfg.Key, last, errMoved)
	}
	b.forget()
	return 0, fmt.Errorf("write lease %s: %w", b.cfg.Key, err)
}
