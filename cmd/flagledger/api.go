package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// The bounds of one request.
const (
	maxTries       = 4
	maxAnswer      = 64 << 20 // bytes; a ruleset of 10,000 flags has about 10 MB
	maxRetryAfter  = 3 * time.Second
	firstRetryWait = 100 * time.Millisecond
)

// adminClient speaks to the admin API. It may be used by several goroutines.
type adminClient struct {
	base    *url.URL
	token   string
	timeout time.Duration // of one call with all its tries
	http    *http.Client
}

func newAdminClient(c config) *adminClient {
	return &adminClient{base: c.server, token: c.token, timeout: c.timeout, http: &http.Client{}}
}

// call is one request.
type call struct {
	method string
	path   string // escaped, below the server's URL
	query  url.Values
	body   any // nil for none
	// seen is the newest event of what the call changes that the user has
	// seen: the call fails with 412 when there is a newer one. 0 for any.
	seen uint64
}

// reply is the answer to a call that succeeded.
type reply struct {
	body []byte
	seq  string // the ledger position of the change or of the moment, "" for a read of now
	// recorded is the digest that a ruleset of the past had when it was served.
	recorded string
}

// into decodes the answer.
func (r reply) into(v any) error {
	if err := json.Unmarshal(r.body, v); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	return nil
}

// unreachableError says that no answer came.
type unreachableError struct {
	server string
	err    error
	// open says that a change may have arrived all the same.
	open bool
}

func (e *unreachableError) Error() string {
	if errors.Is(e.err, context.DeadlineExceeded) {
		return fmt.Sprintf("the server at %s did not answer in time", e.server)
	}
	return fmt.Sprintf("the server at %s cannot be reached: %v", e.server, e.err)
}

func (e *unreachableError) Unwrap() error { return e.err }

// do sends the call and tries again when no answer came or the server was not
// ready. It returns a *problemError for an answer that is not a success and an
// *unreachableError when there was none. A change carries one idempotency key
// through all tries, so it happens at most once.
func (c *adminClient) do(ctx context.Context, k call) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var body []byte
	if k.body != nil {
		var err error
		if body, err = encode(k.body); err != nil {
			return reply{}, fmt.Errorf("encode the request: %w", err)
		}
	}
	var key string
	if k.method != http.MethodGet {
		key = uuid.Must(uuid.NewV7()).String()
	}
	for try := 1; ; try++ {
		answer, after, err := c.try(ctx, k, body, key)
		if err == nil || !retryable(err) || try == maxTries {
			return answer, err
		}
		if pauseErr := pause(ctx, max(after, firstRetryWait<<try/2)); pauseErr != nil {
			return reply{}, err
		}
	}
}

// try sends the call once. after is how long the server asks to wait.
func (c *adminClient) try(ctx context.Context, k call, body []byte, key string) (answer reply, after time.Duration, err error) {
	req, err := c.request(ctx, k, body, key)
	if err != nil {
		return reply{}, 0, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return reply{}, 0, c.unreachable(err, key != "")
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return reply{}, 0, c.unreachable(err, key != "")
	}
	if len(data) > maxAnswer {
		return reply{}, 0, fmt.Errorf("the answer to %s %s has more than %d bytes", k.method, k.path, maxAnswer)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return reply{}, retryAfter(resp), readProblem(resp, data)
	}
	return reply{body: data, seq: resp.Header.Get("Flagledger-Seq"), recorded: resp.Header.Get("Flagledger-Recorded-Digest")}, 0, nil
}

// open sends the call once and returns the body of the answer, however long it
// is and takes. The caller closes it.
func (c *adminClient) open(ctx context.Context, k call) (io.ReadCloser, error) {
	req, err := c.request(ctx, k, nil, "")
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "*/*")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.unreachable(err, false)
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, c.unreachable(err, false)
	}
	return nil, readProblem(resp, data)
}

func (c *adminClient) request(ctx context.Context, k call, body []byte, key string) (*http.Request, error) {
	target := c.base.String() + k.path
	if len(k.query) > 0 {
		target += "?" + k.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, k.method, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Accept", "application/json, application/problem+json")
	req.Header.Set("User-Agent", "flagledger-cli/"+version)
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	if k.seen > 0 {
		req.Header.Set("If-Match", fmt.Sprintf(`"%d"`, k.seen))
	}
	return req, nil
}

// unreachable makes the error of a request without an answer. A change that
// was sent over a connection may have been carried out.
func (c *adminClient) unreachable(err error, change bool) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // without the method and URL, which the message has
	}
	var network *net.OpError
	dialed := !errors.As(err, &network) || network.Op != "dial"
	return &unreachableError{server: c.base.Redacted(), err: err, open: change && dialed}
}

// retryable reports whether another try may have an answer.
func retryable(err error) bool {
	var unreachable *unreachableError
	if errors.As(err, &unreachable) {
		return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
	}
	var problem *problemError
	return errors.As(err, &problem) &&
		(problem.Status == http.StatusServiceUnavailable || problem.Status == http.StatusTooManyRequests)
}

// retryAfter is how many seconds the server asks to wait, within bounds.
func retryAfter(resp *http.Response) time.Duration {
	seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, maxRetryAfter)
}

// pause waits d, up to a quarter longer so that many clients do not come back
// at once.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d + rand.N(d/4+1))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// encode is json.Marshal without escaping <, > and &.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}
