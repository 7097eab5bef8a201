package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/internal/httpapi"
	"github.com/flagledger/flagledger/internal/hygiene"
	"github.com/flagledger/flagledger/internal/hygiene/hygienetest"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/workflow"
)

// noIngest takes no events.
type noIngest struct{}

func (noIngest) Publish(context.Context, analytics.Batch) error { return nil }

// noResults has seen nobody.
type noResults struct{}

func (noResults) Results(context.Context, analytics.ResultQuery) (analytics.Results, error) {
	return analytics.Results{}, nil
}

func (noResults) Sample(context.Context, analytics.SampleQuery) (analytics.Sample, error) {
	return analytics.Sample{}, nil
}

func (noResults) Usage(context.Context, analytics.UsageQuery) (map[string]analytics.Usage, error) {
	return nil, nil
}

func (noResults) Looks(uint64) []workflow.Looked { return nil }

// live is the real API over a ledger in memory, with its admin token.
type live struct {
	t     *testing.T
	url   string
	token string
}

func newLive(t *testing.T) *live {
	t.Helper()
	log, err := memlog.New(memlog.Config{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.DiscardHandler)
	p := projector.New(log, logger, projector.Config{Now: time.Now})
	book := ledger.New(log, p, time.Now)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("projector: %v", err)
		}
	})
	<-p.Ready()
	scans := &hygienetest.Scans{}
	api, err := httpapi.New(httpapi.Deps{
		Commands: book, Projector: p, Log: log, Ingest: noIngest{}, Results: noResults{}, Samples: noResults{}, Usage: noResults{}, Looks: noResults{},
		Hygiene: hygiene.NewInspector(noResults{}, scans, hygiene.Limits{}), Scans: scans,
		Metrics: prometheus.NewRegistry(), Logger: logger, Now: time.Now,
	}, httpapi.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(api.Handler())
	t.Cleanup(server.Close)
	key := httpapi.NewKey(ledger.AccessAdmin)
	for _, cmd := range []ledger.Command{
		ledger.CreateProject{Project: "default"},
		ledger.CreateAccessKey{ID: key.ID, Key: ledger.AccessKey{Kind: ledger.AccessAdmin, Name: "Ana", Role: ledger.RoleAdmin, Hash: key.Hash}},
	} {
		if _, err := book.Do(ctx, cmd, ledger.Meta{Actor: ledger.Actor{Kind: ledger.ActorSystem, ID: "test"}}); err != nil {
			t.Fatal(err)
		}
	}
	return &live{t, server.URL, key.Text}
}

// runs runs a command line and returns its output and exit code.
func (l *live) runs(line string) (out string, code int) {
	l.t.Helper()
	var stdout, stderr bytes.Buffer
	w := testWorld(shellWords(line), map[string]string{varServer: l.url, varToken: l.token})
	w.now, w.stdout, w.stderr = time.Now, &stdout, &stderr
	code = run(context.Background(), w)
	return stdout.String() + stderr.String(), code
}

