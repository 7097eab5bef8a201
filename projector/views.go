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
// next.
type views struct {
	mu        sync.RWMutex
	snapshots map[place]*Snapshot
	subs      map[*Subscription]struct{}
}

func newViews() views {
	return views{snapshots: map[place]*Snapshot{}, subs: map[*Subscription]struct{}{}}
}

func (v *views) rebuildAll(st *ledger.State) {
	var all []place
	for _, p := range st.Projects {
		for _, env := range p.Environments {
			all = append(all, place{p.Key, env.Key})
		}
	}
	v.rebuild(st, all)
}

// rebuild makes the snapshots of the places whose revision moved.
func (v *views) rebuild(st *ledger.State, touched []place) {
	done := map[place]bool{}
	for _, at := range touched {
		p := st.Projects[at.project]
		if done[at] || p == nil {
			continue
		}
		done[at] = true
		env := p.Environment(at.environment)
		if env == nil {
			continue
		}
		rs := Build(p, *env)
		v.mu.Lock()
		if old := v.snapshots[at]; old == nil || old.Ruleset.Revision < rs.Revision {
			flags, segments := removed(p)
			v.snapshots[at] = newSnapshot(rs, flags, segments)
		}
		v.mu.Unlock()
	}
}

// notify signals the subscribers of the places. A signal that is still
// pending is enough: they read the newest snapshot.
func (v *views) notify(touched []place) {
	if len(touched) == 0 {
		return
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
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
// no such environment.
func (p *Projector) Snapshot(project, environment string) *Snapshot {
	p.views.mu.RLock()
	defer p.views.mu.RUnlock()
	return p.views.snapshots[place{project, environment}]
}

// Snapshots returns the newest ruleset of every environment.
func (p *Projector) Snapshots() []*Snapshot {
	p.views.mu.RLock()
	defer p.views.mu.RUnlock()
	out := make([]*Snapshot, 0, len(p.views.snapshots))
	for _, s := range p.views.snapshots {
		out = append(out, s)
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
