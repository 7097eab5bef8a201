package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// index knows where each event is, and which are a subject's.
type index struct {
	at, size []uint32 // of event i+1, in its segment
	subject  []uint32 // of event i+1, its number
	names    []string // of subjects, by number
	numbers  map[string]uint32
	events   [][]uint32 // sequences by subject, rising
}

func newIndex() index { return index{numbers: map[string]uint32{}} }

func (x *index) len() uint64 { return uint64(len(x.at)) }

func (x *index) add(subject string, at, size uint32) {
	n, ok := x.numbers[subject]
	if !ok {
		n = uint32(len(x.names))
		x.numbers[subject] = n
		x.names = append(x.names, subject)
		x.events = append(x.events, nil)
	}
	x.at, x.size, x.subject = append(x.at, at), append(x.size, size), append(x.subject, n)
	x.events[n] = append(x.events[n], uint32(len(x.at)))
}

func (x *index) place(seq uint64) (at, size uint32) { return x.at[seq-1], x.size[seq-1] }

// end is where the record of an event ends in its segment.
func (x *index) end(seq uint64, _ []segment) int64 {
	at, size := x.place(seq)
	return int64(at) + int64(size)
}

// select gives the sequences from one on that a filter matches.
func (x *index) sequences(from uint64, filter string) []uint32 {
	var out []uint32
	stem, isPrefix := strings.CutSuffix(filter, ">")
	for n, name := range x.names {
		if name == filter || isPrefix && strings.HasPrefix(name, stem) {
			i, _ := slices.BinarySearch(x.events[n], uint32(min(from, 1<<32-1)))
			out = append(out, x.events[n][i:]...)
		}
	}
	if isPrefix {
		slices.Sort(out)
	}
	return out
}

// The index file: a hash of what follows, the number of events, the names of the
// subjects, and three numbers for each event.
const indexFile = "index"

// saveIndex writes the index. It needs no sync: a file that is not whole is not
// believed.
func (a *Archive) saveIndex() error {
	x := &a.index
	var b bytes.Buffer
	b.Write(make([]byte, sha256.Size))
	names := strings.Join(x.names, "\n")
	head := binary.LittleEndian.AppendUint64(nil, x.len())
	head = binary.LittleEndian.AppendUint64(head, uint64(len(names)))
	b.Write(head)
	b.WriteString(names)
	body := make([]byte, 0, 12*len(x.at))
	for i := range x.at {
		body = binary.LittleEndian.AppendUint32(body, x.at[i])
		body = binary.LittleEndian.AppendUint32(body, x.size[i])
		body = binary.LittleEndian.AppendUint32(body, x.subject[i])
	}
	b.Write(body)
	out := b.Bytes()
	sum := sha256.Sum256(out[sha256.Size:])
	copy(out, sum[:])
	path := filepath.Join(a.dir, indexFile)
	if err := os.WriteFile(path+".partial", out, 0o600); err != nil {
		return err
	}
	a.saved = x.len()
	return os.Rename(path+".partial", path)
}

// loadIndex reads the index file, unless it is missing, damaged, or says more
// than the segments hold.
func (a *Archive) loadIndex() {
	b, err := os.ReadFile(filepath.Join(a.dir, indexFile))
	if err != nil || len(b) < sha256.Size+16 {
		return
	}
	sum := sha256.Sum256(b[sha256.Size:])
	if !bytes.Equal(sum[:], b[:sha256.Size]) {
		return
	}
	x, err := parseIndex(b[sha256.Size:])
	if err != nil || x.len() == 0 || len(a.segments) == 0 || a.segments[0].first != 1 {
		return
	}
	i := segmentOf(a.segments, x.len())
	if x.end(x.len(), a.segments) > a.segments[i].size {
		return
	}
	a.index, a.saved = x, x.len()
}

func parseIndex(b []byte) (index, error) {
	x := newIndex()
	n, size := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	b = b[16:]
	if uint64(len(b)) != size+12*n {
		return x, errors.New("the index is not whole")
	}
	names, body := strings.Split(string(b[:size]), "\n"), b[size:]
	x.at, x.size, x.subject = make([]uint32, n), make([]uint32, n), make([]uint32, n)
	counts := make([]int, len(names))
	for i := range x.at {
		x.at[i] = binary.LittleEndian.Uint32(body[12*i:])
		x.size[i] = binary.LittleEndian.Uint32(body[12*i+4:])
		x.subject[i] = binary.LittleEndian.Uint32(body[12*i+8:])
		if int(x.subject[i]) >= len(names) {
			return x, errors.New("the index names a subject that it does not have")
		}
		counts[x.subject[i]]++
	}
	x.names, x.events = names, make([][]uint32, len(names))
	for i, name := range names {
		x.numbers[name] = uint32(i)
		x.events[i] = make([]uint32, 0, counts[i])
	}
	for i, s := range x.subject {
		x.events[s] = append(x.events[s], uint32(i+1))
	}
	return x, nil
}
