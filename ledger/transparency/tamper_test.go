package transparency

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/flagledger/flagledger/ledger"
)

// forgery is a copy of an export that is being edited, and where.
type forgery struct {
	records []ledger.EventFileRecord
	rng     *rand.Rand
	// first and last event that the edit concerns.
	first, last uint64
}

// forgeries are the ways of the test. Each returns false when it has changed
// nothing.
func forgeries() map[string]func(f *forgery) bool {
	return map[string]func(f *forgery) bool{
		"change a byte of the data": func(f *forgery) bool {
			r := f.pick()
			r.Body[f.rng.IntN(len(r.Body))] ^= byte(1 + f.rng.IntN(255))
			return true
		},
		"change the data and the stated hash": func(f *forgery) bool {
			r := f.pick()
			r.Body[f.rng.IntN(len(r.Body))] ^= byte(1 + f.rng.IntN(255))
			f.restate(r)
			return true
		},
		"change the stated hash": func(f *forgery) bool {
			r := f.pick()
			r.Words[1] = ledger.HashOf("other", nil).String()
			return true
		},
		"change the subject": func(f *forgery) bool {
			r := f.pick()
			r.Words[2] += "x"
			if f.rng.IntN(2) == 0 {
				f.restate(r)
			}
			return true
		},
		"rewrite an event and all that follow on it": func(f *forgery) bool {
			i := f.event()
			f.records[i].Body = bytes.Replace(f.records[i].Body, []byte(`"id":"ann"`), []byte(`"id":"bob"`), 1)
			f.rechain()
			return true
		},
		"rewrite all checkpoints, too, with another key": func(f *forgery) bool {
			i := f.event()
			f.records[i].Body = bytes.Replace(f.records[i].Body, []byte(`"id":"ann"`), []byte(`"id":"bob"`), 1)
			f.rechain()
			f.resign()
			return true
		},
		"drop": func(f *forgery) bool {
			i := f.event()
			f.records = slices.Delete(f.records, i, i+1)
			if f.rng.IntN(2) == 0 {
				f.renumber()
			}
			return true
		},
		"insert": func(f *forgery) bool {
			i, j := f.event(), f.rng.IntN(len(f.records))
			copied := clone(f.records[i : i+1])
			if f.records[j].Kind != ledger.EventRecord {
				return false
			}
			f.first, f.last = f.seq(j), f.seq(j)
			f.records = slices.Insert(f.records, j, copied...)
			if f.rng.IntN(2) == 0 {
				f.renumber()
			}
			return true
		},
		"swap": func(f *forgery) bool {
			i := f.event()
			j := i + 1 + f.rng.IntN(5)
			if j >= len(f.records) || f.records[j].Kind != ledger.EventRecord {
				return false
			}
			f.last = f.seq(j)
			f.records[i], f.records[j] = f.records[j], f.records[i]
			if f.rng.IntN(2) == 0 {
				f.renumber()
			}
			return true
		},
		"end at an earlier checkpoint": func(f *forgery) bool {
			for i := len(f.records) - 1; i > 0; i-- { // a shorter history with an honest end
				if f.records[i].Kind == checkpointRecord && f.rng.IntN(3) > 0 {
					size := f.records[i].Words[0]
					n, _ := strconv.ParseUint(size, 10, 64)
					if n >= 100 {
						continue // shorter, but longer than what the auditor has kept: nothing is wrong
					}
					f.records = append(f.records[:i+1], ledger.EventFileRecord{Kind: endRecord, Words: []string{size}})
					f.first, f.last = n+1, 240
					return true
				}
			}
			return false
		},
	}
}

// event picks an event and notes its place.
func (f *forgery) event() int {
	for {
		i := f.rng.IntN(len(f.records))
		if f.records[i].Kind == ledger.EventRecord {
			f.first = f.seq(i)
			f.last = f.first
			return i
		}
	}
}

func (f *forgery) pick() *ledger.EventFileRecord { return &f.records[f.event()] }

