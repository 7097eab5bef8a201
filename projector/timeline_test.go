package projector_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/projector/statedir"
)

func states(t *testing.T) *statedir.Dir {
	t.Helper()
	d, err := statedir.Open(statedir.Config{Dir: t.TempDir(), Max: 5}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestTimeline notes the rulesets that are served after each command, and finds
// the same bytes at each of these moments later, whole and in excerpts.
func TestTimeline(t *testing.T) {
	s := open(t)
	rng := rand.New(rand.NewPCG(3, 4))
	served := map[uint64]map[string]string{} // by the ledger's end and the environment
	for step := range 150 {
		s.try(randomCommand(rng, step))
		seen := map[string]string{}
		for _, env := range []string{"prod", "test"} {
			seen[env] = bytesOf(t, s.view, env)
		}
		served[s.end()] = seen
	}
	kept := states(t)
	for seq := range served {
		if seq%17 == 0 { // the states that a server has saved on its way
			st, err := projector.NewTimeline(s.log, nil).At(t.Context(), seq)
			if err != nil {
				t.Fatal(err)
			}
			if err := kept.Keep(t.Context(), st); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, timeline := range map[string]*projector.Timeline{
		"from the beginning": projector.NewTimeline(s.log, nil),
		"from states":        projector.NewTimeline(s.log, kept),
	} {
		t.Run(name, func(t *testing.T) {
			for seq, seen := range served {
				for env, want := range seen {
					checkMoment(t, timeline, seq, env, want)
				}
			}
		})
	}
}

func (s *shop) end() uint64 {
	s.Helper()
	n, err := s.log.End(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	return n
}

// checkMoment compares a moment with what was served then.
func checkMoment(t *testing.T, timeline *projector.Timeline, seq uint64, env, want string) {
	t.Helper()
	snapshot, err := timeline.Ruleset(t.Context(), seq, "shop", env)
	if err != nil {
		t.Fatal(err)
	}
	got, err := snapshot.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Fatalf("%s at %d (-served +found):\n%s", env, seq, diff)
	}
	for key := range 6 {
		flag := fmt.Sprint("flag-", key)
		part, err := timeline.Excerpt(t.Context(), seq, "shop", env, flag)
		if err != nil {
			t.Fatal(err)
		}
		unit := evaluator.NewContext(fmt.Sprint("u", seq%40))
		if a, b := evaluate(t, snapshot, flag, unit), evaluate(t, part, flag, unit); a != b {
			t.Fatalf("%s in %s at %d (-ruleset +excerpt):\n%s", flag, env, seq, cmp.Diff(a, b))
		}
	}
}

// evaluate gives the result of a flag in words, without the ruleset's revision.
func evaluate(t *testing.T, s *projector.Snapshot, flag string, unit evaluator.Context) string {
	t.Helper()
	program, err := s.Program()
	if err != nil {
		t.Fatal(err)
	}
	return revision.ReplaceAllString(program.Explain(flag, unit).String(), "")
}

var revision = regexp.MustCompile(`revision \d+(, )?`)

// TestTimelineAmidACommand asks for moments that nobody has seen.
func TestTimelineAmidACommand(t *testing.T) {
	s := open(t)
	s.do(ledger.CreateFlag{FlagRef: ref("a")})
	before := s.end()
	r := s.do(ledger.CreateProject{Project: "two", Environments: []ledger.Environment{{Key: "x"}, {Key: "y"}}})
	timeline := projector.NewTimeline(s.log, nil)
	for seq := before; seq <= r.Last; seq++ {
		st, err := timeline.At(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		want := before
		if seq == r.Last {
			want = seq
		}
		if st.Seq != want || (st.Projects["two"] != nil) != (seq == r.Last) {
			t.Errorf("at %d of %d to %d: the state after %d", seq, r.First, r.Last, st.Seq)
		}
	}
	for _, seq := range []uint64{0, r.Last + 1} {
		if _, err := timeline.At(t.Context(), seq); !errors.Is(err, projector.ErrAhead) {
			t.Errorf("at %d: %v, want ErrAhead", seq, err)
		}
	}
}

func TestSeqAt(t *testing.T) {
	log := newLog(t)
	view := follow(t, log)
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	l := ledger.New(log, view, func() time.Time { return now })
	s := &shop{T: t, log: log, view: view, l: l}
	s.do(ledger.CreateProject{Project: "shop", Environments: []ledger.Environment{{Key: "prod"}}})
	first := s.end()
	for i := range 9 {
		now = now.Add(time.Minute)
		s.do(ledger.CreateFlag{FlagRef: ref(fmt.Sprint("f", i))})
	}
	timeline := projector.NewTimeline(log, nil)
	start := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]uint64{
		0: first, time.Second: first, time.Minute: first + 1, 90 * time.Second: first + 1,
		9 * time.Minute: first + 9, time.Hour: first + 9,
	} {
		seq, err := timeline.SeqAt(t.Context(), start.Add(after))
		if err != nil || seq != want {
			t.Errorf("SeqAt(+%s) = %d, %v, want %d", after, seq, err, want)
		}
	}
	if _, err := timeline.SeqAt(t.Context(), start.Add(-time.Second)); !errors.Is(err, projector.ErrAhead) {
		t.Errorf("before everything: %v, want ErrAhead", err)
	}
}

// seen is a log that notes where it was followed from.
type seen struct {
	ledger.Log
	from uint64
}

func (s *seen) Follow(ctx context.Context, from uint64, caughtUp func(), fn func(ledger.Stored) error) error {
	s.from = from
	return s.Log.Follow(ctx, from, caughtUp, fn)
}

// run follows log with a projector that keeps states, until it is ready, and
// returns Run's error if it ends before.
func run(t *testing.T, log ledger.Log, cfg projector.Config) (*projector.Projector, error) {
	t.Helper()
	p := projector.New(log, quiet, cfg)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	select {
	case <-p.Ready():
		cancel()
		return p, <-done
	case err := <-done:
		cancel()
		return p, err
	}
}

// TestResume starts again from a saved state and arrives at the same rulesets.
func TestResume(t *testing.T) {
	s := open(t)
	rng := rand.New(rand.NewPCG(5, 6))
	for step := range 120 {
		s.try(randomCommand(rng, step))
	}
	cfg := projector.Config{States: states(t), SaveEvery: 10}
	if _, err := run(t, s.log, cfg); err != nil {
		t.Fatal(err)
	}
	for step := range 20 {
		s.try(randomCommand(rng, step))
	}
	log := &seen{Log: s.log}
	again, err := run(t, log, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if log.from < 10 || log.from > s.end() {
		t.Errorf("followed from %d of %d, want from after a saved state", log.from, s.end())
	}
	for _, env := range []string{"prod", "test"} {
		if diff := cmp.Diff(bytesOf(t, s.view, env), bytesOf(t, again, env)); diff != "" {
			t.Errorf("%s (-folded from the beginning +resumed):\n%s", env, diff)
		}
	}
}

// TestResumeOnAnotherLedger must not serve a state that the ledger did not lead to.
func TestResumeOnAnotherLedger(t *testing.T) {
	s := open(t)
	for i := range 20 {
		s.do(ledger.CreateFlag{FlagRef: ref(fmt.Sprint("f", i))})
	}
	cfg := projector.Config{States: states(t), SaveEvery: 10}
	if _, err := run(t, s.log, cfg); err != nil {
		t.Fatal(err)
	}
	shorter, rewritten := open(t), open(t)
	for i := range 20 {
		rewritten.do(ledger.CreateFlag{FlagRef: ref(fmt.Sprint("g", i))})
	}
	for name, log := range map[string]ledger.Log{"shorter": shorter.log, "rewritten": rewritten.log} {
		if _, err := run(t, log, cfg); !errors.Is(err, ledger.ErrHole) {
			t.Errorf("%s: %v, want ErrHole", name, err)
		}
	}
}
