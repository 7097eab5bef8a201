package hygiene

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
)

// seenAge is how old what is known of evaluations may be: to know it takes
// reading the exposures and events of weeks.
const seenAge = time.Minute

// Inspector assesses projects with what analytics and scans know of their flags.
// It is safe for concurrent use.
type Inspector struct {
	usage  analytics.UsageReader
	scans  Scans
	limits Limits

	mu    sync.Mutex
	known map[[2]string]seenAt // by project and environment
}

type seenAt struct {
	at   time.Time
	seen Seen
}

// NewInspector returns an inspector.
func NewInspector(usage analytics.UsageReader, scans Scans, limits Limits) *Inspector {
	if limits.Decided == 0 {
		limits.Decided = DefaultDecided
	}
	return &Inspector{usage: usage, scans: scans, limits: limits, known: map[[2]string]seenAt{}}
}

// Inspect is Assess of a project that nobody changes meanwhile. An environment
// whose evaluations cannot be read is one that is not known, and err says why:
// the report is good for all that does not depend on it.
func (i *Inspector) Inspect(ctx context.Context, p *ledger.Project, now time.Time) (r Inventory, err error) {
	seen := map[string]Seen{}
	var incomplete []string
	for _, env := range p.Environments {
		s, failed := i.seen(ctx, p.Key, env.Key, now)
		if failed != nil {
			incomplete, err = append(incomplete, env.Key), failed
			continue
		}
		seen[env.Key] = s
	}
	r = Assess(p, seen, i.limits, now)
	r.Incomplete = incomplete
	scans, failed := i.scans.List(ctx, p.Key)
	if failed != nil {
		return r, failed
	}
	r.count(scans)
	return r, err
}

// count adds how often code names the flags.
func (r Inventory) count(scans []Scan) {
	if len(scans) == 0 {
		return
	}
	uses := map[string]int{}
	for _, s := range scans {
		for _, ref := range s.References {
			uses[ref.Flag]++
		}
	}
	for i := range r.Flags {
		n := uses[r.Flags[i].Key]
		r.Flags[i].References = &n
	}
}

func (i *Inspector) seen(ctx context.Context, project, environment string, now time.Time) (Seen, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	at := [2]string{project, environment}
	if had, ok := i.known[at]; ok && now.Sub(had.at) < seenAge {
		return had.seen, nil
	}
	usage, err := i.usage.Usage(ctx, analytics.UsageQuery{
		Project: project, Environment: environment, Since: now.Add(-i.limits.Decided), Events: true,
	})
	if err != nil {
		return nil, fmt.Errorf("read the evaluations of %s/%s: %w", project, environment, err)
	}
	seen := make(Seen, len(usage))
	for flag, u := range usage {
		seen[flag] = u.Last
		if u.Named.After(u.Last) {
			seen[flag] = u.Named
		}
	}
	i.known[at] = seenAt{now, seen}
	return seen, nil
}
