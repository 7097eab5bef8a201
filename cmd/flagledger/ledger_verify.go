package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/ledger/transparency"
)

// verifyRun is one "ledger verify".
type verifyRun struct {
	key  string
	kept []string
}

func newLedgerVerify(a *app) *cobra.Command {
	o := &verifyRun{}
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Check an export or a proof, offline",
		Long: `Check, without any server, that an export is the history that was signed: every
event's bytes, the order, the chain of each flag's events, the root of the tree at
each checkpoint, and the signatures. Whatever was changed, dropped, inserted,
swapped, cut off or forked is named, with its place.

The key must be one that you kept, not one that comes with the file: "flagledger
ledger key" prints it. A checkpoint that you kept, too, shows whether the history
was exchanged for another one that is signed by the same key.`,
		Example: example(
			`flagledger ledger verify ledger.events --key ledger.pub`,
			`flagledger ledger verify ledger.events --key ledger.pub --checkpoint last-year.txt`),
		Args: exactly,
	}
	cmd.RunE = a.action(func(_ context.Context, s *session, args []string) error { return o.run(s, args[0]) })
	f := cmd.Flags()
	f.StringVar(&o.key, "key", "", "the ledger's public key, or a file with it")
	f.StringArrayVar(&o.kept, "checkpoint", nil, "file with a checkpoint that you kept; can be repeated")
	_ = cmd.MarkFlagRequired("key") // the flag exists
	return cmd
}

func (o *verifyRun) run(s *session, path string) error {
	trust, err := o.trust()
	if err != nil {
		return err
	}
	file, err := os.Open(path) //nolint:gosec // whoever types the command names the file
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	r, err := transparency.Verify(file, trust, s.share(info.Size()))
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if err := o.say(s, path, r); err != nil {
		return err
	}
	if n := len(r.Findings); n > 0 {
		return &localError{
			exitFailure, fmt.Sprintf("%s is not the history that was signed: %s", path, several(n, "finding")),
			"Keep the file as it is; compare it with another copy of the ledger.",
		}
	}
	return nil
}

// trust reads what the auditor has kept.
func (o *verifyRun) trust() (transparency.Trust, error) {
	key, err := readKey(o.key)
	if err != nil {
		return transparency.Trust{}, err
	}
	t := transparency.Trust{Key: key}
	for _, path := range o.kept {
		text, err := os.ReadFile(path) //nolint:gosec // whoever types the command names the file
		if err != nil {
			return t, err
		}
		c, err := transparency.Open(text, key)
		if err != nil {
			return t, fmt.Errorf("%s: %w", path, err)
		}
		t.Kept = append(t.Kept, c)
	}
	return t, nil
}

// readKey takes a verifier key, or the name of a file that holds one.
func readKey(given string) (string, error) {
	if strings.Count(given, "+") >= 2 {
		return strings.TrimSpace(given), nil
	}
	text, err := os.ReadFile(given) //nolint:gosec // whoever types the command names the file
	if err != nil {
		return "", fmt.Errorf("--key: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

func (o *verifyRun) say(s *session, path string, r *transparency.Report) error {
	if s.json {
		return s.printValue(struct {
			*transparency.Report
			Size uint64 `json:"size,string"`
			Root string `json:"root"`
		}{r, r.Newest.Size, r.Newest.Root.String()})
	}
	for _, f := range r.Findings {
		s.sayf("%s", red(f.String()))
	}
	if len(r.Findings) == transparency.MaxFindings {
		s.sayf("and perhaps more")
	}
	if len(r.Findings) > 0 {
		return nil
	}
	if r.Selection {
		s.sayf("%s: %s, proved to be among the %s that %s has signed.", green("verified"),
			several(int(r.Events), "event"), count(int64(r.Newest.Size)), r.Origin)
		return nil
	}
	s.sayf("%s: %s and %s of %s.", green("verified"), several(int(r.Events), "event"), several(r.Checkpoints, "checkpoint"), r.Origin)
	s.sayf("root  %s", r.Newest.Root)
	return nil
}

// share shows on a terminal which part of a file has been read.
func (s *session) share(size int64) func(int64) {
	if !s.terminal {
		return nil
	}
	return func(n int64) {
		_, _ = fmt.Fprintf(s.stderr, "\r%3.0f%%\r", 100*float64(n)/float64(max(size, 1)))
	}
}

// several counts a noun.
func several(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(int64(n)) + " " + noun + "s"
}
