package client

import (
	"hash/maphash"
	"math/bits"
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// ways is how many places an exposure can be remembered in; the tags of one
// set fit half a cache line.
const ways = 8

// memory remembers which exposures have been reported. It is a table of fixed
// size, in sets of eight places: looking up takes no lock and compares the
// whole key, so an exposure is never taken for another; adding one to a full
// set forgets another, which is then reported again.
//
// Time is counted in epochs, because reading the clock costs more than an
// evaluation: what was added before the last epoch is forgotten.
type memory struct {
	seed  maphash.Seed
	count int                           // sets, a power of two
	sets  atomic.Pointer[[]exposureSet] // nil until something is remembered
	epoch atomic.Uint32
	locks [64]sync.Mutex // of those who add, by set
}

type exposureSet struct {
	tags  [ways]atomic.Uint32 // upper half of the hash, to skip most keys
	known [ways]atomic.Pointer[exposureKey]
}

// exposureKey is what an exposure is deduplicated by. It does not change once
// it is in the table.
type exposureKey struct {
	flag    string
	variant string
	unit    string
	version uint64
	epoch   uint32
}

func newMemory(size int) *memory {
	sets := (size + ways - 1) / ways
	return &memory{seed: maphash.MakeSeed(), count: 1 << bits.Len(uint(max(sets, 1)-1))}
}

// hash of an exposure. The variant is left out: the same unit rarely sees two
// variants of one version.
func (m *memory) hash(f *splitFlag, unit []byte) uint64 { return f.hash ^ maphash.Bytes(m.seed, unit) }

// has reports whether the exposure of f has been reported lately.
func (m *memory) has(hash uint64, f *splitFlag, variant string, unit []byte) bool {
	sets := m.sets.Load()
	if sets == nil {
		return false
	}
	set := &(*sets)[hash&uint64(m.count-1)]
	tag, epoch := uint32(hash>>32), m.epoch.Load()
	for i := range set.tags {
		if set.tags[i].Load() != tag {
			continue
		}
		k := set.known[i].Load()
		if k != nil && epoch-k.epoch <= 1 && k.unit == string(unit) &&
			k.version == f.version && k.variant == variant && k.flag == f.key {
			return true
		}
	}
	return false
}

// add calls report for an exposure that is not in the table and keeps it there
// if report says so. Of several goroutines with the same exposure one reports.
func (m *memory) add(hash uint64, key exposureKey, report func() bool) {
	at := hash & uint64(m.count-1)
	lock := &m.locks[at%uint64(len(m.locks))]
	lock.Lock()
	defer lock.Unlock()
	f := splitFlag{key: key.flag, version: key.version}
	if m.has(hash, &f, key.variant, []byte(key.unit)) || !report() {
		return
	}
	key.epoch = m.epoch.Load()
	set := &m.table()[at]
	i := set.place(key.epoch)
	set.known[i].Store(nil) // so that no reader pairs the new tag with the old key
	set.tags[i].Store(uint32(hash >> 32))
	set.known[i].Store(&key)
}

// table makes the sets when the first exposure is to be remembered: a client
// that evaluates nothing pays nothing.
func (m *memory) table() []exposureSet {
	if sets := m.sets.Load(); sets != nil {
		return *sets
	}
	sets := make([]exposureSet, m.count)
	if !m.sets.CompareAndSwap(nil, &sets) {
		return *m.sets.Load()
	}
	return sets
}

// place finds an empty or outdated place, or a random one.
func (s *exposureSet) place(epoch uint32) int {
	for i := range s.known {
		if k := s.known[i].Load(); k == nil || epoch-k.epoch > 1 {
			return i
		}
	}
	return rand.IntN(ways)
}

// forget drops an exposure whose report was lost, so that it is made again.
func (m *memory) forget(e *exposure) {
	sets := m.sets.Load()
	if sets == nil {
		return
	}
	f := splitFlag{key: e.Flag, version: e.Version}
	f.hash = flagHash(m.seed, f.key, f.version)
	at := m.hash(&f, []byte(e.Unit)) & uint64(m.count-1)
	lock := &m.locks[at%uint64(len(m.locks))]
	lock.Lock()
	defer lock.Unlock()
	set := &(*sets)[at]
	for i := range set.known {
		k := set.known[i].Load()
		if k != nil && k.unit == e.Unit && k.version == e.Version && k.variant == e.Variant && k.flag == e.Flag {
			set.known[i].Store(nil)
		}
	}
}

// tick begins a new epoch.
func (m *memory) tick() { m.epoch.Add(1) }

// flagHash is the part of the hash that is known when a ruleset arrives.
func flagHash(seed maphash.Seed, key string, version uint64) uint64 {
	return maphash.Comparable(seed, struct {
		key     string
		version uint64
	}{key, version})
}
