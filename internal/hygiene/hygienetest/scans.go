// Package hygienetest has a store of scans for tests.
package hygienetest

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/flagledger/flagledger/internal/hygiene"
)

var _ hygiene.Scans = (*Scans)(nil)

// Scans keeps scans in memory. The zero value is empty.
type Scans struct {
	mu   sync.Mutex
	kept map[string]map[string]hygiene.Scan // by project and repository
}

// Save implements hygiene.Scans.
func (s *Scans) Save(_ context.Context, project string, scan hygiene.Scan) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = map[string]map[string]hygiene.Scan{}
	}
	if s.kept[project] == nil {
		s.kept[project] = map[string]hygiene.Scan{}
	}
	s.kept[project][scan.Repository] = scan
	return nil
}

// List implements hygiene.Scans.
func (s *Scans) List(_ context.Context, project string) ([]hygiene.Scan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	scans := []hygiene.Scan{}
	for _, repository := range slices.Sorted(maps.Keys(s.kept[project])) {
		scans = append(scans, s.kept[project][repository])
	}
	return scans, nil
}

// Drop implements hygiene.Scans.
func (s *Scans) Drop(_ context.Context, project, repository string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept[project], repository)
	return nil
}
