package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/archive"
	"github.com/flagledger/flagledger/ledger/natslog"
	"github.com/flagledger/flagledger/ledger/transparency"
)

// restoreRun is one "ledger restore".
type restoreRun struct {
	data, from string
	w          world
	out        *paper
}

func newLedgerRestore(a *app) *cobra.Command {
	o := &restoreRun{}
	cmd := &cobra.Command{
		Use:   "restore",
		Short: "Make a damaged ledger whole again from its second copy",
		Long: `Make the ledger of a data folder anew, byte by byte, from the archive that lies
beside it, or from an export. The server must be stopped. What is damaged is moved
aside and not deleted; events at its end that the archive does not have yet are
kept if they can be read and follow on those before. Everything is compared
afterwards.`,
		Example: example(`flagledger ledger restore --data /var/lib/flagledger`, `flagledger ledger restore --data new-folder --from ledger.events`),
		Args:    cobra.NoArgs,
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		a.started = true
		o.w, o.out = a.world, newPaper(a.stdout, false)
		o.data = first(o.data, a.getenv(varData), defaultData)
		return withCommand(o.run(cmd.Context()), cmd)
	}
	cmd.Flags().StringVar(&o.data, "data", "", "data folder ($"+varData+", else "+defaultData+")")
	cmd.Flags().StringVar(&o.from, "from", "", "an export of the ledger, instead of the archive")
	return cmd
}

func (o *restoreRun) run(ctx context.Context) error {
	if o.from == "" {
		if _, err := os.Stat(filepath.Join(o.data, archiveFolder)); err != nil {
			return usagef("%s has no archive to restore from; name an export with --from", o.data)
		}
	}
	copied, err := archive.Open(filepath.Join(o.data, archiveFolder))
	if err != nil {
		return err
	}
	return errors.Join(o.restore(ctx, copied), copied.Close())
}

// restore completes the archive with what the log and an export have beyond it,
// and makes the log from it.
func (o *restoreRun) restore(ctx context.Context, copied *archive.Archive) error {
	had, _ := copied.Newest()
	if o.from != "" {
		if err := adopt(copied, o.from); err != nil {
			return err
		}
	}
	rescued, err := o.withNATS(ctx, func(js jetstream.JetStream) error { return rescue(ctx, js, copied) })
	if err != nil {
		return err
	}
	aside, err := o.moveAside()
	if err != nil {
		return err
	}
	var root ledger.Hash
	made, err := o.withNATS(ctx, func(js jetstream.JetStream) error {
		var err error
		root, err = refill(ctx, js, copied, newPaper(o.w.stderr, false))
		return err
	})
	if err = errors.Join(rescued, err, made); err != nil {
		return err
	}
	n, _ := copied.Newest()
	o.out.printf("The ledger has %s again, each compared with the copy.", several(int(n), "event"))
	if n > had {
		o.out.printf("%s were not in the archive and are now.", several(int(n-had), "event"))
	}
	if aside != "" {
		o.out.printf("What was damaged is in %s.", aside)
	}
	o.out.printf("root  %s", root)
	return o.out.err
}

