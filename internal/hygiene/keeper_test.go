package hygiene_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/internal/hygiene"
	"github.com/flagledger/flagledger/internal/hygiene/hygienetest"
	"github.com/flagledger/flagledger/ledger"
)

// office is a ledger of one project that writes down what it is told to do.
type office struct {
	project *ledger.Project
	away    bool // analytics does not answer
	err     error
	done    []string
}

func (o *office) Projects(context.Context) ([]*ledger.Project, error) {
	return []*ledger.Project{o.project}, nil
}

func (o *office) Usage(context.Context, analytics.UsageQuery) (map[string]analytics.Usage, error) {
	if o.away {
		return nil, errors.New("analytics is away")
	}
	return nil, nil
}

func (o *office) Do(_ context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error) {
	o.done = append(o.done, fmt.Sprintf("%T %s at %d", cmd, meta.CommandID, meta.IfSeq))
	return ledger.Receipt{}, o.err
}

func TestKeeper(t *testing.T) {
	stale := &ledger.Staleness{At: ago(1), Since: ago(30)}
	for _, tt := range []struct {
		name    string
		change  func(*ledger.Flag)
		away    bool
		refused error
		want    []string
		fails   bool
	}{
		{"turned stale", func(f *ledger.Flag) { serve(f, "prod", "on", 30) }, false, nil, []string{"ledger.RecordStale wf.stale.7 at 7"}, false},
		{"recorded already", func(f *ledger.Flag) {
			serve(f, "prod", "on", 30)
			f.Stale = stale
		}, false, nil, nil, false},
		{"stale no more", func(f *ledger.Flag) {
			serve(f, "prod", "on", 3)
			f.Stale = stale
		}, false, nil, []string{"ledger.EndStale wf.stale.7 at 7"}, false},
		{"archived", func(f *ledger.Flag) { f.Archived, f.Stale = true, stale }, false, nil, []string{"ledger.EndStale wf.stale.7 at 7"}, false},
		{"perhaps no more: not everything is known", func(f *ledger.Flag) {
			serve(f, "prod", "on", 3)
			f.Stale = stale
		}, true, nil, nil, true},
		{"stale by the ledger alone", func(f *ledger.Flag) { serve(f, "prod", "on", 30) }, true, nil, []string{"ledger.RecordStale wf.stale.7 at 7"}, true},
		{"changed meanwhile", func(f *ledger.Flag) { serve(f, "prod", "on", 30) }, false, ledger.ErrChanged, []string{"ledger.RecordStale wf.stale.7 at 7"}, false},
		{"the ledger is away", func(f *ledger.Flag) { serve(f, "prod", "on", 30) }, false, ledger.ErrUnavailable, []string{"ledger.RecordStale wf.stale.7 at 7"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := flag(tt.change)
			f.Seq = 7
			o := &office{away: tt.away, err: tt.refused, project: &ledger.Project{
				Key: "shop", Environments: []ledger.Environment{{Key: "prod", Production: true}}, Flags: map[string]*ledger.Flag{"f": f},
			}}
			inspector := hygiene.NewInspector(o, &hygienetest.Scans{}, hygiene.Limits{})
			k, err := hygiene.NewKeeper(o, inspector, o, time.Hour, slog.New(slog.DiscardHandler), func() time.Time { return now })
			if err != nil {
				t.Fatal(err)
			}
			if err := k.Look(t.Context()); (err != nil) != tt.fails {
				t.Errorf("Look: %v", err)
			}
			if !slices.Equal(o.done, tt.want) {
				t.Errorf("done %q, want %q", o.done, tt.want)
			}
		})
	}
}
