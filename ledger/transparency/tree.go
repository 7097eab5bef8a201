package transparency

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/flagledger/flagledger/ledger"
)

// Tree keeps the hashes of an RFC 6962 tree in a file, in the order in which
// they become known, 32 bytes each. Everything in it follows from the ledger.
// It is safe for concurrent use.
type Tree struct {
	mu   sync.RWMutex
	file *os.File
	size int64 // leaves
}

// OpenTree opens the tree at path, or makes an empty one. What a killed process
// left of its last leaf is cut off.
func OpenTree(path string) (*Tree, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the tree: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	t := &Tree{file: f, size: leaves(info.Size() / tlog.HashSize)}
	if err := f.Truncate(tlog.StoredHashCount(t.size) * tlog.HashSize); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return t, nil
}

// leaves is how many leaves have all their hashes among the first stored.
func leaves(stored int64) int64 {
	low, high := int64(0), stored
	for low < high {
		if middle := low + (high-low+1)/2; tlog.StoredHashCount(middle) <= stored {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}

// Close closes the file.
func (t *Tree) Close() error { return t.file.Close() }

// Size is the number of events in the tree.
func (t *Tree) Size() uint64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return uint64(t.size)
}

// Append adds the hashes of the next events.
func (t *Tree) Append(hashes ...ledger.Hash) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	start := tlog.StoredHashCount(t.size)
	pending := make([]byte, 0, 2*len(hashes)*tlog.HashSize)
	read := func(indexes []int64) ([]tlog.Hash, error) { return t.read(indexes, start, pending) }
	for i, h := range hashes {
		stored, err := tlog.StoredHashesForRecordHash(t.size+int64(i), tlog.Hash(h), tlog.HashReaderFunc(read))
		if err != nil {
			return fmt.Errorf("append leaf %d to the tree: %w", t.size+int64(i), err)
		}
		for _, s := range stored {
			pending = append(pending, s[:]...)
		}
	}
	if _, err := t.file.WriteAt(pending, start*tlog.HashSize); err != nil {
		return fmt.Errorf("write the tree: %w", err)
	}
	t.size += int64(len(hashes))
	return nil
}

// read gives stored hashes; those from start on are pending.
func (t *Tree) read(indexes []int64, start int64, pending []byte) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= start {
			copy(out[i][:], pending[(index-start)*tlog.HashSize:])
			continue
		}
		if _, err := t.file.ReadAt(out[i][:], index*tlog.HashSize); err != nil {
			return nil, fmt.Errorf("read the tree: %w", err)
		}
	}
	return out, nil
}

// stored reads from the file alone.
func (t *Tree) stored() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		return t.read(indexes, tlog.StoredHashCount(t.size), nil)
	})
}

// Sync returns when everything appended is on disk.
func (t *Tree) Sync() error { return t.file.Sync() }

// Reset empties the tree, to be computed again.
func (t *Tree) Reset() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.size = 0
	return t.file.Truncate(0)
}

// Root is the root over the first size events.
func (t *Tree) Root(size uint64) (ledger.Hash, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if err := t.has(size); err != nil {
		return ledger.Hash{}, err
	}
	h, err := tlog.TreeHash(int64(size), t.stored())
	return ledger.Hash(h), err
}

// Leaf is the hash of event seq.
func (t *Tree) Leaf(seq uint64) (ledger.Hash, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if err := t.has(seq); err != nil || seq == 0 {
		return ledger.Hash{}, errors.Join(err, io.EOF)
	}
	h, err := t.stored().ReadHashes([]int64{tlog.StoredHashIndex(0, int64(seq-1))})
	if err != nil {
		return ledger.Hash{}, err
	}
	return ledger.Hash(h[0]), nil
}

// Inclusion proves that event seq is in the tree of the first size events.
func (t *Tree) Inclusion(seq, size uint64) ([]ledger.Hash, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if err := t.has(size); err != nil {
		return nil, err
	}
	if seq == 0 || seq > size {
		return nil, fmt.Errorf("event %d is not among the first %d: %w", seq, size, ErrNotThere)
	}
	p, err := tlog.ProveRecord(int64(size), int64(seq-1), t.stored())
	return hashes(p), err
}

// Consistency proves that the first from events are the same in the tree of the
// first size.
func (t *Tree) Consistency(from, size uint64) ([]ledger.Hash, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if err := t.has(size); err != nil {
		return nil, err
	}
	if from == 0 || from > size {
		return nil, fmt.Errorf("a tree of %d events does not begin one of %d: %w", from, size, ErrNotThere)
	}
	p, err := tlog.ProveTree(int64(size), int64(from), t.stored())
	return hashes(p), err
}

// ErrNotThere says that the tree does not have as many events.
var ErrNotThere = errors.New("not in the tree")

func (t *Tree) has(size uint64) error {
	if size > uint64(t.size) {
		return fmt.Errorf("the tree has %d events, not %d: %w", t.size, size, ErrNotThere)
	}
	return nil
}

func hashes[T ~[]tlog.Hash](p T) []ledger.Hash {
	out := make([]ledger.Hash, len(p))
	for i, h := range p {
		out[i] = ledger.Hash(h)
	}
	return out
}

// CheckInclusion checks a proof that an event with this hash is number seq among
// the first size events, whose root is given.
func CheckInclusion(proof []ledger.Hash, size uint64, root ledger.Hash, seq uint64, h ledger.Hash) error {
	if seq == 0 {
		return errors.New("there is no event 0")
	}
	return tlog.CheckRecord(tlogHashes(proof), int64(size), tlog.Hash(root), int64(seq-1), tlog.Hash(h))
}

// CheckConsistency checks a proof that the tree of size events, whose root is
// given, begins with the tree of from events.
func CheckConsistency(proof []ledger.Hash, size uint64, root ledger.Hash, from uint64, earlier ledger.Hash) error {
	return tlog.CheckTree(tlogHashes(proof), int64(size), tlog.Hash(root), int64(from), tlog.Hash(earlier))
}

func tlogHashes(p []ledger.Hash) []tlog.Hash {
	out := make([]tlog.Hash, len(p))
	for i, h := range p {
		out[i] = tlog.Hash(h)
	}
	return out
}

// Accumulator computes the root of a growing tree in the space of its depth.
// The zero Accumulator is an empty tree.
type Accumulator struct {
	size  uint64
	peaks []tlog.Hash // of the whole subtrees, the largest first
}

// Add appends a leaf.
func (a *Accumulator) Add(h ledger.Hash) {
	node := tlog.Hash(h)
	for n := a.size; n&1 == 1; n >>= 1 {
		last := len(a.peaks) - 1
		node = tlog.NodeHash(a.peaks[last], node)
		a.peaks = a.peaks[:last]
	}
	a.peaks = append(a.peaks, node)
	a.size++
}

// Size is the number of leaves.
func (a *Accumulator) Size() uint64 { return a.size }

// Root is the root over all leaves so far.
func (a *Accumulator) Root() ledger.Hash {
	if a.size == 0 {
		h, _ := tlog.TreeHash(0, nil) // reads nothing
		return ledger.Hash(h)
	}
	last := len(a.peaks) - 1
	root := a.peaks[last]
	for i := last - 1; i >= 0; i-- {
		root = tlog.NodeHash(a.peaks[i], root)
	}
	return ledger.Hash(root)
}
