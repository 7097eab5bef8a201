package transparency

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/flagledger/flagledger/ledger"
)

// Checkpoint says how many events a ledger has and what the root of their tree
// is.
type Checkpoint struct {
	// Origin names the ledger; it is the name of its key, too.
	Origin string
	Size   uint64
	Root   ledger.Hash
}

// text is the form of C2SP tlog-checkpoint.
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// Open reads a signed checkpoint and checks its signature with a verifier key,
// as Key.Public gives it.
func Open(signed []byte, key string) (Checkpoint, error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("the verifier key %.80q: %w", key, err)
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	c, err := parse(n.Text)
	if err == nil && c.Origin != v.Name() {
		err = fmt.Errorf("checkpoint: its origin is %q, the key's name %q", c.Origin, v.Name())
	}
	return c, err
}

// Peek reads a checkpoint without checking who signed it.
func Peek(signed []byte) (Checkpoint, error) { return parse(string(signed)) }

func parse(text string) (Checkpoint, error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) < 4 || lines[0] == "" {
		return Checkpoint{}, errors.New("checkpoint: it has not three lines: origin, size, root")
	}
	size, err := strconv.ParseUint(lines[1], 10, 63)
	if err != nil || strconv.FormatUint(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("checkpoint: size %.40q is not a number", lines[1])
	}
	c := Checkpoint{Origin: lines[0], Size: size}
	if err := c.Root.UnmarshalText([]byte(lines[2])); err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: root %w", err)
	}
	return c, nil
}

// Key signs checkpoints.
type Key struct {
	signer note.Signer
	public string
}

// Public is the verifier key, which auditors keep.
func (k Key) Public() string { return k.public }

// Origin names the ledger.
func (k Key) Origin() string { return k.signer.Name() }

// Sign signs a checkpoint.
func (k Key) Sign(size uint64, root ledger.Hash) ([]byte, error) {
	c := Checkpoint{k.Origin(), size, root}
	signed, err := note.Sign(&note.Note{Text: c.text()}, k.signer)
	if err != nil {
		return nil, fmt.Errorf("sign the checkpoint of %d events: %w", size, err)
	}
	return signed, nil
}

// The files of a Key in its folder.
const (
	secretFile = "checkpoint.key"
	publicFile = "checkpoint.pub"
)

// OpenKey reads the key in a folder, or makes one with a name of its own. The
// secret is readable by its owner only; whoever has it can sign another history.
func OpenKey(dir string) (Key, error) {
	secret, err := os.ReadFile(filepath.Join(dir, secretFile))
	if errors.Is(err, fs.ErrNotExist) {
		return newKey(dir)
	}
	if err != nil {
		return Key{}, fmt.Errorf("key of the ledger: %w", err)
	}
	public, err := os.ReadFile(filepath.Join(dir, publicFile))
	if err != nil {
		return Key{}, fmt.Errorf("key of the ledger: %w", err)
	}
	return parseKey(string(secret), string(public))
}

func newKey(dir string) (Key, error) {
	id := make([]byte, 10)
	if _, err := rand.Read(id); err != nil {
		return Key{}, err
	}
	name := "flagledger/" + strings.ToLower(base32.StdEncoding.EncodeToString(id))
	secret, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return Key{}, fmt.Errorf("make a key for the ledger: %w", err)
	}
	// The public part first: a secret on its own would be of no use.
	for _, f := range []struct{ name, text string }{{publicFile, public}, {secretFile, secret}} {
		if err := writeSynced(filepath.Join(dir, f.name), []byte(f.text+"\n")); err != nil {
			return Key{}, fmt.Errorf("keep the key of the ledger: %w", err)
		}
	}
	return parseKey(secret, public)
}

func parseKey(secret, public string) (Key, error) {
	signer, err := note.NewSigner(strings.TrimSpace(secret))
	if err != nil {
		return Key{}, fmt.Errorf("key of the ledger: %w", err)
	}
	k := Key{signer, strings.TrimSpace(public)}
	signed, err := k.Sign(0, ledger.Hash{})
	if err == nil {
		_, err = Open(signed, k.public)
	}
	if err != nil {
		return Key{}, fmt.Errorf("key of the ledger: %s and %s do not belong together: %w", secretFile, publicFile, err)
	}
	return k, nil
}

// writeSynced makes a file that only its owner can read.
func writeSynced(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}
