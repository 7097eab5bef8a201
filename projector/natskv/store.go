package natskv

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/evaluator"
)

// Errors for errors.Is.
var (
	// ErrNotFound: nothing has been published for this environment.
	ErrNotFound = errors.New("no ruleset has been published")
	// ErrGap: the patch starts after what the bucket holds. Use Replace.
	ErrGap = errors.New("the patch starts after the stored revision")
	// ErrMoved: another writer moved the head meanwhile. Use Replace, if
	// this writer is still the one that should write.
	ErrMoved = errors.New("another writer has moved the head")
	// ErrUnsettled: what is stored is not what its head says, and did not
	// become so in time. The writer died halfway, or wrote a wrong digest.
	ErrUnsettled = errors.New("the stored ruleset is not whole")
	// ErrTooLarge: one flag or segment does not fit into a message.
	ErrTooLarge = errors.New("too large for one entry")
)

// Head is the last thing written of a revision.
type Head struct {
	SpecVersion int    `json:"specVersion"`
	Revision    uint64 `json:"revision,string"`
	// Digest is what Digest gives for the whole ruleset at Revision.
	Digest string `json:"digest"`
}

// Digest returns the SHA-256, in hex, of a ruleset's JSON: as json.Marshal
// writes it, keys in order, no white space, "flags" an object even when empty.
func Digest(rs evaluator.Ruleset) (string, error) {
	if rs.Flags == nil {
		rs.Flags = map[string]evaluator.Flag{}
	}
	b, err := json.Marshal(rs)
	if err != nil {
		return "", fmt.Errorf("encode ruleset %s/%s: %w", rs.Project, rs.Environment, err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// Store is the bucket. It is safe for concurrent use; an environment should
// have one writer at a time.
type Store struct {
	js     jetstream.JetStream
	cfg    Config
	bucket atomic.Pointer[jetstream.KeyValue] // nil until first used
}

// New checks cfg. js belongs to the caller.
func New(js jetstream.JetStream, cfg Config) (*Store, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	return &Store{js: js, cfg: cfg}, nil
}

// Setup creates the bucket, or brings the one that exists to the wanted
// settings. Readers need not call it.
func (s *Store) Setup(ctx context.Context) error {
	kv, err := s.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket:      s.cfg.Bucket,
		Description: "rulesets, as evaluators run them",
		History:     1,
		Storage:     jetstream.FileStorage,
		Replicas:    s.cfg.Replicas,
		Compression: true,
	})
	if err != nil {
		return fmt.Errorf("set up bucket %s: %w", s.cfg.Bucket, err)
	}
	s.bucket.Store(&kv)
	return nil
}

func (s *Store) kv(ctx context.Context) (jetstream.KeyValue, error) {
	if kv := s.bucket.Load(); kv != nil {
		return *kv, nil
	}
	kv, err := s.js.KeyValue(ctx, s.cfg.Bucket)
	if err != nil {
		return nil, fmt.Errorf("bucket %s: %w", s.cfg.Bucket, err)
	}
	s.bucket.Store(&kv)
	return kv, nil
}

// Head returns the stored head, or ErrNotFound.
func (s *Store) Head(ctx context.Context, project, environment string) (Head, error) {
	head, _, err := s.head(ctx, place{project, environment})
	return head, err
}

// Revision is Head for a caller to whom nothing stored is revision 0.
func (s *Store) Revision(ctx context.Context, project, environment string) (uint64, string, error) {
	head, err := s.Head(ctx, project, environment)
	if errors.Is(err, ErrNotFound) {
		return 0, "", nil
	}
	return head.Revision, head.Digest, err
}

// head also returns the bucket's own revision of the entry, which moveHead
// wants.
func (s *Store) head(ctx context.Context, at place) (Head, uint64, error) {
	if err := at.check(); err != nil {
		return Head{}, 0, err
	}
	kv, err := s.kv(ctx)
	if err != nil {
		return Head{}, 0, err
	}
	entry, err := kv.Get(ctx, at.head())
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return Head{}, 0, fmt.Errorf("%s: %w", at, ErrNotFound)
	}
	if err != nil {
		return Head{}, 0, fmt.Errorf("head of %s: %w", at, err)
	}
	var head Head
	if err := json.Unmarshal(entry.Value(), &head); err != nil {
		return Head{}, 0, fmt.Errorf("head of %s: %w", at, err)
	}
	return head, entry.Revision(), nil
}
