package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// Hash names the stored bytes of one event: it is the hash of a leaf as
// RFC 6962, section 2.1, defines it, SHA-256 over a zero byte and the leaf. An
// event's leaf is its subject in wire form, a line feed, and its data. Its
// sequence is its place in the tree and not part of the leaf.
//
// The zero Hash stands for no event.
type Hash [sha256.Size]byte

// HashOf gives the hash of an event that is stored as data under subject.
func HashOf(subject string, data []byte) Hash {
	h := sha256.New()
	_, _ = h.Write([]byte{0})
	_, _ = h.Write([]byte(subject))
	_, _ = h.Write([]byte{'\n'})
	_, _ = h.Write(data)
	return Hash(h.Sum(nil))
}

// Hash gives the hash of the event.
func (s Stored) Hash() Hash { return HashOf(s.Subject, s.Data) }

// String gives the hash in standard base64, as signed checkpoints have it.
func (h Hash) String() string { return base64.StdEncoding.EncodeToString(h[:]) }

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hash) UnmarshalText(text []byte) error {
	b, err := base64.StdEncoding.Strict().DecodeString(string(text))
	if err != nil || len(b) != len(h) {
		return fmt.Errorf("%.60q is not a hash: use 32 bytes in base64", text)
	}
	copy(h[:], b)
	return nil
}

// ErrChain says that an event does not name the one before it on its subject, so one of
// the two is not what was recorded.
var ErrChain = errors.New("the chain of events is broken")

// tip is the newest event of a subject.
type tip struct {
	seq  uint64
	hash Hash
	// chained says that an event of the subject has named the one before it,
	// so that all later ones must.
	chained bool
}

// follow gives the tip after rec, and ErrChain when rec does not follow on t.
// Events without Prev are those of before there was a chain.
func (t tip) follow(rec Recorded) (tip, error) {
	next := tip{seq: rec.Seq, hash: rec.Hash, chained: t.chained || rec.Prev != Hash{}}
	if next.chained && rec.Prev != t.hash {
		return next, fmt.Errorf("event %d names %s as the one before it, which is %s (event %d): %w",
			rec.Seq, rec.Prev, t.hash, t.seq, ErrChain)
	}
	return next, nil
}

// SubjectSeq returns the sequence of the newest event on s, 0 for none.
func (st *State) SubjectSeq(s Subject) uint64 { return st.tips[s.String()].seq }

// SubjectHash returns the hash of the newest event on s, zero for none.
func (st *State) SubjectHash(s Subject) Hash { return st.tips[s.String()].hash }
