package httpapi

import (
	"encoding/json"
	"fmt"
	"strconv"
	"sync"

	"github.com/flagledger/flagledger/projector"
)

// cachedRevisions bounds how many starting points of an environment share
// their encoding. Nearly all readers are at the revision before the newest.
const cachedRevisions = 32

// patchCache shares the encoded events among the readers of an environment: a
// change is encoded once, however many are connected.
type patchCache struct {
	mu      sync.Mutex
	places  map[place]*placeFrames
	encoded uint64 // how often something was encoded
}

// placeFrames are the events that lead to one snapshot, by where they start.
type placeFrames struct {
	snapshot *projector.Snapshot
	from     map[uint64]*frame
	zipped   *frame // the whole ruleset, compressed
}

type frame struct {
	once  sync.Once
	bytes []byte
	err   error
}

func newPatchCache() *patchCache { return &patchCache{places: map[place]*placeFrames{}} }

// frame returns the event that takes a reader from revision from to s: "put"
// when from is 0, "patch" otherwise. The bytes must not be changed.
func (c *patchCache) frame(s *projector.Snapshot, from uint64) ([]byte, error) {
	return c.encode(c.entry(s, from), func() ([]byte, error) { return encodeFrame(s, from) })
}

// zipped returns the ruleset of s as gzip. The bytes must not be changed.
func (c *patchCache) zipped(s *projector.Snapshot) ([]byte, error) {
	c.mu.Lock()
	f := &frame{}
	if frames := c.frames(s); frames != nil {
		f = frames.zipped
	}
	c.mu.Unlock()
	return c.encode(f, func() ([]byte, error) { return zip(s) })
}

// encode fills f once, outside the lock: one place's readers wait for each
// other and for nobody else.
func (c *patchCache) encode(f *frame, fill func() ([]byte, error)) ([]byte, error) {
	f.once.Do(func() {
		c.mu.Lock()
		c.encoded++
		c.mu.Unlock()
		f.bytes, f.err = fill()
	})
	return f.bytes, f.err
}

// frames returns what is kept of s, or nil when a newer snapshot is known: the
// reader was overtaken. It is called under the lock.
func (c *patchCache) frames(s *projector.Snapshot) *placeFrames {
	at := place{s.Ruleset.Project, s.Ruleset.Environment}
	frames := c.places[at]
	switch {
	case frames == nil || frames.snapshot.Ruleset.Revision < s.Ruleset.Revision:
		frames = &placeFrames{snapshot: s, from: map[uint64]*frame{}, zipped: &frame{}}
		c.places[at] = frames
	case frames.snapshot != s:
		return nil
	}
	return frames
}

func (c *patchCache) entry(s *projector.Snapshot, from uint64) *frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	frames := c.frames(s)
	if frames == nil {
		return &frame{}
	}
	f := frames.from[from]
	if f == nil {
		f = &frame{}
		if len(frames.from) < cachedRevisions {
			frames.from[from] = f
		}
	}
	return f
}

func encodeFrame(s *projector.Snapshot, from uint64) ([]byte, error) {
	name, data, err := "put", []byte(nil), error(nil)
	if from == 0 {
		data, err = s.JSON()
	} else {
		name = "patch"
		data, err = json.Marshal(s.Since(from))
	}
	if err != nil {
		return nil, fmt.Errorf("encode %s of %s/%s: %w", name, s.Ruleset.Project, s.Ruleset.Environment, err)
	}
	return appendEvent(nil, name, s.Ruleset.Revision, data), nil
}

// appendEvent appends a server-sent event. data must be one line.
func appendEvent(dst []byte, name string, id uint64, data []byte) []byte {
	dst = append(dst, "event: "...)
	dst = append(dst, name...)
	dst = append(dst, "\nid: "...)
	dst = strconv.AppendUint(dst, id, 10)
	dst = append(dst, "\ndata: "...)
	dst = append(dst, data...)
	return append(dst, "\n\n"...)
}
