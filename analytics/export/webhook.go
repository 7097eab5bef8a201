package export

import (
	"context"
	"fmt"
	"net/http"
	"time"

	signing "github.com/flagledger/flagledger/internal/webhook"
)

// webhook sends records in our own words, signed.
type webhook struct {
	client *http.Client
	url    string
	secret signing.Secret
	now    func() time.Time
}

func newWebhook(c Config) (sink, error) {
	secret, err := signing.ParseSecret(c.Secret)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
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
	header := w.secret.Headers(signing.ID(string(body)), w.now(), body)
	header["Content-Type"] = "application/json"
	r, err := post(ctx, w.client, w.url, body, false, header)
	if err != nil {
		return away(err)
	}
	return r.plain()
}
