package export

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// webhook signs requests as Standard Webhooks 1.0.0 says: the header
// webhook-signature is "v1," and the base64 of an HMAC-SHA256 of the id, the
// time and the body (https://www.standardwebhooks.com). A secret that begins
// with "whsec_" is base64, as there.
type webhook struct {
	client *http.Client
	url    string
	secret []byte
	now    func() time.Time
}

func newWebhook(c Config) (sink, error) {
	secret := []byte(c.Secret)
	if text, ok := strings.CutPrefix(c.Secret, "whsec_"); ok {
		var err error
		if secret, err = base64.StdEncoding.DecodeString(text); err != nil {
			return nil, fmt.Errorf("secret: what follows whsec_ is not base64: %w", err)
		}
	}
	if len(secret) < 24 {
		return nil, fmt.Errorf("secret: has %d bytes; at least 24 are needed", len(secret))
	}
	return &webhook{client: newClient(), url: c.URL, secret: secret, now: time.Now}, nil
}

func (w *webhook) limits(string) limits { return limits{items: 1000, bytes: 1 << 20} }

func (w *webhook) encode(i item) ([]parcel, error) {
	body, err := record(i)
	return []parcel{{body: body, item: i}}, err
}

// record is an item in our own words, for webhooks and files.
func record(i item) ([]byte, error) {
	r := map[string]any{"id": i.id, "type": "event", "project": i.project, "environment": i.environment, "at": i.at.UTC()}
	if i.exposure != nil {
		r["type"], r["exposure"] = "assignment", i.exposure
	} else {
		r["event"] = i.event
	}
	return jsonBody(r)
}

func (w *webhook) send(ctx context.Context, _ string, bodies [][]byte) outcome {
	body := append([]byte(`{"type":"flagledger.export","data":`), append(list(bodies), '}')...)
	sum := sha256.Sum256(body)
	id, at := "msg_"+base64.RawURLEncoding.EncodeToString(sum[:16]), strconv.FormatInt(w.now().Unix(), 10)
	mac := hmac.New(sha256.New, w.secret)
	_, _ = mac.Write([]byte(id + "." + at + "."))
	_, _ = mac.Write(body)
	r, err := post(ctx, w.client, w.url, body, false, map[string]string{
		"Content-Type": "application/json", "webhook-id": id, "webhook-timestamp": at,
		"webhook-signature": "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)),
	})
	if err != nil {
		return away(err)
	}
	return r.plain()
}
