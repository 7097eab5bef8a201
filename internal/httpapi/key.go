package httpapi

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

// Key is a new access key. Text is what its holder presents, and the only
// place where the secret ever is; ID and Hash go into the ledger.
type Key struct {
	ID   string // 10 lower-case base32 characters
	Text string // fl_<kind>_<id>_<secret>
	Hash string // SHA-256 of the secret, in hex
}

// NewKey makes a key with a secret of 32 random bytes. It admits nobody until
// a ledger.CreateAccessKey with its ID and Hash has been carried out.
func NewKey(kind ledger.AccessKind) Key {
	var random [7 + 32]byte
	_, _ = rand.Read(random[:]) // never fails
	id := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(random[:7]))[:10]
	secret := base64.RawURLEncoding.EncodeToString(random[7:])
	return Key{
		ID:   id,
		Text: keyPrefix + "_" + string(kind) + "_" + id + "_" + secret,
		Hash: hashSecret(secret),
	}
}

const keyPrefix = "fl"

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// presented is a key as a request shows it.
type presented struct {
	kind   ledger.AccessKind
	id     string
	secret string
}

// parseKey takes a key's text apart. The secret may hold further underscores.
func parseKey(text string) (presented, bool) {
	parts := strings.SplitN(text, "_", 4)
	if len(parts) != 4 || parts[0] != keyPrefix || parts[2] == "" || parts[3] == "" {
		return presented{}, false
	}
	switch kind := ledger.AccessKind(parts[1]); kind {
	case ledger.AccessAdmin, ledger.AccessServer, ledger.AccessClient:
		return presented{kind, parts[2], parts[3]}, true
	default:
		return presented{}, false
	}
}

// KeyID returns the ID in a key's text, or "" when text is no key.
func KeyID(text string) string {
	shown, _ := parseKey(text)
	return shown.id
}

// Admits reports whether text is the key that k stands for. Whether k may
// still be used is AccessKeyState.Usable's to say.
func Admits(text string, k ledger.AccessKey) bool {
	shown, ok := parseKey(text)
	return ok && shown.opens(k)
}

// opens compares the secret in constant time.
func (p presented) opens(k ledger.AccessKey) bool {
	same := subtle.ConstantTimeCompare([]byte(hashSecret(p.secret)), []byte(k.Hash)) == 1
	return same && p.kind == k.Kind
}
