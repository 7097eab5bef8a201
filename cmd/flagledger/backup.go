package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/internal/natsd"
)

func newBackup(a *app) *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Put the data folder of a stopped server into one file",
		Long: `Put everything in the data folder of a server that is stopped into one compressed
file: the ledger with its copy and its keys, and exposures and events when they are
kept there. The file has secrets and is readable by its owner only.

The ledger of a running server is copied by "flagledger ledger export".`,
		Example: example(`flagledger backup flagledger.tar.gz --data /var/lib/flagledger`,
			`flagledger backup restore flagledger.tar.gz --data /var/lib/flagledger`),
		Args: cobra.ExactArgs(1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		a.started = true
		from := first(data, a.getenv(varData), defaultData)
		n, err := backup(cmd.Context(), from, args[0])
		if err != nil {
			return withCommand(err, cmd)
		}
		newPaper(a.stdout, false).printf("%s has %s of %s.", args[0], several(n, "file"), from)
		return nil
	}
	cmd.Flags().StringVar(&data, "data", "", "data folder ($"+varData+", else "+defaultData+")")
	cmd.AddCommand(newBackupRestore(a))
	return cmd
}

func newBackupRestore(a *app) *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:     "restore FILE",
		Short:   "Make a data folder of a backup",
		Example: example(`flagledger backup restore flagledger.tar.gz --data /var/lib/flagledger`),
		Args:    cobra.ExactArgs(1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		a.started = true
		to := first(data, a.getenv(varData), defaultData)
		n, err := unpack(args[0], to)
		if err != nil {
			return withCommand(err, cmd)
		}
		newPaper(a.stdout, false).printf("%s has %s of the backup. Start the server with --data %s.", to, several(n, "file"), to)
		return nil
	}
	cmd.Flags().StringVar(&data, "data", "", "data folder, which must be empty or not be there ($"+varData+", else "+defaultData+")")
	return cmd
}

// backup writes a folder into a file while nobody else can use the folder. The
// file is there as a whole or not at all.
func backup(ctx context.Context, data, path string) (files int, err error) {
	if _, err := os.Stat(filepath.Join(data, "nats")); err != nil {
		return 0, usagef("%s is no data folder of flagledger", data)
	}
	release, err := natsd.Claim(filepath.Join(data, "nats"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, release()) }()
	out, err := os.OpenFile(path+".partial", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // whoever types the command names the file
	if err != nil {
		return 0, err
	}
	zipped := gzip.NewWriter(out)
	packed := tar.NewWriter(zipped)
	files, err = pack(ctx, data, packed)
	if err = errors.Join(err, packed.Close(), zipped.Close(), out.Sync(), out.Close()); err != nil {
		return 0, errors.Join(err, os.Remove(path+".partial"))
	}
	return files, os.Rename(path+".partial", path)
}

// pack adds the files of a folder. States are made anew, and what was damaged
// before is of no use to anybody who restores.
func pack(ctx context.Context, data string, to *tar.Writer) (files int, err error) {
	err = filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		name, err := filepath.Rel(data, path)
		if err != nil {
			return err
		}
		if d.IsDir() && (name == "states" || strings.HasPrefix(name, "damaged-")) {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() {
			return nil
		}
		files++
		return packFile(path, filepath.ToSlash(name), to)
	})
	return files, err
}

func packFile(path, name string, to *tar.Writer) error {
	f, err := os.Open(path) //nolint:gosec // a file of the data folder
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	head := &tar.Header{Name: name, Mode: int64(info.Mode().Perm()), Size: info.Size(), ModTime: info.ModTime(), Format: tar.FormatPAX}
	if err := to.WriteHeader(head); err != nil {
		return err
	}
	_, err = io.Copy(to, f)
	return err
}

// unpack makes a folder of a backup. It writes nothing outside of it.
func unpack(path, data string) (files int, err error) {
	if had, err := os.ReadDir(data); err == nil && len(had) > 0 {
		return 0, usagef("%s is not empty; restore into a new folder", data)
	}
	in, err := os.Open(path) //nolint:gosec // whoever types the command names the file
	if err != nil {
		return 0, err
	}
	defer func() { _ = in.Close() }()
	zipped, err := gzip.NewReader(in)
	if err != nil {
		return 0, fmt.Errorf("%s is no backup: %w", path, err)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return 0, err
	}
	root, err := os.OpenRoot(data)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	for packed := tar.NewReader(zipped); ; files++ {
		head, err := packed.Next()
		if errors.Is(err, io.EOF) && files > 0 {
			return files, nil
		}
		if err == nil {
			err = unpackFile(root, head, packed)
		}
		if err != nil {
			return files, fmt.Errorf("%s: %w", path, err)
		}
	}
}

func unpackFile(root *os.Root, head *tar.Header, from io.Reader) error {
	if err := root.MkdirAll(filepath.Dir(filepath.FromSlash(head.Name)), 0o700); err != nil {
		return err
	}
	f, err := root.OpenFile(filepath.FromSlash(head.Name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fs.FileMode(head.Mode)&0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from) //nolint:gosec // as large as what was backed up
	return errors.Join(err, f.Sync(), f.Close())
}
