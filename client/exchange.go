package client

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

// Version of this SDK.
const Version = "0.1.0"

const sdkName = "go/" + Version

const (
	maxRuleset = 256 << 20 // bytes of one ruleset
	maxAnswer  = 4 << 20   // bytes of any other answer
	gzipAbove  = 1 << 10   // bytes of a body worth compressing
)

// ErrUnauthorized means that the server refuses the key. The client goes on
// with what it has and asks again every half minute.
var ErrUnauthorized = errors.New("the server refuses the key")

// StatusError is an answer of the server that is not what was asked for.
type StatusError struct {
	Path   string // of the request
	Status int
	// Detail is what the server says about it, or "".
	Detail string
	// RetryAfter is how long the server asks to wait; 0 if it does not.
	RetryAfter time.Duration
}

// Error names the request, the status and what the server says.
func (e *StatusError) Error() string {
	text := fmt.Sprintf("%s: %d %s", e.Path, e.Status, http.StatusText(e.Status))
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// Is reports whether the status means ErrUnauthorized.
func (e *StatusError) Is(target error) bool {
	return target == ErrUnauthorized && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden)
}

// temporary reports whether the same request may succeed later.
func (e *StatusError) temporary() bool {
	return e.Status >= 500 || e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout
}

// server speaks to the server. It is safe for concurrent use.
type server struct {
	http     *http.Client
	url      string
	key      string
	instance string
	timeout  time.Duration // of one exchange
}

func (s *server) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	req.Header.Set("Flagledger-Instance", s.instance)
	req.Header.Set("Flagledger-SDK", sdkName)
	req.Header.Set("User-Agent", "flagledger-"+sdkName)
	return req, nil
}

// post sends value as JSON and reads the answer into into, unless that is nil.
// A status other than want is a *StatusError.
func (s *server) post(ctx context.Context, path string, value, into any, want int) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	body, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	compressed := len(body) > gzipAbove
	if compressed {
		if body, err = compress(body); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	req, err := s.request(ctx, http.MethodPost, path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if compressed {
		req.Header.Set("Content-Encoding", "gzip")
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer resp.Body.Close() //nolint:errcheck // read only
	if resp.StatusCode != want {
		return statusError(path, resp)
	}
	return decodeAnswer(path, resp.Body, maxAnswer, into)
}

// decodeAnswer reads one JSON document of at most limit bytes; into may be nil.
// The rest is read too, so that the connection can be used again.
func decodeAnswer(path string, body io.Reader, limit int64, into any) error {
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	switch {
	case err != nil:
		return fmt.Errorf("%s: read answer: %w", path, err)
	case int64(len(data)) > limit:
		return fmt.Errorf("%s: the answer is longer than %d bytes", path, limit)
	case into == nil:
		return nil
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: read answer: %w", path, err)
	}
	return nil
}

func compress(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// statusError reads what the server says about a failure.
func statusError(path string, resp *http.Response) *StatusError {
	e := &StatusError{Path: path, Status: resp.StatusCode}
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.RetryAfter = time.Duration(min(seconds, 3600)) * time.Second
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	var p problem
	if err == nil && json.Unmarshal(data, &p) == nil {
		e.Detail = p.Detail
		if e.Detail == "" {
			e.Detail = p.Title
		}
	}
	return e
}
