package workflow_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

// TestRunnerLogs: what somebody should know of stands out by its level.
func TestRunnerLogs(t *testing.T) {
	pausing := pdfPlan()
	pausing.OnFail = ledger.OnFailPause
	answer := func(err error) func(*book) workflow.Commands {
		return func(*book) workflow.Commands {
			return commands(func(context.Context, ledger.Command, ledger.Meta) (ledger.Receipt, error) {
				return ledger.Receipt{}, err
			})
		}
	}
	record := func(b *book) workflow.Commands { return b }
	empty := func(*testing.T, *book) *traffic { return &traffic{} }
	tests := []struct {
		name     string
		plan     ledger.Plan
		store    func(*testing.T, *book) *traffic
		commands func(*book) workflow.Commands
		after    time.Duration
		want     string
	}{
		{"roll back", pdfPlan(), failing, record, 11 * time.Minute, `level=WARN msg="rollout decided" decision=rollback`},
		{"pause", pausing, failing, record, 11 * time.Minute, `level=WARN msg="rollout decided" decision=pause`},
		{"hold", pdfPlan(), empty, record, time.Minute, `level=INFO msg="rollout decided" decision=hold hold=noTraffic alert=false`},
		{"alert", pdfPlan(), empty, record, time.Hour, `level=WARN msg="rollout decided" decision=hold hold=noTraffic alert=true`},
		{"advance", climb(0, 0), empty, record, time.Minute, `level=INFO msg="rollout decided" decision=advance`},
		{"overtaken", climb(0, 0), empty, answer(ledger.ErrConflict), time.Minute, `level=INFO msg="rollout changed by somebody else meanwhile" decision=advance`},
		{"failed", climb(0, 0), empty, answer(ledger.ErrFull), time.Minute, `level=ERROR msg="rollout not decided" err="record advance of rollout pdf-1`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBook(t, at(began))
			b.start(t, tt.plan)
			var out bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{
				ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
					switch a.Key {
					case slog.TimeKey, "project", "environment", "flag", "rollout", "stage", "seq":
						return slog.Attr{}
					}
					return a
				},
			}))
			r, err := workflow.NewRunner(newEngine(t, b, tt.store(t, b), tt.commands(b)), logger,
				workflow.RunnerConfig{Schedule: never{}, Now: at(began.Add(tt.after))})
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Run(t.Context()); err == nil {
				t.Error("the schedule has an end")
			}
			if got := strings.TrimSpace(out.String()); !strings.HasPrefix(got, tt.want) || strings.Contains(got, "\n") {
				t.Errorf("logged\n%s\nwant one line that begins with\n%s", got, tt.want)
			}
		})
	}
}
