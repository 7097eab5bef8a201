package main

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/transparency"
)

func newLedgerKey(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Print the public key that the ledger's checkpoints verify with",
		Long: `Print the public key of the ledger. Keep it where whoever runs the server cannot
exchange it: every later check rests on it.`,
		Example: example(`flagledger ledger key > ledger.pub`),
		Args:    cobra.NoArgs,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error {
		r, err := s.get(ctx, apiRoot+"/ledger/key", nil)
		if err != nil {
			return err
		}
		key := strings.TrimSpace(string(r.body))
		if s.json {
			return s.printValue(map[string]string{"key": key})
		}
		s.sayf("%s", key)
		return nil
	})
	return cmd
}

func newLedgerCheckpoint(a *app) *cobra.Command {
	var key, save string
	cmd := &cobra.Command{
		Use:   "checkpoint",
		Short: "Print the newest signed checkpoint",
		Long: `Print the newest checkpoint of the ledger, in the form of C2SP tlog-checkpoint: how
many events there are, the root of their tree, and the signature. Whoever keeps it
can tell later whether the history before it was changed.`,
		Example: example(`flagledger ledger checkpoint --key ledger.pub --save checkpoint-$(date +%F).txt`),
		Args:    cobra.NoArgs,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error {
		text, c, err := s.checkpoint(ctx, 0, key)
		if err != nil {
			return err
		}
		if save != "" {
			if err := os.WriteFile(save, text, 0o600); err != nil {
				return err
			}
		}
		if s.json {
			return s.printValue(map[string]any{"origin": c.Origin, "size": strconv.FormatUint(c.Size, 10), "root": c.Root, "note": string(text)})
		}
		if save != "" {
			s.sayf("%s has the checkpoint of %s.", save, several(int(c.Size), "event"))
			return nil
		}
		s.sayf("%s", strings.TrimRight(string(text), "\n"))
		return nil
	})
	cmd.Flags().StringVar(&key, "key", "", "the public key that you kept, or a file with it")
	cmd.Flags().StringVar(&save, "save", "", "write it to this file")
	return cmd
}

// checkpoint gets a signed checkpoint of at least size events, and checks it with
// the key that the user has kept, else with the server's own.
func (s *session) checkpoint(ctx context.Context, size uint64, kept string) ([]byte, transparency.Checkpoint, error) {
	var c transparency.Checkpoint
	key, err := s.ledgerKey(ctx, kept)
	if err != nil {
		return nil, c, err
	}
	r, err := s.get(ctx, apiRoot+"/ledger/checkpoint", url.Values{"size": {strconv.FormatUint(size, 10)}})
	if err != nil {
		return nil, c, err
	}
	c, err = transparency.Open(r.body, key)
	return r.body, c, err
}

func (s *session) ledgerKey(ctx context.Context, kept string) (string, error) {
	if kept != "" {
		return readKey(kept)
	}
	r, err := s.get(ctx, apiRoot+"/ledger/key", nil)
	return strings.TrimSpace(string(r.body)), err
}

// proveRun is one "ledger prove".
type proveRun struct {
	key, out    string
	consistency bool
}

func newLedgerProve(a *app) *cobra.Command {
	o := &proveRun{}
	cmd := &cobra.Command{
		Use:   "prove SEQ | --consistency OLD NEW",
		Short: "Prove that an event is in the ledger, or that one checkpoint begins another",
		Long: `Prove that the event of a sequence is in the ledger that the newest checkpoint
stands for, and print it. The proof is checked here. With --out it is written to a
file, which "flagledger ledger verify" checks without the server.

With --consistency it proves that the history of the checkpoint in file OLD is how
that of the checkpoint in file NEW begins; NEW may be left out for the newest one.`,
		Example: example(
			`flagledger ledger prove 4711 --key ledger.pub --out event-4711.proof`,
			`flagledger ledger prove --consistency checkpoint-2026.txt --key ledger.pub`),
		Args: cobra.RangeArgs(1, 2),
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		if o.consistency {
			return o.consistent(ctx, s, args)
		}
		seq, err := strconv.ParseUint(args[0], 10, 63)
		if err != nil || len(args) > 1 || seq == 0 {
			return usagef("%q is not one sequence; \"flagledger ledger replay\" shows them", strings.Join(args, " "))
		}
		return o.included(ctx, s, seq)
	})
	f := cmd.Flags()
	f.StringVar(&o.key, "key", "", "the public key that you kept, or a file with it")
	f.StringVar(&o.out, "out", "", "write the proof to this file")
	f.BoolVar(&o.consistency, "consistency", false, "prove that the checkpoint in the first file begins the one in the second")
	return cmd
}

