package analytics_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
)

// pruning notes when it is called, and for what.
type pruning struct {
	start time.Time
	calls [][2]time.Duration // since start: the call, and the time it was given
	fails int                // first calls that fail
}

func (p *pruning) Prune(_ context.Context, before time.Time) (int64, error) {
	p.calls = append(p.calls, [2]time.Duration{time.Since(p.start), before.Sub(p.start)})
	if len(p.calls) <= p.fails {
		return 0, errors.New("the disk is full")
	}
	return 17, nil
}

const day = 24 * time.Hour

func TestRetention(t *testing.T) {
	for _, tt := range []struct {
		name  string
		keep  time.Duration
		fails int
		want  [][2]time.Duration
		log   string
	}{
		{"at once, then daily", 30 * day, 0, [][2]time.Duration{{0, -30 * day}, {day, -29 * day}, {2 * day, -28 * day}}, "removed=17"},
		{"again after a failure", 30 * day, 1, [][2]time.Duration{{0, -30 * day}, {time.Hour, -30*day + time.Hour}, {25 * time.Hour, -29*day + time.Hour}, {49 * time.Hour, -28*day + time.Hour}}, "disk is full"},
		{"for ever", 0, 0, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &pruning{start: time.Now(), fails: tt.fails}
				var out bytes.Buffer
				r, err := analytics.NewRetention(p, tt.keep, slog.New(slog.NewTextHandler(&out, nil)), time.Now)
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 49*time.Hour+1)
				defer cancel()
				if err := r.Run(ctx); err != nil {
					t.Errorf("Run: %v", err)
				}
				if diff := cmp.Diff(tt.want, p.calls); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
				if !strings.Contains(out.String(), tt.log) || tt.log == "" && out.Len() > 0 {
					t.Errorf("log %q, want %q in it", out.String(), tt.log)
				}
			})
		})
	}
}

func TestRetentionOutOfRange(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	for name, err := range map[string]error{
		"an hour":   second(analytics.NewRetention(&pruning{}, time.Hour, log, time.Now)),
		"negative":  second(analytics.NewRetention(&pruning{}, -day, log, time.Now)),
		"no pruner": second(analytics.NewRetention(nil, day, log, time.Now)),
	} {
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }
