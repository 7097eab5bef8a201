package projector

import (
	"sync"

	"github.com/flagledger/flagledger/ledger"
)

// place is one environment of one project.
type place struct{ project, environment string }

// places lists the environments whose ruleset rec may have changed.
func places(st *ledger.State, rec ledger.Recorded) []place {
	p := st.Projects[rec.Subject.Project]
	if p == nil {
		return nil
	}
	switch rec.Subject.Kind {
	case ledger.KindFlag, ledger.KindSegment, ledger.KindProject:
	default:
		return nil
	}
	if env := ledger.EnvironmentOf(rec.Event); env != "" {
		return []place{{p.Key, env}}
	}
	out := make([]place, len(p.Environments))
	for i, env := range p.Environments {
		out[i] = place{p.Key, env.Key}
	}
	return out
}

// views holds the newest snapshot of each environment and who waits for the
// next. A snapshot is made when somebody asks for it: a thousand changes in a
// row cost the readers of the rulesets, not the fold.
type views struct {
	mu        sync.Mutex
	snapshots map[place]*Snapshot
	stale     map[place]bool // touched since its snapshot was made
	subs      map[*Subscription]struct{}
	journal   *Journal
}

func newViews(journal *Journal) views {
	return views{journal: journal, snapshots: map[place]*Snapshot{}, stale: map[place]bool{}, subs: map[*Subscription]struct{}{}}
}

// touch notes that the rulesets of these places may have changed.
func (v *views) touch(touched []place) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, at := range touched {
		v.stale[at] = true
	}
}

// snapshot returns the newest ruleset of a place in st, or nil when there is no
// such place. It is the one before if that is still the newest.
func (v *views) snapshot(st *ledger.State, at place) *Snapshot {
	p := st.Projects[at.project]
	if p == nil {
		return nil
	}
	env := p.Environment(at.environment)
	if env == nil {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	old := v.snapshots[at]
	if old != nil && !v.stale[at] {
		return old
	}
	delete(v.stale, at)
	rs := Build(p, *env)
	if old != nil && old.Ruleset.Revision == rs.Revision {
		return old
	}
	flags, segments := removed(p)
	v.snapshots[at] = newSnapshot(rs, flags, segments)
	v.journal.note(v.snapshots[at])
	return v.snapshots[at]
}

// notify signals the subscribers of the places. A signal that is still
// pending is enough: they read the newest snapshot.
func (v *views) notify(touched []place) {
	if len(touched) == 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for sub := range v.subs {
		for _, at := range touched {
			if sub.at == at || sub.at == (place{}) {
				select {
				case sub.signal <- struct{}{}:
				default:
				}
				break
			}
		}
	}
}

// Snapshot returns the newest ruleset of an environment, or nil when there is
// no such environment. Before Ready it is that of the events folded so far: do
// not serve it. It must not be called inside Read.
func (p *Projector) Snapshot(project, environment string) *Snapshot {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.views.snapshot(p.state, place{project, environment})
}

// Snapshots returns the newest ruleset of every environment. It must not be
// called inside Read.
func (p *Projector) Snapshots() []*Snapshot {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var out []*Snapshot
	for _, project := range p.state.Projects {
		for _, env := range project.Environments {
			out = append(out, p.views.snapshot(p.state, place{project.Key, env.Key}))
		}
	}
	return out
}

// Subscription tells when there is a new snapshot.
type Subscription struct {
	at     place
	signal chan struct{}
	views  *views
}

// Subscribe signals changes of one environment, or of all when both names are
// empty. Close it when done.
func (p *Projector) Subscribe(project, environment string) *Subscription {
	s := &Subscription{at: place{project, environment}, signal: make(chan struct{}, 1), views: &p.views}
	p.views.mu.Lock()
	p.views.subs[s] = struct{}{}
	p.views.mu.Unlock()
	return s
}

// Changed receives after one or more changes; read the snapshot then.
func (s *Subscription) Changed() <-chan struct{} { return s.signal }

// Close ends the subscription. It may be called more than once.
func (s *Subscription) Close() {
	s.views.mu.Lock()
	delete(s.views.subs, s)
	s.views.mu.Unlock()
}