// withNATS runs fn beside a NATS server on the data folder. The first error is
// fn's, the second of the server itself.
func (o *restoreRun) withNATS(ctx context.Context, fn func(js jetstream.JetStream) error) (done, failed error) {
	logger := slog.New(slog.NewTextHandler(o.w.stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	nats, err := natsd.New(natsd.Config{StoreDir: filepath.Join(o.data, "nats")}, logger)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- nats.Run(ctx) }()
	select {
	case <-nats.Ready():
	case err := <-ended:
		cancel()
		return nil, err
	}
	conn, err := nats.Connect(ctx, natsd.RoleBoot, "flagledger restore")
	if err == nil {
		var js jetstream.JetStream
		if js, err = jetstream.New(conn); err == nil {
			done = fn(js)
		}
		conn.Close()
	}
	cancel()
	return done, errors.Join(err, <-ended)
}

// adopt appends the events of an export that the archive does not have. Those
// that it has must be the same.
func adopt(copied *archive.Archive, path string) error {
	f, err := os.Open(path) //nolint:gosec // whoever types the command names the file
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	in := ledger.NewEventFileReader(f, 0)
	var batch []ledger.Stored
	for {
		rec, err := in.Next()
		if errors.Is(err, io.EOF) {
			return copied.Append(batch...)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if rec.Kind != ledger.EventRecord {
			continue
		}
		e, stated, err := rec.Event()
		if err == nil && e.Hash() != stated {
			err = fmt.Errorf("event %d is not the one that its hash names", e.Seq)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if n, _ := copied.Newest(); e.Seq <= n {
			if mine, err := copied.Event(e.Seq); err != nil || mine.Hash() != stated {
				return fmt.Errorf("event %d is another one in %s than in the archive: %w", e.Seq, path, err)
			}
			continue
		}
		if batch = append(batch, e); len(batch) == ledger.MaxBatch {
			if err := copied.Append(batch...); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
}

// rescue appends events that the damaged log has beyond the archive, as long as
// they can be read and each follows on the one before it on its subject.
func rescue(ctx context.Context, js jetstream.JetStream, copied *archive.Archive) error {
	s, err := js.Stream(ctx, natslog.Stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	st := ledger.NewState()
	err = copied.Read(ctx, 1, ledger.AllSubjects, func(e ledger.Stored) error { return st.Apply(ledger.Decode(e)) })
	if err != nil {
		return err
	}
	for seq := st.Seq + 1; ; seq++ {
		msg, err := s.GetMsg(ctx, seq)
		if err != nil {
			return ctx.Err() // missing: what follows on it cannot be kept
		}
		e := ledger.Stored{Seq: seq, Subject: msg.Subject, Data: msg.Data}
		rec := ledger.Decode(e)
		if err := st.Apply(rec); err != nil {
			return err
		}
		if f, ok := st.FrozenAt(rec.Subject); ok && f.Seq == seq && errors.Is(f.Err, ledger.ErrChain) {
			return nil
		}
		if err := copied.Append(e); err != nil {
			return err
		}
	}
}

// moveAside takes the stream out of the store, and says where it is.
func (o *restoreRun) moveAside() (string, error) {
	streams, err := filepath.Glob(filepath.Join(o.data, "nats", "jetstream", "*", "streams", natslog.Stream))
	if err != nil || len(streams) == 0 {
		return "", err
	}
	aside := filepath.Join(o.data, "damaged-"+o.w.now().UTC().Format("20060102T150405.000Z"))
	if err := os.Mkdir(aside, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	for _, dir := range streams {
		if err := os.Rename(dir, filepath.Join(aside, natslog.Stream)); err != nil {
			return "", err
		}
	}
	// States that were folded are made anew: nobody knows from which events.
	return aside, os.RemoveAll(filepath.Join(o.data, "states"))
}

// refill publishes all events, reads them back, and returns the root of their
// tree.
func refill(ctx context.Context, js jetstream.JetStream, copied *archive.Archive, say *paper) (ledger.Hash, error) {
	var acc transparency.Accumulator
	if err := natslog.Setup(ctx, js, natslog.Config{}); err != nil {
		return ledger.Hash{}, err
	}
	log, err := natslog.New(js, slog.New(slog.DiscardHandler), natslog.Config{})
	if err != nil {
		return ledger.Hash{}, err
	}
	b := ledger.Batch{}
	flush := func() error {
		if len(b.Entries) == 0 {
			return nil
		}
		first := acc.Size() - uint64(len(b.Entries)) + 1
		b.ID = fmt.Sprint("restore-", first)
		last, err := log.Append(ctx, b)
		if err == nil && last != acc.Size() {
			err = fmt.Errorf("event %d became number %d", acc.Size(), last)
		}
		if acc.Size()%100_000 == 0 {
			say.printf("%s", several(int(acc.Size()), "event"))
		}
		b = ledger.Batch{}
		return err
	}
	err = copied.Read(ctx, 1, ledger.AllSubjects, func(e ledger.Stored) error {
		acc.Add(e.Hash())
		if b.Entries = append(b.Entries, ledger.Entry{Subject: e.Subject, Data: e.Data}); len(b.Entries) < ledger.MaxBatch {
			return nil
		}
		return flush()
	})
	if err = errors.Join(err, flush()); err != nil {
		return ledger.Hash{}, fmt.Errorf("write the ledger: %w", err)
	}
	var again transparency.Accumulator
	err = log.Read(ctx, 1, ledger.AllSubjects, func(e ledger.Stored) error {
		again.Add(e.Hash())
		return nil
	})
	if err == nil && (again.Size() != acc.Size() || again.Root() != acc.Root()) {
		err = fmt.Errorf("the ledger that was written has root %s, its copy %s", again.Root(), acc.Root())
	}
	return acc.Root(), err
}
