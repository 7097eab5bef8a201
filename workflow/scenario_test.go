package workflow_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

var update = flag.Bool("update", false, "rewrite the decisions of the scenarios; read the diff before you commit it")

// TestScenarios plays testdata/rollouts: see the README there for how a
// scenario is written.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/rollouts/*.txtar")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, section(t, archive, "plan.json"), string(section(t, archive, "ticks")))
			want := string(section(t, archive, "decisions"))
			if got == want {
				return
			}
			if !*update {
				t.Fatalf("decisions (-want +got):\n%s", cmp.Diff(want, got))
			}
			for i := range archive.Files {
				if archive.Files[i].Name == "decisions" {
					archive.Files[i].Data = []byte(got)
				}
			}
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func section(t *testing.T, a *txtar.Archive, name string) []byte {
	t.Helper()
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	t.Fatalf("the scenario has no section %q", name)
	return nil
}

// watermark is that of the scenarios' plans: a tick that ends a period comes
// this much later, when the period's bucket is closed.
const watermark = 10 * time.Second

// scenario is one story while it is played.
type scenario struct {
	t       *testing.T
	began   time.Time
	now     time.Time
	book    *book
	traffic *traffic
	probes  *probes
	engine  *workflow.Engine
	level   period // exposed and mixed, which stay until they are said anew
	behind  time.Duration
	out     bytes.Buffer
}

// play gives the decisions that a plan leads to.
func play(t *testing.T, plan []byte, ticks string) string {
	began := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s := &scenario{t: t, began: began, now: began, traffic: &traffic{}, probes: newProbes()}
	s.book = newBook(t, func() time.Time { return s.now })
	for name, role := range map[string]ledger.Role{"on-call": ledger.RoleEditor, "ana": ledger.RoleEditor, "ben": ledger.RoleAdmin} {
		s.book.admit(t, name, role)
	}
	s.restart()
	var p ledger.Plan
	if err := json.Unmarshal(plan, &p); err != nil {
		t.Fatal(err)
	}
	s.book.start(t, p)
	for line := range strings.Lines(ticks) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		if line != "" {
			s.line(strings.Fields(line))
		}
	}
	r := s.book.rollout(t)
	fmt.Fprintf(&s.out, "end: %s at %s%%\n", r.Status, r.Percentage())
	return s.out.String()
}

func (s *scenario) restart() {
	var err error
	s.engine, err = workflow.New(s.book, s.traffic, s.book, workflow.Config{
		Complete: s.complete, Probe: s.probes, Patience: time.Minute,
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// complete is the time up to which the store has everything.
func (s *scenario) complete(context.Context) (time.Time, error) { return s.now.Add(-s.behind), nil }

func (s *scenario) line(words []string) {
	switch words[0] {
	case "person":
		s.person(words[1])
	case "ana", "ben", "on-call":
		s.approve(words[0])
	case "probe":
		s.probes.set(s.t, s.now, words[1], words[2:])
	case "store":
		s.store(words[1:])
	case "engine":
		s.restart()
	default:
		s.period(words)
	}
}

func (s *scenario) store(words []string) {
	s.traffic.down = words[0] == "down"
	s.behind = 0
	if words[0] == "behind" {
		var err error
		if s.behind, err = time.ParseDuration(words[1]); err != nil {
			s.t.Fatal(err)
		}
	}
}

// approve has somebody approve the next step.
func (s *scenario) approve(name string) {
	cmd := ledger.ApproveRollout{PlaceRef: place, By: person(name)}
	if err := s.book.try(s.t, name, cmd); err != nil {
		s.print(name + " cannot approve: " + err.Error())
		return
	}
	s.print(name + " approves")
}

// person does what somebody does by hand.
func (s *scenario) person(deed string) {
	r := s.book.rollout(s.t)
	commands := map[string]ledger.Command{
		"pauses":   ledger.PauseRollout{PlaceRef: place},
		"resumes":  ledger.ResumeRollout{PlaceRef: place},
		"aborts":   ledger.AbortRollout{PlaceRef: place},
		"kills":    ledger.TurnOff{PlaceRef: place},
		"turns-on": ledger.TurnOn{PlaceRef: place},
		"skips":    ledger.AdvanceRollout{PlaceRef: place, Rollout: r.ID, From: r.Stage},
	}
	s.book.must(s.t, commands[deed])
	if after := s.book.rollout(s.t); after.Stage != r.Stage || deed == "resumes" {
		s.level = period{}
	}
	s.print("person " + deed)
}

// period plays "1m", or "30 x 1m", with what happens in it, and ticks after
// each.
func (s *scenario) period(words []string) {
	times := 1
	if len(words) > 2 && words[1] == "x" {
		times = s.number(words[0])
		words = words[2:]
	}
	width, err := time.ParseDuration(words[0])
	if err != nil {
		s.t.Fatal(err)
	}
	p := s.level
	p.at = s.now
	for i := 1; i+1 < len(words); i += 2 {
		switch words[i] {
		case "exposed":
			p.exposed = s.pair(words[i+1])
		case "mixed":
			p.mixed = int64(s.number(words[i+1]))
		case "request":
			p.requests = s.pair(words[i+1])
		case "failed":
			p.failed = s.pair(words[i+1])
		case "failures":
			p.failures = s.pair(words[i+1])
		case "slow":
			p.slow = s.pair(words[i+1])
		case "converted":
			p.converted = s.pair(words[i+1])
		default:
			s.t.Fatalf("%q is not a word of a scenario", words[i])
		}
	}
	s.level = period{exposed: p.exposed, mixed: p.mixed}
	for range times {
		s.tick(width, p)
	}
}

func (s *scenario) tick(width time.Duration, p period) {
	r := s.book.rollout(s.t)
	p.at, p.version = s.now, r.Spans[len(r.Spans)-1].First
	if p.exposed != (pair{}) {
		s.traffic.add(p)
	}
	s.now = s.now.Add(width + watermark)
	outcomes, err := s.engine.Tick(s.t.Context(), s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, o := range outcomes {
		s.report(o)
	}
	if s.book.rollout(s.t).Stage != r.Stage {
		s.level = period{} // the next stage counts its own exposures
	}
	s.now = s.now.Add(-watermark)
}

func (s *scenario) report(o workflow.Outcome) {
	if o.Err != nil {
		s.t.Fatal(o.Err)
	}
	var what, reason string
	switch d := o.Decision.(type) {
	case workflow.Advance:
		what, reason = "advance", d.Reason
	case workflow.RollBack:
		what, reason = "roll back", d.Reason
	case workflow.StepBack:
		what, reason = "step back", d.Reason
	case workflow.Pause:
		what, reason = "pause", d.Reason
	case workflow.Hold:
		what, reason = "hold "+string(d.Hold), d.Reason
		if d.Alert {
			what = "alert " + string(d.Hold)
		}
	case workflow.Wait:
		return
	}
	after := s.book.rollout(s.t)
	if p := after.Percentage(); p != o.Active.Rollout.Percentage() {
		what += fmt.Sprintf(" to %s%%", p)
	}
	s.print(what + ": " + reason)
}

func (s *scenario) print(text string) {
	since := s.now.Sub(s.began).Truncate(time.Minute)
	fmt.Fprintf(&s.out, "%02d:%02d  %s\n", int(since.Hours()), int(since.Minutes())%60, text)
}

func (s *scenario) number(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *scenario) pair(word string) pair {
	t, c, _ := strings.Cut(word, "/")
	return pair{int64(s.number(t)), int64(s.number(c))}
}
