package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/internal/demo"
)

// varDemoKey hands the SDK key to the traffic process, where no list of
// processes shows it.
const varDemoKey = "FLAGLEDGER_DEMO_KEY"

// newDemoTraffic is the invoicing application: a process of its own that knows
// the server's URL and an SDK key and nothing else.
func newDemoTraffic(a *app) *cobra.Command {
	var cfg demo.Config
	cmd := &cobra.Command{
		Use: "demo-traffic", Short: "The invoicing application of the demo", Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.started = true
			cfg.URL, cfg.Key, cfg.Until = a.given.server, a.getenv(varDemoKey), a.stdin
			return demo.RunTraffic(cmd.Context(), cfg, a.stdout)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&cfg.Invoices, "invoices", "", "CSV file")
	fs.Uint64Var(&cfg.Seed, "seed", 1, "seed")
	fs.Float64Var(&cfg.Rate, "rate", 0, "invoices per second")
	fs.BoolVar(&cfg.Healthy, "healthy", false, "use the repaired engine")
	fs.IntVar(&cfg.Watchers, "watchers", 0, "further SDK clients")
	return cmd
}

// traffic is the running application.
type traffic struct {
	cmd   *exec.Cmd
	stdin io.Closer
	lines chan demo.Progress
	read  chan error // of the lines, once
}

func (d *presenter) startTraffic(ctx context.Context, key string) (*traffic, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	args := []string{
		"demo-traffic", "--server", d.url, "--seed", strconv.FormatUint(d.flags.seed, 10),
		"--rate", strconv.FormatFloat(d.flags.rate, 'f', -1, 64), "--watchers", strconv.Itoa(d.flags.watchers),
		"--healthy=" + strconv.FormatBool(d.flags.healthy), "--invoices", d.flags.invoices,
	}
	cmd := exec.CommandContext(ctx, self, args...) //nolint:gosec // this program itself
	cmd.Env = append(os.Environ(), varDemoKey+"="+key)
	cmd.Stderr = d.stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the invoicing application: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the invoicing application: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the invoicing application: %w", err)
	}
	t := &traffic{cmd: cmd, stdin: stdin, lines: make(chan demo.Progress, 64), read: make(chan error, 1)}
	go func() { t.read <- t.decode(stdout) }()
	return t, nil
}

func (t *traffic) decode(out io.Reader) error {
	defer close(t.lines)
	dec := json.NewDecoder(bufio.NewReader(out))
	for {
		var p demo.Progress
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the invoicing application: %w", err)
		}
		t.lines <- p
	}
}

// stop ends the application, lets it deliver what it has to report, and takes
// its last counts.
func (t *traffic) stop(w *watched) error {
	_ = t.stdin.Close() // it may have ended
	for p := range t.lines {
		if p.Kind == demo.KindDone {
			w.progress = p
		}
	}
	readErr := <-t.read
	if err := t.cmd.Wait(); err != nil && !w.timedOut {
		return errors.Join(readErr, fmt.Errorf("the invoicing application: %w", err))
	}
	return readErr
}
