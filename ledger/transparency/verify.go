package transparency

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

// Finding is one thing that is wrong with an export, and where: it lies with the
// events from First to Last, both included.
type Finding struct {
	First uint64 `json:"first,string"`
	Last  uint64 `json:"last,string"`
	What  string `json:"what"`
}

func (f Finding) String() string {
	if f.First == f.Last {
		return fmt.Sprintf("event %d: %s", f.First, f.What)
	}
	return fmt.Sprintf("events %d to %d: %s", f.First, f.Last, f.What)
}

// Report is what Verify found.
type Report struct {
	Origin string `json:"origin"`
	// Events is how many were read.
	Events uint64 `json:"events,string"`
	// Checkpoints is how many were right.
	Checkpoints int `json:"checkpoints"`
	// Newest is the last checkpoint that was right.
	Newest Checkpoint `json:"-"`
	// Selection says that the file has some events only, each with its proof.
	Selection bool `json:"selection"`
	// Findings are in the order of the file; there are no more than MaxFindings.
	Findings []Finding `json:"findings"`
}

// MaxFindings bounds a report.
const MaxFindings = 100

// Trust is what a verifier brings along.
type Trust struct {
	// Key is the verifier key of the ledger. It must not come from the file.
	Key string
	// Kept are checkpoints of earlier times: the history must begin with what
	// they stand for.
	Kept []Checkpoint
}

// Verify reads an export and checks everything that it states. The error is
// about reading; what is wrong with the content is in the report. progress is
// called with the bytes read, now and then; it may be nil.
func Verify(r io.Reader, trust Trust, progress func(int64)) (*Report, error) {
	v := &verifier{
		trust: trust, report: &Report{Findings: []Finding{}}, tips: map[string]verified{},
		in: ledger.NewEventFileReader(r, 0),
	}
	for n := 0; ; n++ {
		if n%4096 == 0 && progress != nil {
			progress(v.in.Offset())
		}
		rec, err := v.in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if !v.broken(err) {
				return nil, err
			}
			break
		}
		v.record(rec)
	}
	v.end()
	return v.report, nil
}

// verified is the newest event of a subject.
type verified struct {
	seq     uint64
	hash    ledger.Hash
	chained bool
}

// verifier is a Verify at work.
type verifier struct {
	trust  Trust
	report *Report
	in     *ledger.EventFileReader
	tips   map[string]verified // by subject

	acc    Accumulator
	last   uint64      // sequence of the newest event read
	hash   ledger.Hash // of it
	good   uint64      // events up to the newest checkpoint that was right
	wrong  bool        // a root was wrong: later ones are, too
	proved bool        // the newest event of a selection
	ended  bool
	seen   int // records
}

func (v *verifier) find(first, last uint64, format string, args ...any) {
	if len(v.report.Findings) < MaxFindings {
		v.report.Findings = append(v.report.Findings, Finding{min(first, last), last, fmt.Sprintf(format, args...)})
	}
}

// broken notes that the file cannot be read on, unless err is about something
// else than what is in it.
func (v *verifier) broken(err error) bool {
	if !errors.Is(err, ledger.ErrCutOff) && !bytes.Contains([]byte(err.Error()), []byte("at byte ")) {
		return false
	}
	v.find(v.last+1, v.last+1, "the file is broken here: %v", err)
	v.ended = true
	return true
}

func (v *verifier) record(rec ledger.EventFileRecord) {
	if v.ended {
		v.find(v.last+1, v.last+1, "there is a record %q after the end", rec.Kind)
		return
	}
	if first := v.seen == 0; first != (rec.Kind == headerRecord) {
		v.find(v.last+1, v.last+1, "the record %q stands where %s", rec.Kind,
			map[bool]string{true: "the header belongs", false: "no header belongs"}[first])
	}
	v.seen++
	switch rec.Kind {
	case headerRecord:
		v.header(rec)
	case ledger.EventRecord:
		v.event(rec)
	case checkpointRecord:
		v.checkpoint(rec)
	case proofRecord:
		v.proof(rec)
	case endRecord:
		v.ended = true
		if n := fmt.Sprint(v.report.Events); len(rec.Words) != 1 || rec.Words[0] != n {
			v.find(v.last+1, v.last+1, "the end states %q events, the file has %s", rec.Words, n)
		}
	default:
		v.find(v.last+1, v.last+1, "there is a record of the unknown kind %q", rec.Kind)
	}
}

func (v *verifier) header(rec ledger.EventFileRecord) {
	if len(rec.Words) != 2 || rec.Words[0] != version {
		v.find(0, 0, "the header %q is not one of version %s", rec.Words, version)
		return
	}
	v.report.Origin = rec.Words[1]
	if name, _, _ := strings.Cut(v.trust.Key, "+"); name != rec.Words[1] {
		v.find(0, 0, "the file is of the ledger %q, the key that you trust is of %q", rec.Words[1], name)
	}
	if string(rec.Body) != v.trust.Key {
		v.find(0, 0, "the file names the key %s, which is not the one that you trust", rec.Body)
	}
}

func (v *verifier) event(rec ledger.EventFileRecord) {
	v.settle()
	s, stated, err := rec.Event()
	if err != nil {
		v.find(v.last+1, v.last+1, "%v", err)
		return
	}
	v.order(s.Seq)
	h := s.Hash()
	if h != stated {
		v.find(s.Seq, s.Seq, "its bytes are not those of the hash that it states: it was changed")
	}
	v.chain(s, h)
	v.acc.Add(h)
	v.last, v.hash, v.proved = s.Seq, h, false
	v.report.Events++
	for _, kept := range v.trust.Kept {
		if !v.report.Selection && kept.Size == v.acc.Size() && kept.Root != v.acc.Root() {
			v.find(1, kept.Size, "they are not those of the checkpoint that you have kept: the history was forked")
		}
	}
}