func (f *forgery) seq(i int) uint64 {
	n, _ := strconv.ParseUint(f.records[i].Words[0], 10, 64)
	return n
}

func (f *forgery) restate(r *ledger.EventFileRecord) {
	r.Words[1] = ledger.HashOf(r.Words[2], r.Body).String()
}

// renumber lets the sequences rise by one again.
func (f *forgery) renumber() {
	n := 0
	for i, r := range f.records {
		if r.Kind == ledger.EventRecord {
			n++
			f.records[i].Words[0] = strconv.Itoa(n)
		}
	}
	last := &f.records[len(f.records)-1]
	last.Words = []string{strconv.Itoa(n)}
}

// rechain makes every event name the one before it, and state its own hash.
func (f *forgery) rechain() {
	tips := map[string]ledger.Hash{}
	for i := range f.records {
		r := &f.records[i]
		if r.Kind != ledger.EventRecord {
			continue
		}
		if prev, ok := prevOf(r.Body); ok {
			r.Body = bytes.Replace(r.Body, []byte(prev.String()), []byte(tips[r.Words[2]].String()), 1)
		}
		f.restate(r)
		tips[r.Words[2]] = ledger.HashOf(r.Words[2], r.Body)
	}
}

// resign signs the roots of the forged history by a key of the forger's.
func (f *forgery) resign() {
	var acc Accumulator
	forger, err := OpenKey(forgerDir)
	if err != nil {
		panic(err)
	}
	for i, r := range f.records {
		switch r.Kind {
		case ledger.EventRecord:
			acc.Add(ledger.HashOf(r.Words[2], r.Body))
		case checkpointRecord:
			f.records[i].Body, err = forger.Sign(acc.Size(), acc.Root())
			if err != nil {
				panic(err)
			}
		}
	}
}

var forgerDir string

func clone(records []ledger.EventFileRecord) []ledger.EventFileRecord {
	out := make([]ledger.EventFileRecord, len(records))
	for i, r := range records {
		out[i] = ledger.EventFileRecord{Kind: r.Kind, Words: slices.Clone(r.Words), Body: bytes.Clone(r.Body)}
	}
	return out
}

func recordsOf(t *testing.T, file []byte) []ledger.EventFileRecord {
	t.Helper()
	in := ledger.NewEventFileReader(bytes.NewReader(file), 0)
	var out []ledger.EventFileRecord
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
}

// TestTampering edits copies of an export at random places, in every way, more
// than a thousand times. Each edit must be found, and a finding must name events
// among which it lies.
func TestTampering(t *testing.T) {
	forgerDir = t.TempDir()
	w := newWorld(t)
	file := w.export(t)
	if r := w.verify(t, file); len(r.Findings) > 0 || r.Events != 240 || r.Checkpoints != 9 {
		t.Fatalf("the export itself: %+v", r)
	}
	whole, total := recordsOf(t, file), 0
	for name, forge := range forgeries() {
		t.Run(name, func(t *testing.T) {
			rng, done, exact := rand.New(rand.NewPCG(7, 7)), 0, 0
			for done < 130 {
				f := &forgery{records: clone(whole), rng: rng}
				if !forge(f) {
					continue
				}
				done++
				var forged []byte
				for _, r := range f.records {
					forged = ledger.AppendRecord(forged, r)
				}
				r := w.verify(t, forged)
				if !slices.ContainsFunc(r.Findings, func(x Finding) bool { return x.First <= f.last && f.first <= x.Last }) {
					t.Fatalf("not found, or elsewhere: events %d to %d; findings %v", f.first, f.last, r.Findings)
				}
				if slices.ContainsFunc(r.Findings, func(x Finding) bool { return x.First == f.first && x.Last == f.last }) {
					exact++
				}
			}
			total += done
			t.Logf("%d edits, all found, %d of them to the event", done, exact)
		})
	}
	t.Run("cut off", func(t *testing.T) {
		n := 0
		for at := 0; at < len(file); at += 1 + len(file)/400 {
			r := w.verify(t, file[:at])
			if len(r.Findings) == 0 {
				t.Fatalf("a file cut off at byte %d of %d verifies", at, len(file))
			}
			if last := r.Findings[len(r.Findings)-1]; last.Last < r.Events {
				t.Fatalf("cut off after event %d: %v", r.Events, r.Findings)
			}
			n++
		}
		total += n
		t.Logf("%d cuts, all found", n)
	})
	t.Run("any byte", func(t *testing.T) {
		rng := rand.New(rand.NewPCG(9, 9))
		for range 400 {
			forged := bytes.Clone(file)
			forged[rng.IntN(len(forged))] ^= byte(1 + rng.IntN(255))
			if r := w.verify(t, forged); len(r.Findings) == 0 {
				t.Fatalf("a changed byte was not found")
			}
		}
		total += 400
	})
	t.Logf("%d edits in all, each found", total)
	if total < 1000 {
		t.Errorf("only %d edits", total)
	}
}

