package ledger_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/ledger"
)

var update = flag.Bool("update", false, "write the transcripts in testdata/decide; review what changed")

// commands lists every command by its name in the transcripts.
var commands = map[string]reflect.Type{}

func init() { //nolint:gochecknoinits // a table built from a list of values
	for _, c := range []ledger.Command{
		ledger.CreateProject{},
		ledger.CreateEnvironment{},
		ledger.ChangeEnvironment{},
		ledger.RecordStale{},
		ledger.EndStale{},
		ledger.CreateFlag{},
		ledger.ChangeFlagDetails{},
		ledger.ReplaceVariants{},
		ledger.ReplaceConfig{},
		ledger.TurnOn{},
		ledger.TurnOff{},
		ledger.ArchiveFlag{},
		ledger.RestoreFlag{},
		ledger.ConvergeFlags{},
		ledger.ScheduleChange{},
		ledger.CancelScheduledChange{},
		ledger.ExecuteScheduledChange{},
		ledger.StartRollout{},
		ledger.AdvanceRollout{},
		ledger.RollBackRollout{},
		ledger.StepBackRollout{},
		ledger.ApproveRollout{},
		ledger.HoldRollout{},
		ledger.PauseRollout{},
		ledger.ResumeRollout{},
		ledger.AbortRollout{},
		ledger.StartExperiment{},
		ledger.RecordExperiment{},
		ledger.StopExperiment{},
		ledger.DecideExperiment{},
		ledger.SaveSegment{},
		ledger.ArchiveSegment{},
		ledger.SaveMetric{},
		ledger.ArchiveMetric{},
		ledger.SavePlan{},
		ledger.ArchivePlan{},
		ledger.CreateAccessKey{},
		ledger.RevokeAccessKey{},
	} {
		commands[reflect.TypeOf(c).Name()] = reflect.TypeOf(c)
	}
}

// TestDecide replays the dialogues in testdata/decide: a line "> Command JSON"
// is a command, the lines below it are the events it led to or the error.
// "? PATH" prints a part of the state. Run with -update to write the answers,
// and commit them only if you understand what changed.
func TestDecide(t *testing.T) {
	files, err := filepath.Glob("testdata/decide/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := converse(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want), got); diff != "" && !*update {
				t.Errorf("the dialogue changed (-want +got):\n%s", diff)
			}
		})
	}
}

// converse runs the commands of a dialogue and returns it with the answers.
func converse(t *testing.T, dialogue string) string {
	t.Helper()
	var out bytes.Buffer
	st := ledger.NewState()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for line := range strings.Lines(dialogue) {
		switch {
		case strings.HasPrefix(line, "> "):
			out.WriteString(line)
			now = now.Add(time.Minute)
			answer(t, &out, st, strings.TrimSpace(line[2:]), now)
		case strings.HasPrefix(line, "? "):
			out.WriteString(line)
			describe(t, &out, st, strings.TrimSpace(line[2:]))
		case strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "":
			out.WriteString(line)
		}
	}
	return out.String()
}

func answer(t *testing.T, out *bytes.Buffer, st *ledger.State, line string, now time.Time) {
	t.Helper()
	cmd, actor := parseCommand(t, line), ledger.Actor{Kind: ledger.ActorToken, ID: "ann"}
	if approve, ok := cmd.(ledger.ApproveRollout); ok {
		actor = approve.By
	}
	d, err := ledger.Decide(st, cmd, now)
	if err != nil {
		fmt.Fprintf(out, "  error: %v\n", err)
		return
	}
	if len(d.Changes) == 0 {
		out.WriteString("  nothing to do\n")
	}
	for i, c := range d.Changes {
		rec := ledger.Recorded{
			Seq: st.Seq + 1, Subject: c.Subject, At: now, Actor: actor,
			Command: fmt.Sprint("c", st.Seq+1), Part: i + 1, Parts: len(d.Changes), Event: c.Event,
		}
		data, err := json.Marshal(c.Event)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(out, "  %d %s %s %s\n", rec.Seq, c.Subject, ledger.TypeOf(c.Event), data)
		if err := st.Apply(roundTrip(t, rec)); err != nil {
			t.Fatal(err)
		}
	}
	wantSaved(t, st)
	if d.Guard != "" {
		fmt.Fprintf(out, "  guarded by project %s\n", d.Guard)
	}
	for subject, f := range st.Frozen() {
		t.Errorf("%s froze at %d: %v", subject, f.Seq, f.Err)
	}
}

// roundTrip sends an event through the codec, as the log would.
func roundTrip(t *testing.T, rec ledger.Recorded) ledger.Recorded {
	t.Helper()
	data, err := ledger.Encode(rec)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Decode(ledger.Stored{Seq: rec.Seq, Subject: rec.Subject.String(), Data: data, At: rec.At})
}

func parseCommand(t *testing.T, line string) ledger.Command {
	t.Helper()
	name, args, _ := strings.Cut(line, " ")
	typ, ok := commands[name]
	if !ok {
		t.Fatalf("unknown command %q", name)
	}
	v := reflect.New(typ)
	if args != "" {
		dec := json.NewDecoder(strings.NewReader(args))
		dec.DisallowUnknownFields()
		if err := dec.Decode(v.Interface()); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	cmd, ok := v.Elem().Interface().(ledger.Command)
	if !ok {
		t.Fatalf("%s is not a command", name)
	}
	return cmd
}

// describe prints what a flag serves in an environment: "? project flag env".
func describe(t *testing.T, out *bytes.Buffer, st *ledger.State, line string) {
	t.Helper()
	var project, key, env string
	if _, err := fmt.Sscan(line, &project, &key, &env); err != nil {
		t.Fatalf("? %s: %v", line, err)
	}
	f := st.Projects[project].Flags[key]
	ruling, err := json.Marshal(f.Ruling(env))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(out, "  %s\n", ruling)
	for _, s := range f.In(env).Scheduled {
		fmt.Fprintf(out, "  scheduled %s %s at %s by %s (%d)\n", s.ID, s.Change.Kind, s.At.Format(time.TimeOnly), s.Author.ID, s.Seq)
	}
	if r := f.In(env).Rollout; r != nil {
		fmt.Fprintf(out, "  rollout %s %s at stage %d, %s%%\n", r.ID, r.Status, r.Stage, r.Percentage())
		for _, s := range r.Spans {
			fmt.Fprintf(out, "    stage %d %s%% versions %d..%d\n", s.Stage, s.Percentage, s.First, s.Last)
		}
	}
	if x := f.In(env).Experiment; x != nil {
		fmt.Fprintf(out, "  experiment %s %s, of %s by %q\n", x.ID, x.Status, strings.Join(x.Variants(), ", "), x.By)
		for _, a := range x.Allocations {
			fmt.Fprintf(out, "    %v versions %d..%d\n", a.Split.Weights, a.First, a.Last)
		}
	}
}
