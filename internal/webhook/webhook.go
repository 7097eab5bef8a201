// Package webhook signs requests as Standard Webhooks 1.0.0 says
// (https://www.standardwebhooks.com), so that whoever gets one can tell that it
// is from this server, new, and whole:
//
//	webhook-id: msg_...             the same when a request is made again
//	webhook-timestamp: 1767225600   seconds since 1970
//	webhook-signature: v1,BASE64    HMAC-SHA256 of "ID.TIMESTAMP.BODY"
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// MinSecret is the least number of bytes of a secret.
const MinSecret = 24

// Tolerance is how far a request's time may be from the clock of whoever
// verifies it.
const Tolerance = 5 * time.Minute

// ErrSignature is why Verify refuses a request, for errors.Is.
var ErrSignature = errors.New("the signature is not valid")

// Secret is shared by the two sides. Its zero value signs nothing.
type Secret struct{ key []byte }

// ParseSecret reads a secret: text that begins with "whsec_" is base64, all
// other text is taken as it is. It must have MinSecret bytes.
func ParseSecret(text string) (Secret, error) {
	key := []byte(text)
	if encoded, ok := strings.CutPrefix(text, "whsec_"); ok {
		var err error
		if key, err = base64.StdEncoding.DecodeString(encoded); err != nil {
			return Secret{}, fmt.Errorf("what follows whsec_ is not base64: %w", err)
		}
	}
	if len(key) < MinSecret {
		return Secret{}, fmt.Errorf("has %d bytes; at least %d are needed", len(key), MinSecret)
	}
	return Secret{key}, nil
}

// ID names a message by its content: made again from the same parts it is the
// same, and whoever gets it twice can tell.
func ID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "msg_" + base64.RawURLEncoding.EncodeToString(sum[:16])
}

// Headers are what a request with this id and body carries when it is made at
// that time.
func (s Secret) Headers(id string, at time.Time, body []byte) map[string]string {
	stamp := strconv.FormatInt(at.Unix(), 10)
	return map[string]string{
		"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": "v1," + s.sum(id, stamp, body),
	}
}

// Verify checks what a request carries. The error wraps ErrSignature.
func (s Secret) Verify(h http.Header, body []byte, now time.Time) error {
	id, stamp := h.Get("webhook-id"), h.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || id == "" {
		return fmt.Errorf("webhook-id and webhook-timestamp are not both there: %w", ErrSignature)
	}
	if age := now.Sub(time.Unix(seconds, 0)); age.Abs() > Tolerance {
		return fmt.Errorf("webhook-timestamp is %s away: %w", age.Abs(), ErrSignature)
	}
	want := "v1," + s.sum(id, stamp, body)
	for signature := range strings.FieldsSeq(h.Get("webhook-signature")) {
		if hmac.Equal([]byte(signature), []byte(want)) {
			return nil
		}
	}
	return ErrSignature
}

func (s Secret) sum(id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, s.key)
	_, _ = mac.Write([]byte(id + "." + stamp + "."))
	_, _ = mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
