package workflow

import (
	"testing"
	"time"
)

// TestLooksAreThinnedOut remembers ten thousand looks.
func TestLooksAreThinnedOut(t *testing.T) {
	e := &Engine{looks: looks{}}
	begin := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	const all = 10_000
	for i := range all {
		e.looks.add(7, Looked{At: begin.Add(time.Duration(i) * time.Second)})
		got := e.Looks(7)
		if len(got) > keptLooks+1 || !got[0].At.Equal(begin) || !got[len(got)-1].At.Equal(begin.Add(time.Duration(i)*time.Second)) {
			t.Fatalf("after %d: %d looks from %s to %s", i+1, len(got), got[0].At, got[len(got)-1].At)
		}
	}
	got := e.Looks(7)
	widest := time.Duration(0)
	for i := range got[1:] {
		widest = max(widest, got[i+1].At.Sub(got[i].At))
	}
	if len(got) < keptLooks/2 || widest > all*time.Second/(keptLooks/2) {
		t.Errorf("%d looks, at most %s apart", len(got), widest)
	}
	if e.Looks(8) != nil {
		t.Error("a rollout that was never looked at has looks")
	}
}

func TestLooksOfEndedRolloutsGoFirst(t *testing.T) {
	l := looks{}
	running := map[uint64]time.Time{}
	for start := uint64(1); start <= keptRollouts+100; start++ {
		l.add(start, Looked{})
		if start%2 == 0 {
			running[start] = time.Time{}
		}
	}
	l.trim(running)
	if len(l) != keptRollouts {
		t.Errorf("%d are kept", len(l))
	}
	for start := range running {
		if l[start] == nil {
			t.Errorf("%d is running and forgotten", start)
		}
	}
}
