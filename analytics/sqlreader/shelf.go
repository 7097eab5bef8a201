package sqlreader

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// Kept is what was counted for a question, as a Source keeps it from one life of
// the process to the next. It is a copy: what gets lost is counted again.
type Kept struct {
	Key      string // of letters and digits
	Question []byte // that Refresh asks again; nil for others
	Data     []byte
}

// KeptFor is how long a Source keeps what nobody asks for.
const KeptFor = 3 * 24 * time.Hour

// Counting that takes slow is worth keeping, and what is brought up to date is
// kept again after keepEvery.
const (
	slow      = time.Second
	keepEvery = 10 * time.Minute
)

// shelfFormat changes when what is counted, or how it is written, does.
const shelfFormat = "1"

// shelf is what is to be kept, and what is to be asked again.
type shelf struct {
	mu      sync.Mutex
	due     []Kept
	failed  error // of keeping, since the last Refresh
	loaded  bool  // the questions of earlier lives
	pending []question
}

// question is a result that somebody has asked for, while its data go on.
type question struct {
	Query analytics.ResultQuery
	Asked time.Time
}

// written is an answer as it is kept.
type written struct {
	Written uint64
	Until   time.Time
	Strata  int
	Counted time.Time
	Counts  json.RawMessage
}

func keyOf(name string) string {
	sum := sha256.Sum256([]byte(shelfFormat + name))
	return hex.EncodeToString(sum[:16])
}

// recall fills an answer that this process has not counted yet.
func recall[T counts[T]](ctx context.Context, v *view, x *answer) error {
	if x.recalled {
		return nil
	}
	x.recalled = true
	query := fmt.Sprintf("SELECT %s FROM answers WHERE name = @key ORDER BY kept_at DESC LIMIT 1", fmt.Sprintf(v.text, "data"))
	data, err := v.texts(ctx, query, sql.Named("key", keyOf(x.name)))
	if err != nil || len(data) == 0 {
		return err
	}
	var w written
	var known T
	if json.Unmarshal([]byte(data[0]), &w) != nil || json.Unmarshal(w.Counts, &known) != nil {
		return nil //nolint:nilerr // counted again
	}
	x.counts, x.at, x.strata, x.counted = known, moment{w.Written, w.Until}, w.Strata, w.Counted
	x.slow, x.kept = true, time.Now()
	return nil
}

// keep notes that an answer is to be kept, if that is worth while.
func (s *shelf) keep(x *answer, fresh bool) error {
	if !x.slow || !fresh && time.Since(x.kept) < keepEvery {
		return nil
	}
	x.kept = time.Now()
	text, err := json.Marshal(x.counts)
	if err != nil {
		return err
	}
	k := Kept{Key: keyOf(x.name)}
	if k.Data, err = json.Marshal(written{x.at.written, x.at.until, x.strata, x.counted, text}); err != nil {
		return err
	}
	if x.question != nil {
		if k.Question, err = json.Marshal(x.question); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.due = append(s.due, k)
	return nil
}

// store gives what is due to the source, which must not be in use by the caller:
// that could need a second connection while all are taken. What cannot be kept is
// counted again, so the answer stands; Refresh tells of the failure.
func (r *Reader) store(ctx context.Context) {
	r.shelf.mu.Lock()
	due := r.shelf.due
	r.shelf.due = nil
	r.shelf.mu.Unlock()
	for _, k := range due {
		if err := r.source.Keep(ctx, k); err != nil {
			r.shelf.mu.Lock()
			r.shelf.failed = fmt.Errorf("keep an answer: %w", err)
			r.shelf.mu.Unlock()
		}
	}
}

// asks notes what an answer is to.
func (x *answer) asks(q question) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.question = &q
}

// noteSlow remembers the question whose answer this is, if that took long.
func (r *Reader) noteSlow(name string) {
	x := r.kept.find(name)
	x.mu.Lock()
	q, slow := x.question, x.slow
	x.mu.Unlock()
	if q != nil && slow {
		r.note(*q)
	}
}

// note remembers a question.
func (r *Reader) note(q question) {
	r.shelf.mu.Lock()
	defer r.shelf.mu.Unlock()
	same := func(o question) bool { return sameQuestion(o.Query, q.Query) }
	r.shelf.pending = append(slices.DeleteFunc(r.shelf.pending, same), q)
}

func sameQuestion(a, b analytics.ResultQuery) bool {
	a.Until, b.Until = time.Time{}, time.Time{}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// Refresh asks again, with the data until now, what was asked in the last days
// and took long, so that whoever asks next waits for little. It may run beside
// other queries, one at a time.
func (r *Reader) Refresh(ctx context.Context, now time.Time) error {
	if err := r.loadQuestions(ctx); err != nil {
		return err
	}
	r.shelf.mu.Lock()
	pending := slices.DeleteFunc(r.shelf.pending, func(q question) bool { return now.Sub(q.Asked) > KeptFor })
	r.shelf.pending = slices.Clone(pending)
	errs := []error{r.shelf.failed}
	r.shelf.failed = nil
	r.shelf.mu.Unlock()
	for _, q := range pending {
		q.Query.Until = now
		_, err := r.results(ctx, q.Query, q.Asked)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// loadQuestions reads, once, what was asked before this process began.
func (r *Reader) loadQuestions(ctx context.Context) error {
	r.shelf.mu.Lock()
	loaded := r.shelf.loaded
	r.shelf.mu.Unlock()
	if loaded {
		return nil
	}
	var found []question
	err := r.source.View(ctx, func(q Querier, _ uint64) error {
		v := &view{Dialect: r.dialect, querier: q}
		all, err := v.texts(ctx, fmt.Sprintf("SELECT %s FROM answers WHERE question <> '' ORDER BY kept_at", fmt.Sprintf(v.text, "question")))
		for _, text := range all {
			var asked question
			if json.Unmarshal([]byte(text), &asked) == nil && asked.Query.Flag != "" {
				found = append(found, asked)
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read earlier questions: %w", err)
	}
	for _, q := range found {
		r.note(q)
	}
	r.shelf.mu.Lock()
	defer r.shelf.mu.Unlock()
	r.shelf.loaded = true
	return nil
}

// texts reads the texts of a column.
func (v *view) texts(ctx context.Context, query string, args ...any) (all []string, err error) {
	err = v.rows(ctx, query, args, func(rows *sql.Rows) error {
		var raw any
		if err := rows.Scan(&raw); err != nil {
			return err
		}
		text, err := textOf(raw)
		all = append(all, text)
		return err
	})
	return all, err
}
