package e2e

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/natslog"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/workflow/natslease"
)

// leasePatience bounds each wait of these tests.
const leasePatience = 30 * time.Second

// TestLeaseLeaderDies kills the leading runner with SIGKILL in the middle of
// recording a roll-back, or stops it there for longer than its lease, with a
// second one standing by. The ledger has one roll-back, recorded once.
func TestLeaseLeaderDies(t *testing.T) {
	s := openShop(t)
	for round, tt := range []struct {
		fate fate
		// second says that the roll-back must be the second runner's.
		second, survives bool
	}{
		{fate: fateBefore, second: true},
		{fate: fateAfter},
		{fate: fateDuring},
		{fate: fatePaused, second: true, survives: true},
		{fate: fateBefore, second: true},
		{fate: fateAfter},
		{fate: fateDuring},
	} {
		t.Run(fmt.Sprintf("%d %s", round, tt.fate), func(t *testing.T) {
			flag := fmt.Sprint("flag-", round)
			first := s.runner(t, tt.fate)
			first.wait(leads)
			second := s.runner(t, fateNone)
			second.wait(is(saysReady))
			s.start(t, flag)
			first.wait(is(saysReached))
			if tt.survives {
				first.signal(syscall.SIGSTOP)
			} else {
				first.signal(syscall.SIGKILL)
			}
			stopped := time.Now()
			second.wait(leads)
			if took := time.Since(stopped); took > 3*leaseTime {
				t.Errorf("the second took over after %s", took)
			}
			s.rolledBack(t, flag)
			if tt.survives {
				first.signal(syscall.SIGCONT)
				first.wait(is(saysRefused))
			}
			second.stop() // after whatever it still has to do
			if tt.survives {
				first.stop()
			}
			rec := s.onlyRollBack(t, flag)
			if mine := second.said(saysAppended + fmt.Sprint(rec.Seq)); tt.second && !mine {
				t.Errorf("the second runner has not recorded event %d\n%s", rec.Seq, second.log())
			}
		})
	}
}

// TestLeaseOfServer: a server leads, and after a restart leads again without
// waiting for its own lease to run out.
func TestLeaseOfServer(t *testing.T) {
	data := t.TempDir()
	for range 2 {
		s := start(t, data)
		began := time.Now()
		for !strings.Contains(s.metrics(), "\nflagledger_workflow_leader 1\n") {
			if time.Since(began) > natslease.DefaultDuration/2 {
				t.Fatalf("the server does not lead\n%s", s.log)
			}
			time.Sleep(20 * time.Millisecond)
		}
		s.Stop()
	}
}

func (s *server) metrics() string {
	var raw []byte
	if status, err := s.call(s.tb.Context(), "GET", "/metrics", nil, &raw); err != nil || status != 200 {
		s.tb.Fatalf("metrics: status %d, %v", status, err)
	}
	return string(raw)
}

// shop is a ledger on a NATS server of the test's, that other processes reach.
type shop struct {
	addr, password string
	log            *natslog.Log
	view           *projector.Projector
	*ledger.Ledger
}

func openShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{password: "for-this-test"}
	srv := natsdtest.Start(t, natsd.Config{Listen: "127.0.0.1:0", AppPassword: s.password, Protected: []string{natslog.Stream}})
	s.addr = srv.Addr()
	js, err := jetstream.New(srv.Dial(t, natsd.RoleBoot))
	if err != nil {
		t.Fatal(err)
	}
	if err := natslog.Setup(t.Context(), js, natslog.Config{}); err != nil {
		t.Fatal(err)
	}
	if err := natslease.Setup(t.Context(), js, natslease.Config{Duration: leaseTime}); err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	if s.log, err = natslog.New(js, quiet, natslog.Config{}); err != nil {
		t.Fatal(err)
	}
	s.view = projector.New(s.log, quiet, projector.Config{})
	s.Ledger = ledger.New(s.log, s.view, time.Now)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.view.Run(ctx); err != nil {
			t.Errorf("projector: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); wg.Wait() })
	<-s.view.Ready()
	s.must(t, ledger.CreateProject{Project: "shop"})
	return s
}

func (s *shop) must(t *testing.T, cmd ledger.Command) {
	t.Helper()
	if _, err := s.Do(t.Context(), cmd, ledger.Meta{Actor: ledger.Actor{Kind: ledger.ActorToken, ID: "on-call"}, Reason: "test"}); err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
}

// start starts a rollout that must be rolled back at the first look.
func (s *shop) start(t *testing.T, flag string) {
	t.Helper()
	ref := ledger.FlagRef{Project: "shop", Flag: flag}
	s.must(t, ledger.CreateFlag{FlagRef: ref})
	s.must(t, ledger.StartRollout{
		PlaceRef: ledger.PlaceRef{FlagRef: ref, Environment: "production"}, Rollout: "release", By: "accountId",
		Plan: &ledger.Plan{
			Stages:   []ledger.Stage{{Percentage: 50_000}, {Percentage: ledger.All}},
			Gates:    []ledger.Gate{{Metric: "error-rate", MaxRatio: 2}},
			Interval: ledger.Duration(time.Second),
		},
	})
}

// rolledBack waits until the rollout is.
func (s *shop) rolledBack(t *testing.T, flag string) {
	t.Helper()
	for deadline := time.Now().Add(leasePatience); ; time.Sleep(10 * time.Millisecond) {
		var status ledger.RolloutStatus
		err := s.view.Read(t.Context(), 0, func(st *ledger.State) error {
			status = st.Projects["shop"].Flags[flag].In("production").Rollout.Status
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if status == ledger.RolloutRolledback {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the rollout of %s is %s", flag, status)
		}
	}
}

// onlyRollBack returns what the engine recorded on the flag, and fails if that
// is not one roll-back.
func (s *shop) onlyRollBack(t *testing.T, flag string) ledger.Recorded {
	t.Helper()
	var found []ledger.Recorded
	err := s.log.Read(t.Context(), 1, ledger.AllSubjects, func(stored ledger.Stored) error {
		rec := ledger.Decode(stored)
		if rec.Actor.Kind == ledger.ActorWorkflow && strings.HasSuffix(rec.Subject.String(), "."+flag) {
			found = append(found, rec)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 {
		t.Fatalf("the engine recorded %d events, want one roll-back: %+v", len(found), found)
	}
	if _, ok := found[0].Event.(ledger.RolloutRolledBack); !ok {
		t.Errorf("the engine recorded %+v, want a roll-back", found[0])
	}
	return found[0]
}

// process is a runner in a process of its own.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	stdin io.Closer

	mu    sync.Mutex
	lines []string
	more  chan struct{} // closed and replaced when a line comes
	read  int           // by wait
	ended chan struct{}
}

func (s *shop) runner(t *testing.T, f fate) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(os.Args[0]), more: make(chan struct{}), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), varRunner+"="+s.addr, varPassword+"="+s.password, varFate+"="+string(f))
	p.cmd.Stderr = os.Stderr
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin = stdin
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			p.mu.Lock()
			p.lines = append(p.lines, lines.Text())
			close(p.more)
			p.more = make(chan struct{})
			p.mu.Unlock()
		}
		_ = p.cmd.Wait() // a killed process is no finding; stop looks at the rest
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
	})
	return p
}

func is(want string) func(string) bool { return func(line string) bool { return line == want } }

// wait reads on until a line is what is waited for.
func (p *process) wait(want func(string) bool) {
	p.t.Helper()
	deadline := time.After(leasePatience)
	for {
		p.mu.Lock()
		for p.read < len(p.lines) {
			p.read++
			if want(p.lines[p.read-1]) {
				p.mu.Unlock()
				return
			}
		}
		more := p.more
		p.mu.Unlock()
		select {
		case <-more:
		case <-p.ended:
			p.t.Fatalf("the runner has ended\n%s", p.log())
		case <-deadline:
			p.t.Fatalf("the runner did not say what was waited for\n%s", p.log())
		}
	}
}

func (p *process) signal(sig syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatal(err)
	}
}

// stop lets the runner end by itself and demands that it does so well.
func (p *process) stop() {
	p.t.Helper()
	_ = p.stdin.Close()
	select {
	case <-p.ended:
	case <-time.After(leasePatience):
		p.t.Fatalf("the runner does not stop\n%s", p.log())
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		p.t.Errorf("the runner ended with %d\n%s", code, p.log())
	}
}

func (p *process) said(line string) bool {
	return strings.Contains("\n"+p.log()+"\n", "\n"+line+"\n")
}

func (p *process) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n")
}
