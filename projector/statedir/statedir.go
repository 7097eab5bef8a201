package statedir

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/s2"

	"github.com/flagledger/flagledger/ledger"
)

// DefaultMax is how many states are kept when the Config does not say.
const DefaultMax = 64

// Config says where and how many.
type Config struct {
	// Dir is the folder; it is made when it is not there.
	Dir string
	// Version is that of the program: states of another one are not read.
	Version string
	// Max is how many states are kept, at least 2; 0 means DefaultMax.
	Max int
}

// Dir implements projector.States. It is safe for concurrent use by one
// process; several must not share a folder.
type Dir struct {
	cfg    Config
	key    string // of the form, in file names
	logger *slog.Logger
}

// suffix ends the names of whole files, partial those of files being written.
const (
	suffix  = ".state"
	partial = ".partial"
)

// Open makes the folder and removes what was left half-written.
func Open(cfg Config, logger *slog.Logger) (*Dir, error) {
	if cfg.Max == 0 {
		cfg.Max = DefaultMax
	}
	if cfg.Max < 2 {
		return nil, fmt.Errorf("statedir: Max is %d; use 2 or more", cfg.Max)
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder for states: %w", err)
	}
	sum := sha256.Sum256([]byte(ledger.StateSchema() + cfg.Version))
	d := &Dir{cfg: cfg, key: fmt.Sprintf("%x", sum[:6]), logger: logger}
	left, err := filepath.Glob(filepath.Join(cfg.Dir, "*"+partial))
	if err != nil {
		return nil, fmt.Errorf("folder for states: %w", err)
	}
	for _, name := range left {
		if err := os.Remove(name); err != nil {
			return nil, fmt.Errorf("folder for states: %w", err)
		}
	}
	return d, nil
}

// Newest implements projector.States.
func (d *Dir) Newest(ctx context.Context, seq uint64) (*ledger.State, error) {
	have, err := d.list()
	if err != nil {
		return nil, err
	}
	for _, at := range slices.Backward(have) {
		if at > seq {
			continue
		}
		st, err := d.read(at)
		if err == nil && st.Seq == at {
			return st, nil
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue // thinned out meanwhile
		}
		d.logger.WarnContext(ctx, "saved state is damaged and was removed", slog.String("file", d.path(at)), slog.Any("err", err))
		if err := os.Remove(d.path(at)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("remove a damaged state: %w", err)
		}
	}
	return nil, ctx.Err()
}

// Keep implements projector.States.
func (d *Dir) Keep(ctx context.Context, st *ledger.State) error {
	var file bytes.Buffer
	file.Write(make([]byte, sha256.Size))
	w := s2.NewWriter(&file, s2.WriterConcurrency(1))
	if err := errors.Join(st.Save(w), w.Close(), ctx.Err()); err != nil {
		return err
	}
	b := file.Bytes()
	sum := sha256.Sum256(b[sha256.Size:])
	copy(b, sum[:])
	if err := writeSynced(d.path(st.Seq), b); err != nil {
		return fmt.Errorf("save the state at %d: %w", st.Seq, err)
	}
	return d.thin()
}

func (d *Dir) read(seq uint64) (*ledger.State, error) {
	b, err := os.ReadFile(d.path(seq))
	if err != nil {
		return nil, err
	}
	if len(b) < sha256.Size {
		return nil, io.ErrUnexpectedEOF
	}
	sum := sha256.Sum256(b[sha256.Size:])
	if !bytes.Equal(sum[:], b[:sha256.Size]) {
		return nil, errors.New("its content is not what its hash says")
	}
	return ledger.Load(s2.NewReader(bytes.NewReader(b[sha256.Size:])))
}

func (d *Dir) path(seq uint64) string {
	return filepath.Join(d.cfg.Dir, fmt.Sprintf("%020d-%s%s", seq, d.key, suffix))
}

// list gives the sequences of the states that this version can read, rising,
// and removes files of other versions.
func (d *Dir) list() ([]uint64, error) {
	entries, err := os.ReadDir(d.cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("list states: %w", err)
	}
	var out []uint64
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok {
			continue
		}
		digits, key, _ := strings.Cut(name, "-")
		seq, err := strconv.ParseUint(digits, 10, 64)
		if err == nil && key == d.key {
			out = append(out, seq)
			continue
		}
		if err := os.Remove(filepath.Join(d.cfg.Dir, e.Name())); err != nil {
			return nil, fmt.Errorf("remove a state of another version: %w", err)
		}
	}
	slices.Sort(out)
	return out, nil
}

// thin removes states until there are no more than Max.
func (d *Dir) thin() error {
	have, err := d.list()
	for err == nil && len(have) > d.cfg.Max {
		i := dispensable(have)
		err = os.Remove(d.path(have[i]))
		have = slices.Delete(have, i, i+1)
	}
	if err != nil {
		return fmt.Errorf("thin out states: %w", err)
	}
	return nil
}

// dispensable is the index of the state without which the gap is smallest. The
// newest is never it.
func dispensable(seqs []uint64) int {
	best, smallest, before := 0, ^uint64(0), uint64(0)
	for i, seq := range seqs[:len(seqs)-1] {
		if gap := seqs[i+1] - before; gap < smallest {
			best, smallest = i, gap
		}
		before = seq
	}
	return best
}

// writeSynced makes a file that is whole or not there.
func writeSynced(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "*"+partial)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