// TestLive runs the commands against the API they are made for: each must be
// understood, and say what happened.
func TestLive(t *testing.T) {
	l := newLive(t)
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	segment := file("segment.json", `{"included":[{"by":"accountId","values":["acc-7"]}]}`)
	plan := file("plan.json", `{"stages":[{"percentage":5},{"percentage":50,"minSoak":"1h"},{"percentage":100}]}`)
	for _, step := range []struct {
		line string
		code int
		want string
	}{
		{"health", 0, "ledger: ok"},
		{"project list", 0, "development, staging, production"},
		{"flag create pdf --owner billing --tag pdf --remove-by 2099-01-31 --reason start", 0, "Created flag pdf"},
		{"flag create pdf", exitRefused, "already exists"},
		{"flag create bad --variant on=1", exitUsage, "body.variants[0].value: is 1, but the flag is of type boolean"},
		{"flag edit pdf --description 'renders invoices'", 0, "Changed flag pdf"},
		{"segment save beta --file " + segment + " --name Beta", 0, "Saved segment beta"},
		{"segment show beta", 0, "always in: accountId in acc-7"},
		{"segment list", 0, "Beta"},
		{"flag set pdf --env production --rule 'beta: inSegment beta and plan not in free, trial => on' --serve off --target off=acc-9 --by accountId --on", 0, "+ rule beta: inSegment beta and plan not in free, trial => on"},
		{"flag set pdf --env production --rule 'x: n gt 3 => mars'", exitUsage, "body.config.rules[1].serve.variant"},
		{"flag show pdf", 0, "target: accountId in acc-9 => off"},
		{"flag list", 0, "on, 1 rule"},
		{"eval pdf --context '{\"accountId\":\"acc-7\",\"plan\":\"pro\"}'", 0, "TARGETING_MATCH"},
		{"eval pdf --context '{\"accountId\":\"acc-9\"}' --explain", 0, "+ target off"},
		{"eval pdf --context '{\"accountId\":\"acc-7\",\"plan\":\"pro\"}' --at 10", 0, "DISABLED"},
		{"eval pdf --at 1", exitNotFound, "at event 1 there was no environment"},
		{"eval pdf --at 99999", exitNotFound, "there is no event 99999"},
		{"eval pdf --at yesterday", exitUsage, "is neither a sequence nor a date"},
		{"ledger ruleset --at 10", 0, "none was recorded"},
		{"segment archive beta", exitRefused, "pdf"},
		{"env promote production staging", 0, "1 flag would change. Give --yes"},
		{"env promote production staging pdf --only on --yes", 0, "Changed 1 flag"},
		{"flag revert pdf --to 11", 0, "+ off"},
		{"flag revert pdf --to 11 --env staging --yes --reason oops", 0, "Changed 1 flag"},
		{"flag revert pdf --to 11 --env staging --yes", 0, "Everything is already as wanted."},
		{"flag revert pdf", exitUsage, "required flag"},
		{"flag kill pdf --env production --wait 100ms --reason INC-411", 0, "pdf is OFF in production"},
		{"flag kill pdf --env production", 0, "was already OFF"},
		{"plan save quick --file " + plan, 0, "Saved plan quick"},
		{"plan show default", 0, "gate: "},
		{"metric list", 0, "MEANS"},
		{"rollout start pdf --env production --plan quick --by accountId", 0, "rollout running at 5%"},
		{"flag set pdf --env production --serve on", exitRefused, "abort the rollout"},
		{"rollout advance pdf --env production --reason 'looks good'", 0, "rollout running at 50%"},
		{"rollout status pdf", 0, "▶  stage 2  50%   soak 1h"},
		{"rollout pause pdf --env production", 0, "rollout paused at 50%"},
		{"rollout resume pdf --env production", 0, "rollout running at 50%"},
		{"rollout abort pdf --env production", 0, "rollout aborted at 0%"},
		{"rollout abort pdf --env production", exitRefused, "already aborted"},
		{"rollout status pdf --env staging", exitNotFound, "no rollout"},
		{"flag history pdf --env production", 0, "rollout aborted in production: from 50% to 0%"},
		{"flag history nothing", exitNotFound, "does not exist"},
		{"ledger replay -p default", 0, "segment default/beta: saved Beta"},
		{"ledger replay --flag pdf --json", 0, `"type":"flag.turned_off"`},
		{"env create eu --production", 0, "Created environment eu"},
		{"env list", 0, "eu"},
		{"token create svc --kind server --env eu --expires 90d", 0, "fl_server_"},
		{"env show eu", 0, "keys that work here: 1"},
		{"token create ci --kind admin --role editor", 0, "fl_admin_"},
		{"token list", 0, "all projects"},
		{"token whoami", 0, "Ana"},
		{"flag list --token fl_admin_aaaaaaaaaa_x", exitForbidden, "FLAGLEDGER_TOKEN"},
		{"ledger replay", 0, `admin key "Ana" created, role admin`},
		{"ledger replay", 0, `server key "svc" created, for default/eu, until `},
		{"version", 0, "flagledger dev"},
		{"version --json", 0, `"specVersion": 1`},
		{"token revoke nobody", exitNotFound, "token list"},
		{"project create other --env live --production live", 0, "Created project other"},
		{"flag archive pdf", 0, "Archived flag pdf"},
		{"flag on pdf --env production", exitRefused, "archived"},
		{"flag restore pdf", 0, "Restored flag pdf"},
	} {
		out, code := l.runs(step.line)
		if code != step.code || !strings.Contains(out, step.want) {
			t.Errorf("flagledger %s\nexit %d, want %d with %q:\n%s", step.line, code, step.code, step.want, out)
		}
	}
}

// TestLiveHistoryIsWhole replays more events than one page holds.
func TestLiveHistoryIsWhole(t *testing.T) {
	l := newLive(t)
	if out, code := l.runs("flag create pdf"); code != 0 {
		t.Fatal(out)
	}
	const changes = pageSize + 20
	for i := range changes {
		verb := []string{"on", "kill --wait 0s"}[i%2]
		if out, code := l.runs("flag " + verb + " pdf --env staging"); code != 0 {
			t.Fatal(out)
		}
	}
	for _, line := range []string{"flag history pdf", "ledger replay --flag pdf"} {
		out, code := l.runs(line)
		if n := strings.Count(out, "in staging"); n != changes || code != 0 {
			t.Errorf("%s tells %d of %d changes (exit %d)", line, n, changes, code)
		}
	}
}

// waiter is a writer that ends a command once it has written text.
type waiter struct {
	text string
	done context.CancelFunc
	all  bytes.Buffer
}

func (w *waiter) Write(p []byte) (int, error) {
	w.all.Write(p)
	if strings.Contains(w.all.String(), w.text) {
		w.done()
	}
	return len(p), nil
}

// TestFollow sees what happens after it has begun, until it is interrupted.
func TestFollow(t *testing.T) {
	l := newLive(t)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	caughtUp := make(chan struct{})
	seen := &waiter{text: "created, type boolean", done: cancel}
	begun := &waiter{text: "plan default/default", done: sync.OnceFunc(func() { close(caughtUp) })}
	w := testWorld(strings.Fields("ledger replay -p default --follow --every 100ms"), map[string]string{varServer: l.url, varToken: l.token})
	w.stdout = io.MultiWriter(begun, seen)
	code := make(chan int, 1)
	go func() { code <- run(ctx, w) }()
	<-caughtUp
	if out, code := l.runs("flag create later"); code != 0 {
		t.Error(out)
	}
	if got := <-code; got != exitInterrupted || !strings.Contains(seen.all.String(), "flag default/later: created, type boolean") {
		t.Errorf("exit %d after:\n%s", got, seen.all.String())
	}
}