// order looks for what is missing or comes twice.
func (v *verifier) order(seq uint64) {
	switch {
	case seq <= v.last:
		v.find(seq, v.last+1, "event %d comes after event %d: inserted or swapped", seq, v.last)
	case seq > v.last+1 && !v.report.Selection:
		v.find(v.last+1, seq, "missing before event %d", seq)
	}
}

// chain compares an event's word for the one before it on its subject with that.
func (v *verifier) chain(s ledger.Stored, h ledger.Hash) {
	tip := v.tips[s.Subject]
	prev, named := prevOf(s.Data)
	unknown := v.report.Selection && tip.seq == 0 // it may begin anywhere
	if (named || tip.chained) && prev != tip.hash && !unknown {
		v.find(max(tip.seq, 1), s.Seq, "event %d names %s as the one before it on %s, which is event %d, %s: one of them was changed, or one between them",
			s.Seq, prev, s.Subject, tip.seq, tip.hash)
	}
	v.tips[s.Subject] = verified{s.Seq, h, tip.chained || named}
}

// prevOf reads the field prev of a stored event, which stands before its data.
func prevOf(stored []byte) (ledger.Hash, bool) {
	var h ledger.Hash
	head, _, _ := bytes.Cut(stored, []byte(`,"data":`))
	_, rest, ok := bytes.Cut(head, []byte(`,"prev":"`))
	text, _, closed := bytes.Cut(rest, []byte(`"`))
	if !ok || !closed || h.UnmarshalText(text) != nil {
		return ledger.Hash{}, false
	}
	return h, true
}

func (v *verifier) checkpoint(rec ledger.EventFileRecord) {
	v.settle()
	c, err := Open(rec.Body, v.trust.Key)
	if err != nil {
		v.find(v.good+1, max(v.last, v.good+1), "%v; the one before it is of event %d", err, v.good)
		return
	}
	if len(rec.Words) != 1 || rec.Words[0] != strconv.FormatUint(c.Size, 10) {
		v.find(v.last, v.last, "a checkpoint of %d events is filed under %q", c.Size, rec.Words)
	}
	if v.report.Events == 0 && c.Size > 0 && v.report.Newest.Size == 0 {
		v.report.Selection, v.report.Newest = true, c
		v.report.Checkpoints++
		v.compareKept(c)
		return
	}
	switch root := v.acc.Root(); {
	case v.report.Selection:
		v.find(v.last, v.last, "a selection has one checkpoint only")
	case c.Size != v.acc.Size():
		v.find(min(v.last, c.Size)+1, max(v.last, c.Size)+1, "a checkpoint of %d events stands after %d: some are missing or were inserted", c.Size, v.acc.Size())
	case c.Root != root && !v.wrong:
		v.find(v.good+1, c.Size, "they do not lead to the signed root; up to event %d all is as it was signed", v.good)
		v.wrong = true
	case c.Root == root:
		v.good, v.report.Newest = c.Size, c
		v.report.Checkpoints++
	}
}

func (v *verifier) compareKept(c Checkpoint) {
	for _, kept := range v.trust.Kept {
		if kept.Size == c.Size && kept.Root != c.Root {
			v.find(1, c.Size, "they are not those of the checkpoint that you have kept: the history was forked")
		}
	}
}

// proof checks the proof of the event before it.
func (v *verifier) proof(rec ledger.EventFileRecord) {
	c := v.report.Newest
	want := []string{strconv.FormatUint(v.last, 10), strconv.FormatUint(c.Size, 10)}
	if !v.report.Selection || len(rec.Words) != 2 || rec.Words[0] != want[0] || rec.Words[1] != want[1] {
		v.find(v.last, v.last, "the proof %q does not belong to it", rec.Words)
		return
	}
	var proof []ledger.Hash
	for line := range bytes.SplitSeq(rec.Body, []byte("\n")) {
		var h ledger.Hash
		if len(line) == 0 {
			continue
		}
		if err := h.UnmarshalText(line); err != nil {
			v.find(v.last, v.last, "its proof: %v", err)
			return
		}
		proof = append(proof, h)
	}
	if err := CheckInclusion(proof, c.Size, c.Root, v.last, v.hash); err != nil {
		v.find(v.last, v.last, "it is not in the ledger that was signed: %v", err)
	}
	v.proved = true
}

// settle demands the proof of the newest event of a selection.
func (v *verifier) settle() {
	if v.report.Selection && v.last > 0 && !v.proved {
		v.find(v.last, v.last, "it comes without a proof")
	}
}

// end looks at what is missing at the end.
func (v *verifier) end() {
	v.settle()
	switch {
	case !v.ended:
		v.find(v.last+1, v.last+1, "the file ends here, without saying so: it was cut off")
	case !v.report.Selection && !v.wrong && v.good != v.acc.Size():
		v.find(v.good+1, v.last, "no checkpoint stands for them")
	}
	for _, kept := range v.trust.Kept {
		if size := max(v.good, v.report.Newest.Size, v.last); kept.Size > size {
			v.find(size+1, kept.Size, "the file ends before the checkpoint of %d events that you have kept", kept.Size)
		}
	}
}
