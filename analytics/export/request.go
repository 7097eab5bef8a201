package export

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// reply is a tool's answer.
type reply struct {
	status int
	body   []byte
	wait   time.Duration // Retry-After
}

// maxReply bounds what is read of an answer.
const maxReply = 4 << 20

// post sends a body. With zip it is compressed.
func post(ctx context.Context, client *http.Client, url string, body []byte, zip bool, header map[string]string) (reply, error) {
	if zip {
		var small bytes.Buffer
		w := gzip.NewWriter(&small)
		_, err := w.Write(body)
		if err := errors.Join(err, w.Close()); err != nil {
			return reply{}, err
		}
		body = small.Bytes()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("User-Agent", "flagledger-export")
	for name, value := range header {
		req.Header.Set(name, value)
	}
	if zip {
		req.Header.Set("Content-Encoding", "gzip")
	}
	resp, err := client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	r := reply{status: resp.StatusCode, body: answer}
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		r.wait = time.Duration(seconds) * time.Second
	}
	return r, err
}

// plain is the outcome of an answer of which only the status says anything.
func (r reply) plain() outcome {
	o := byStatus(r.status, r.reason())
	o.wait = r.wait
	return o
}

// reason is what the tool says, shortened.
func (r reply) reason() string {
	const most = 300
	text := string(bytes.TrimSpace(r.body))
	if len(text) > most {
		text = text[:most] + "..."
	}
	return fmt.Sprintf("status %d: %s", r.status, text)
}

// away is the outcome of a request without an answer.
func away(err error) outcome { return outcome{verdict: later, reason: err.Error()} }

// list joins the bodies to a JSON list.
func list(bodies [][]byte) []byte {
	return append(append([]byte{'['}, bytes.Join(bodies, []byte{','})...), ']')
}

// jsonBody encodes what cannot fail to be encoded: texts, numbers and maps.
func jsonBody(v any) ([]byte, error) { return json.Marshal(v) }