// TestFork has the server show two auditors two histories, both signed by its
// own key.
func TestFork(t *testing.T) {
	a := newWorld(t)
	log := newLog(t)
	st, rng := ledger.NewState(), rand.New(rand.NewPCG(3, 4))
	dir := t.TempDir()
	for _, name := range []string{secretFile, publicFile} {
		if err := copyFile(a.keeper.cfg.Dir+"/"+name, dir+"/"+name); err != nil {
			t.Fatal(err)
		}
	}
	b := &world{log: log, keeper: newKeeper(t, log, dir), kept: a.kept}
	history(t, log, st, rng, 150)
	catchUp(t, b.keeper)
	history(t, log, st, rng, 50)
	catchUp(t, b.keeper)
	file := b.export(t)
	if r, err := Verify(bytes.NewReader(file), Trust{Key: a.keeper.Public()}, nil); err != nil || len(r.Findings) > 0 {
		t.Fatalf("who has kept nothing cannot see it: %v %v", r.Findings, err)
	}
	r := b.verify(t, file)
	if len(r.Findings) != 1 || r.Findings[0].First != 1 || r.Findings[0].Last != 100 {
		t.Errorf("findings %v, want the fork within the first 100 events", r.Findings)
	}
	proof, err := b.keeper.Consistency(a.kept.Size, 200)
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckConsistency(proof, 200, b.checkpoint(t).Root, a.kept.Size, a.kept.Root); err == nil {
		t.Error("the fork is proved consistent")
	}
}

// TestSelection takes single events and single flags out of the ledger, and
// then changes them.
func TestSelection(t *testing.T) {
	w := newWorld(t)
	for _, sel := range []struct {
		filter string
		seq    uint64
		many   bool
	}{{ledger.AllSubjects, 1, false}, {ledger.AllSubjects, 77, false}, {ledger.AllSubjects, 240, false}, {"ledger.shop.flag.flag-3", 0, true}} {
		var out bytes.Buffer
		if err := w.keeper.Select(t.Context(), &out, sel.filter, sel.seq); err != nil {
			t.Fatal(err)
		}
		r := w.verify(t, out.Bytes())
		if sel.seq > 0 && sel.seq < 100 {
			r, _ = Verify(bytes.NewReader(out.Bytes()), Trust{Key: w.keeper.Public()}, nil)
		}
		if len(r.Findings) > 0 || !r.Selection || (r.Events > 1) != sel.many {
			t.Fatalf("%+v: %+v", sel, r)
		}
		rng := rand.New(rand.NewPCG(1, sel.seq))
		for range 300 {
			forged := bytes.Clone(out.Bytes())
			forged[rng.IntN(len(forged))] ^= byte(1 + rng.IntN(255))
			if r := w.verify(t, forged); len(r.Findings) == 0 {
				t.Fatalf("a changed byte was not found")
			}
		}
	}
	err := w.keeper.Select(t.Context(), io.Discard, "ledger.shop.flag.flag-3", 241)
	if !errors.Is(err, ErrNotThere) {
		t.Errorf("an event that is not there: %v", err)
	}
}