func (o *proveRun) included(ctx context.Context, s *session, seq uint64) error {
	key, err := s.ledgerKey(ctx, o.key)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	query := url.Values{"seq": {strconv.FormatUint(seq, 10)}}
	if _, err := s.download(ctx, apiRoot+"/ledger/export", query, &file, nil); err != nil {
		return err
	}
	r, err := transparency.Verify(bytes.NewReader(file.Bytes()), transparency.Trust{Key: key}, nil)
	if err == nil && len(r.Findings) > 0 {
		err = fmt.Errorf("the proof does not hold: %s", r.Findings[0])
	}
	if err != nil {
		return err
	}
	if o.out != "" {
		if err := os.WriteFile(o.out, file.Bytes(), 0o600); err != nil {
			return err
		}
	}
	e, err := eventIn(file.Bytes())
	if err != nil {
		return err
	}
	if s.json {
		return s.printValue(map[string]any{
			"seq": strconv.FormatUint(seq, 10), "subject": e.Subject, "hash": e.Hash(),
			"event": string(e.Data), "size": strconv.FormatUint(r.Newest.Size, 10), "root": r.Newest.Root,
		})
	}
	s.sayf("%s: event %d is in the ledger of %s that %s has signed.", green("proved"), seq, several(int(r.Newest.Size), "event"), r.Origin)
	t := newTable()
	t.add("subject", e.Subject)
	t.add("hash", e.Hash().String())
	t.add("root", r.Newest.Root.String())
	t.add("event", string(e.Data))
	t.write(s.out)
	return nil
}

// eventIn finds the one event of a proof.
func eventIn(file []byte) (ledger.Stored, error) {
	in := ledger.NewEventFileReader(bytes.NewReader(file), 0)
	for {
		rec, err := in.Next()
		if err != nil {
			return ledger.Stored{}, fmt.Errorf("read the proof: %w", err)
		}
		if rec.Kind == ledger.EventRecord {
			e, _, err := rec.Event()
			return e, err
		}
	}
}

func (o *proveRun) consistent(ctx context.Context, s *session, args []string) error {
	key, err := s.ledgerKey(ctx, o.key)
	if err != nil {
		return err
	}
	old, err := readCheckpoint(args[0], key)
	if err != nil {
		return err
	}
	var later transparency.Checkpoint
	if len(args) == 2 {
		later, err = readCheckpoint(args[1], key)
	} else {
		_, later, err = s.checkpoint(ctx, 0, o.key)
	}
	if err != nil {
		return err
	}
	if old.Size > later.Size {
		return usagef("%s is of %d events, later than the other of %d", args[0], old.Size, later.Size)
	}
	r, err := s.get(ctx, apiRoot+"/ledger/consistency", url.Values{
		"from": {strconv.FormatUint(old.Size, 10)}, "size": {strconv.FormatUint(later.Size, 10)},
	})
	if err != nil {
		return err
	}
	var proof struct{ Hashes []ledger.Hash }
	if err := r.into(&proof); err != nil {
		return err
	}
	if err := transparency.CheckConsistency(proof.Hashes, later.Size, later.Root, old.Size, old.Root); err != nil {
		return &localError{
			exitFailure, fmt.Sprintf("the ledger of %d events does not begin with the %d of %s: %v", later.Size, old.Size, args[0], err),
			"The history was forked or rewritten. Keep both checkpoints: together they are the evidence.",
		}
	}
	if s.json {
		return s.printValue(map[string]any{"consistent": true, "from": strconv.FormatUint(old.Size, 10), "size": strconv.FormatUint(later.Size, 10)})
	}
	s.sayf("%s: the ledger of %s begins with the %s of %s.", green("proved"), several(int(later.Size), "event"), count(int64(old.Size)), args[0])
	return nil
}

func readCheckpoint(path, key string) (transparency.Checkpoint, error) {
	text, err := os.ReadFile(path) //nolint:gosec // whoever types the command names the file
	if err != nil {
		return transparency.Checkpoint{}, err
	}
	c, err := transparency.Open(text, key)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return c, err
}
