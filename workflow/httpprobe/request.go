package httpprobe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// caller makes the requests to one source.
type caller struct {
	config Config
	client *http.Client
}

func newCaller(c Config) caller {
	return caller{c, &http.Client{CheckRedirect: sameHost}}
}

// sameHost lets a request go on where it was meant to go. A redirect that makes
// a GET of it would lose what was asked.
func sameHost(req *http.Request, via []*http.Request) error {
	first := via[0]
	switch {
	case req.URL.Host != first.URL.Host || req.URL.Scheme != first.URL.Scheme:
		return errors.New("redirects to another host or scheme; give the final address as the url")
	case req.Method != first.Method:
		return errors.New("redirects in a way that loses the question; give the final address as the url")
	case len(via) > 3:
		return errors.New("redirects without end")
	}
	return nil
}

// post sends a body and returns the answer's, of at most limit bytes. An
// answer that is not 2xx is a *statusError.
func (c caller) post(ctx context.Context, to string, body []byte, header map[string]string, limit int64) ([]byte, error) {
	slow := fmt.Errorf("no answer within %s", c.config.Timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, time.Duration(c.config.Timeout), slow)
	defer cancel()
	answer, err := c.exchange(ctx, to, body, header, limit)
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	// The address may be secret in itself.
	var where *url.Error
	if errors.As(err, &where) {
		err = where.Err
	}
	return answer, err
}

func (c caller) exchange(ctx context.Context, to string, body []byte, header map[string]string, limit int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "flagledger-sources")
	req.Header.Set("Accept", "application/json")
	if c.config.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.config.Token)
	}
	if c.config.User != "" {
		req.SetBasicAuth(c.config.User, c.config.Password)
	}
	for name, value := range c.config.Headers {
		req.Header.Set(name, value)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the answer breaks off: %w", err)
	case int64(len(answer)) > limit:
		return nil, fmt.Errorf("the answer has more than %d KiB", limit>>10)
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return nil, &statusError{resp.StatusCode, answer}
	}
	return answer, nil
}

// statusError is an answer that is not 2xx.
type statusError struct {
	status int
	body   []byte
}

func (e *statusError) Error() string {
	const most = 200
	text := strings.TrimSpace(string(e.body))
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "..."
	}
	return strings.TrimSuffix(fmt.Sprintf("status %d: %s", e.status, text), ": ")
}
