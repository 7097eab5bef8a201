package natsd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// lockName is the file whose lock marks the folder as in use. It stays behind
// when the server stops; only the lock on it counts.
const lockName = "server.lock"

// errLocked is what lockFile returns when somebody else holds the lock.
var errLocked = errors.New("locked by another process")

// claim makes sure that dir can hold the store and that nobody else uses it.
// The caller closes the file to give the folder up.
func claim(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder %s: %w", dir, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder %s is not writable: %w", dir, err)
	}
	if err := lockFile(f); err != nil {
		_ = f.Close()
		if errors.Is(err, errLocked) {
			return nil, fmt.Errorf("data folder %s: %w; stop it or use another folder", dir, ErrInUse)
		}
		return nil, fmt.Errorf("data folder %s: lock: %w", dir, err)
	}
	if err := probe(dir); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("data folder %s is not writable: %w", dir, err)
	}
	return f, nil
}

// probe writes and syncs a small file: a full or read-only disk is better
// found here than by the first event.
func probe(dir string) error {
	f, err := os.CreateTemp(dir, "probe-*")
	if err != nil {
		return err
	}
	_, werr := f.Write(make([]byte, 4096))
	return errors.Join(werr, f.Sync(), f.Close(), os.Remove(f.Name()))
}

// Claim keeps every server from using a store's folder until release is called. It
// returns ErrInUse (wrapped) when one does.
func Claim(dir string) (release func() error, err error) {
	f, err := claim(dir)
	if err != nil {
		return nil, err
	}
	return f.Close, nil
}
