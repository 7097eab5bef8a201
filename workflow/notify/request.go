package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// answerTime is how long a receiver may take to answer before it is taken to be
// away.
const answerTime = 30 * time.Second

// poster posts to one address.
type poster struct {
	client *http.Client
	url    string
}

func newPoster(address string) poster {
	transport := http.DefaultTransport
	if t, ok := transport.(*http.Transport); ok {
		transport = t.Clone() // connections of its own, which end with it
	}
	return poster{url: address, client: &http.Client{
		Timeout: answerTime, Transport: transport,
		// Following would make a GET of it, and lose the message.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (p poster) close() { p.client.CloseIdleConnections() }

// post sends a body of JSON. What is said of a failure never has the address,
// which is a key.
func (p poster) post(ctx context.Context, body []byte, header map[string]string) outcome {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return outcome{verdict: later, says: withoutAddress(err)}
	}
	req.Header.Set("User-Agent", "flagledger-notify")
	req.Header.Set("Content-Type", "application/json")
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return outcome{verdict: later, says: withoutAddress(err)}
	}
	defer func() { _ = resp.Body.Close() }()
	const most = 300
	text, _ := io.ReadAll(io.LimitReader(resp.Body, most)) // the status says enough
	o := outcome{verdict: byStatus(resp.StatusCode), says: oneLine(fmt.Sprintf("status %d: %s", resp.StatusCode, text))}
	if o.verdict == later {
		o.wait = retryAfter(resp.Header)
	}
	return o
}

func withoutAddress(err error) string {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err.Error()
	}
	return err.Error()
}

// byStatus is the verdict of a status. What is wrong with this message alone is
// refused. A key that was revoked, an address that is gone and a redirection are
// for a person to put right: the message waits as long as the channel's patience
// lasts.
func byStatus(status int) verdict {
	switch {
	case status >= 200 && status < 300:
		return taken
	case status == http.StatusBadRequest, status == http.StatusRequestEntityTooLarge, status == http.StatusUnprocessableEntity:
		return refused
	default:
		return later
	}
}

// retryAfter is how long the receiver asks to be left alone, 0 if it does not.
func retryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds > 0 {
		return time.Duration(min(seconds, 24*60*60)) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	sent, err := http.ParseTime(h.Get("Date")) // by the same clock
	if err != nil {
		return 0
	}
	return min(max(0, at.Sub(sent)), 24*time.Hour)
}
