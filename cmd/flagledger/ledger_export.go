package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/ledger"
)

// exportRun is one "ledger export".
type exportRun struct{ project, flag string }

func newLedgerExport(a *app) *cobra.Command {
	o := &exportRun{}
	cmd := &cobra.Command{
		Use:   "export FILE",
		Short: "Copy the ledger into a file that can be verified without the server",
		Long: `Write every event, byte by byte as it is stored, with the signed checkpoints, into
one file: docs/ledger.md describes it. A FILE that is there already is gone on
with, after a look at what it holds: what was added since is appended. - is
standard output.

With --flag or -p it takes the events of one flag or project only, each with the
proof that it is in the newest checkpoint.`,
		Example: example(
			`flagledger ledger export ledger.events`,
			`flagledger ledger export --flag new-pdf-engine pdf.events`,
			`flagledger ledger export - | gzip > ledger.events.gz`),
		Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		if o.flag != "" {
			o.project = s.project
		} else if cmd.Flags().Changed("project") {
			o.project = a.given.project
		}
		return o.run(ctx, s, args[0])
	})
	cmd.Flags().StringVar(&o.flag, "flag", "", "only the events of this flag, with proofs")
	a.completeFlag(cmd, "flag", a.completeFlags)
	return cmd
}

func (o *exportRun) run(ctx context.Context, s *session, path string) error {
	query := url.Values{}
	if o.project != "" {
		query.Set("project", o.project)
	}
	if o.flag != "" {
		query.Set("flag", o.flag)
	}
	if path == "-" {
		_, err := s.download(ctx, apiRoot+"/ledger/export", query, s.stdout, nil)
		return err
	}
	file, had, err := openExport(path, o.project != "")
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if had > 0 {
		query.Set("from", strconv.FormatUint(had+1, 10))
	}
	out := bufio.NewWriterSize(file, 1<<20)
	last, err := s.download(ctx, apiRoot+"/ledger/export", query, out, s.counting("events"))
	if err = errors.Join(err, out.Flush(), file.Sync()); err != nil {
		return fmt.Errorf("%w; the same command goes on after what %s has", err, path)
	}
	if s.json {
		return s.printValue(map[string]any{"file": path, "had": had, "last": max(had, last)})
	}
	switch {
	case o.project != "":
		s.sayf("%s has the events up to %s, each with its proof.", path, count(int64(last)))
	case had > 0:
		s.sayf("%s had %s events and has %s now.", path, count(int64(had)), count(int64(max(had, last))))
	default:
		s.sayf("%s has %s events.", path, count(int64(last)))
	}
	s.sayf(`Check it with "flagledger ledger verify %s --key KEY", where KEY is one that you have kept.`, path)
	return nil
}

// openExport opens a file to append to and says up to which event it is whole.
// What stands behind that event is cut off: the server gives it again.
func openExport(path string, selection bool) (*os.File, uint64, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // whoever types the command names the file
	if err != nil {
		return nil, 0, err
	}
	end, had, err := int64(0), uint64(0), error(nil)
	in := ledger.NewEventFileReader(file, 0)
	for err == nil {
		var rec ledger.EventFileRecord
		if rec, err = in.Next(); err == nil && rec.Kind == ledger.EventRecord {
			var e ledger.Stored
			e, _, err = rec.Event()
			end, had = in.Offset(), e.Seq
		}
	}
	whole := errors.Is(err, io.EOF) || errors.Is(err, ledger.ErrCutOff)
	if selection && in.Offset() > 0 {
		return nil, 0, errors.Join(usagef("%s is there already; name another file", path), file.Close())
	}
	if !whole {
		return nil, 0, errors.Join(fmt.Errorf("%s is not an export: %w", path, err), file.Close())
	}
	if err := file.Truncate(end); err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	_, err = file.Seek(end, io.SeekStart)
	return file, had, err
}

// download copies an event file from the server, record by record, and returns
// the last event. An answer that ends within a record or without its end is an
// error.
func (s *session) download(ctx context.Context, path string, query url.Values, to io.Writer, show func(uint64)) (uint64, error) {
	body, err := s.api.open(ctx, call{method: "GET", path: path, query: query})
	if err != nil {
		return 0, err
	}
	defer func() { _ = body.Close() }()
	in, last, ended := ledger.NewEventFileReader(body, 0), uint64(0), false
	for {
		rec, err := in.Next()
		if errors.Is(err, io.EOF) && ended {
			return last, nil
		}
		if errors.Is(err, io.EOF) {
			err = ledger.ErrCutOff
		}
		if err != nil {
			return last, fmt.Errorf("read the server's answer after event %d: %w", last, err)
		}
		if rec.Kind == ledger.EventRecord {
			e, _, err := rec.Event()
			if err != nil {
				return last, fmt.Errorf("read the server's answer after event %d: %w", last, err)
			}
			if last = e.Seq; show != nil {
				show(last)
			}
		}
		ended = rec.Kind == "end"
		if _, err := to.Write(ledger.AppendRecord(nil, rec)); err != nil {
			return last, err
		}
	}
}

// counting shows on a terminal how far a long work has come, and nothing
// elsewhere.
func (s *session) counting(what string) func(uint64) {
	if !s.terminal {
		return nil
	}
	return func(n uint64) {
		if n%5000 == 0 {
			_, _ = fmt.Fprintf(s.stderr, "\r%s %s", count(int64(n)), what)
		}
	}
}
