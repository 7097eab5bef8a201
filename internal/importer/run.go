package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// Import is a file that is to be imported.
type Import struct {
	Path    string
	Mapping Mapping
	Target  Target
	// Send gives a batch to the server and returns when that has it. Sending a
	// batch again has no effect.
	Send func(ctx context.Context, b analytics.Batch) error
	// Report is told now and then how far the import is; nil is not.
	Report func(Progress)
	// Now is the clock; an item cannot be of the future.
	Now func() time.Time
}

// Progress is how far an import is.
type Progress struct {
	Rows      int64   `json:"rows"`
	Rejected  int64   `json:"rejected"` // of the rows
	Exposures int64   `json:"exposures"`
	Events    int64   `json:"events"`
	Done      float64 `json:"done"`    // of the file, in [0,1]
	Resumed   int64   `json:"resumed"` // rows that an earlier run had imported
}

// maxItems bounds a batch: what the server takes at once, by number and size.
const maxItems = 2000

// Run imports the file, or what an earlier run that was cut off has left of it.
// Rows that cannot be imported are in the file that Rejects names; that there
// are some is no error.
func (i Import) Run(ctx context.Context) (Progress, error) {
	if err := i.Mapping.check(i.Target); err != nil {
		return Progress{}, fmt.Errorf("import %s: %w", i.Path, err)
	}
	r := run{Import: i}
	err := r.start()
	if err == nil {
		err = r.all(ctx)
		err = errors.Join(err, r.source.close(), r.rejects.close())
	}
	if err == nil {
		err = os.Remove(i.checkpoint())
	}
	if err != nil {
		return r.progress, fmt.Errorf("import %s: %w", i.Path, err)
	}
	return r.progress, nil
}

// run is one run of an import.
type run struct {
	Import
	name     string // of the file and what is made of it: the beginning of the names of batches
	source   source
	rejects  *rejects
	progress Progress
	saved    saved
	batch    analytics.Batch
}

// saved is what is kept beside the file: all rows up to Rows are with the
// server, or in the first RejectBytes of the reject file.
type saved struct {
	Name        string   `json:"name"`
	Batches     int      `json:"batches"`
	Progress    Progress `json:"progress"`
	RejectBytes int64    `json:"rejectBytes"`
}

func (i Import) checkpoint() string { return i.Path + ".import" }

// Rejects is the file of the rows that were not imported.
func (i Import) Rejects() string { return i.Path + ".rejects.csv" }

func (r *run) start() (err error) {
	if r.name, err = r.fingerprint(); err != nil {
		return err
	}
	text, err := os.ReadFile(r.checkpoint())
	if err == nil {
		err = json.Unmarshal(text, &r.saved)
	}
	if err != nil || r.saved.Name != r.name { // none, or of another file
		r.saved = saved{Name: r.name}
	}
	r.progress = r.saved.Progress
	r.progress.Resumed = r.progress.Rows
	columns := r.Mapping.columns()
	if r.source, err = open(r.Path, columns); err != nil {
		return err
	}
	if r.rejects, err = openRejects(r.Rejects(), columns, r.saved.RejectBytes); err != nil {
		return errors.Join(err, r.source.close())
	}
	return nil
}

// fingerprint names the file by what is in it, and what is made of it.
func (r *run) fingerprint() (string, error) {
	file, err := os.Open(r.Path)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	if err := errors.Join(err, file.Close(), json.NewEncoder(sum).Encode([]any{r.Mapping, r.Target})); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

// all imports the rows that are left.
func (r *run) all(ctx context.Context) error {
	for n := int64(0); ; n++ {
		fields, err := r.source.next()
		if errors.Is(err, io.EOF) {
			return r.flush(ctx)
		}
		if n < r.saved.Progress.Rows {
			continue
		}
		var bad *rowError
		if err != nil && !errors.As(err, &bad) {
			return fmt.Errorf("row %d: %w", n+1, err)
		}
		r.progress.Rows++
		if err == nil {
			err = r.add(fields)
		}
		if err != nil {
			r.progress.Rejected++
			if err := r.rejects.add(n+1, err.Error(), fields); err != nil {
				return err
			}
		}
		if r.batch.Len() >= maxItems || n%maxItems == maxItems-1 {
			if err := r.flush(ctx); err != nil {
				return err
			}
		}
	}
}

// add puts what a row says into the batch.
func (r *run) add(fields row) error {
	items, err := r.Mapping.items(fields, r.Target)
	if err != nil {
		return err
	}
	items.Recorded = true
	if _, rejected := items.Split(r.Now()); len(rejected) > 0 {
		p := rejected[0].Problems[0]
		_, field, _ := strings.Cut(p.Path, ".")
		return errors.New(field + " " + p.Message)
	}
	r.batch.Exposures = append(r.batch.Exposures, items.Exposures...)
	r.batch.Events = append(r.batch.Events, items.Events...)
	r.progress.Exposures += int64(len(items.Exposures))
	r.progress.Events += int64(len(items.Events))
	return nil
}

// flush sends the batch and keeps how far the import is.
func (r *run) flush(ctx context.Context) error {
	if r.batch.Len() > 0 {
		r.saved.Batches++
		r.batch.ID = fmt.Sprintf("import-%s-%d", r.name, r.saved.Batches)
		r.batch.SDK = "flagledger-import"
		if err := r.Send(ctx, r.batch); err != nil {
			return err
		}
		r.batch = analytics.Batch{}
	}
	r.progress.Done = r.source.done()
	if r.Report != nil {
		r.Report(r.progress)
	}
	var err error
	if r.saved.RejectBytes, err = r.rejects.flush(); err != nil {
		return err
	}
	r.saved.Progress = r.progress
	return r.save()
}

// save replaces the checkpoint.
func (r *run) save() error {
	text, err := json.Marshal(r.saved)
	if err != nil {
		return err
	}
	next := r.checkpoint() + ".new"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, r.checkpoint())
}
