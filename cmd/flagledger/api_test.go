package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func clientOf(t *testing.T, server *httptest.Server) *adminClient {
	t.Helper()
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return newAdminClient(config{server: base, token: "fl_admin_x_y", timeout: 10 * time.Second})
}

// recorder is a server that answers by the number of the request, from 1.
func recorder(t *testing.T, answer func(n int, w http.ResponseWriter)) (*httptest.Server, *[]http.Header) {
	t.Helper()
	var seen []http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Clone())
		answer(len(seen), w)
	}))
	t.Cleanup(server.Close)
	return server, &seen
}

func TestRetryKeepsTheKey(t *testing.T) {
	server, seen := recorder(t, func(n int, w http.ResponseWriter) {
		switch n {
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2: // the answer is lost on the way
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_ = conn.Close()
			}
		default:
			w.Header().Set("Flagledger-Seq", "7")
			_, _ = w.Write([]byte(`{"seq":"7"}`))
		}
	})
	client := clientOf(t, server)
	r, err := client.do(context.Background(), call{method: http.MethodPost, path: "/x", body: map[string]int{"a": 1}})
	if err != nil {
		t.Fatal(err)
	}
	if r.seq != "7" || len(*seen) != 3 {
		t.Errorf("got seq %q after %d requests, want 7 after 3", r.seq, len(*seen))
	}
	keys := map[string]bool{}
	for _, h := range *seen {
		keys[h.Get("Idempotency-Key")] = true
		if h.Get("Authorization") != "Bearer fl_admin_x_y" || !strings.HasPrefix(h.Get("User-Agent"), "flagledger-cli/") {
			t.Errorf("headers %v", h)
		}
	}
	if len(keys) != 1 || keys[""] {
		t.Errorf("the tries carried the keys %v, want one and the same", keys)
	}
	if _, err := client.do(context.Background(), call{method: http.MethodPost, path: "/x"}); err != nil {
		t.Fatal(err)
	}
	if next := (*seen)[3].Get("Idempotency-Key"); keys[next] {
		t.Errorf("another change carried the same key %s", next)
	}
}

func TestRetryIsBounded(t *testing.T) {
	server, seen := recorder(t, func(_ int, w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"type":"urn:flagledger:error:unavailable","title":"Service Unavailable","status":503,"detail":"the ledger did not answer"}`))
	})
	_, err := clientOf(t, server).do(context.Background(), call{method: http.MethodGet, path: "/x"})
	var problem *problemError
	if !errors.As(err, &problem) || problem.code() != "unavailable" || len(*seen) != maxTries {
		t.Errorf("got %v after %d requests, want an unavailable problem after %d", err, len(*seen), maxTries)
	}
}

func TestRefusalsAreNotRetried(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 409, 422, 500} {
		server, seen := recorder(t, func(_ int, w http.ResponseWriter) { w.WriteHeader(status) })
		_, err := clientOf(t, server).do(context.Background(), call{method: http.MethodPost, path: "/x"})
		if err == nil || len(*seen) != 1 {
			t.Errorf("status %d: error %v after %d requests, want an error after 1", status, err, len(*seen))
		}
	}
}

func TestNoAnswerInTime(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	client := clientOf(t, server)
	client.timeout = 50 * time.Millisecond
	_, err := client.do(context.Background(), call{method: http.MethodPost, path: "/x"})
	if exitCode(err) != exitUnreachable {
		t.Errorf("got %v, want unreachable", err)
	}
	if next := nextStep(err); !strings.Contains(next, "is open") {
		t.Errorf("a change without an answer advises %q; it must say that the outcome is open", next)
	}
}

func TestForeignAnswers(t *testing.T) {
	for name, row := range map[string]struct {
		kind, body, want string
	}{
		"proxy page":  {"text/html", "<html>502</html>", "answered 502 Bad Gateway"},
		"plain text":  {"text/plain; charset=utf-8", "no\n healthy upstream", "answered 502 Bad Gateway: no healthy upstream"},
		"broken JSON": {"application/problem+json", "{", "answered 502 Bad Gateway"},
		"nothing":     {"", "", "answered 502 Bad Gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			server, _ := recorder(t, func(_ int, w http.ResponseWriter) {
				w.Header().Set("Content-Type", row.kind)
				w.WriteHeader(http.StatusBadGateway)
				_, _ = w.Write([]byte(row.body))
			})
			_, err := clientOf(t, server).do(context.Background(), call{method: http.MethodGet, path: "/x"})
			if err == nil || !strings.HasSuffix(headline(err), row.want) || exitCode(err) != exitUnreachable {
				t.Errorf("got %q with exit code %d, want ...%q with %d", headline(err), exitCode(err), row.want, exitUnreachable)
			}
		})
	}
}

func TestExitCodes(t *testing.T) {
	status := func(n int) error { return fmt.Errorf("wrapped: %w", &problemError{Status: n}) }
	refused := &net.OpError{Op: "dial", Err: errors.New("refused")}
	for name, row := range map[string]struct {
		err  error
		want int
	}{
		"none":         {nil, 0},
		"other":        {errors.New("x"), 1},
		"internal":     {status(500), 1},
		"usage":        {usagef("x"), 2},
		"malformed":    {status(400), 2},
		"too large":    {status(413), 2},
		"invalid":      {status(422), 2},
		"not found":    {status(404), 3},
		"conflict":     {status(409), 4},
		"precondition": {status(412), 4},
		"no token":     {status(401), 5},
		"forbidden":    {status(403), 5},
		"overloaded":   {status(429), 6},
		"unavailable":  {status(503), 6},
		"proxy":        {status(502), 6},
		"unreachable":  {fmt.Errorf("wrapped: %w", &unreachableError{err: refused}), 6},
		"local":        {&localError{code: exitNotFound}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			if got := exitCode(row.err); got != row.want {
				t.Errorf("exitCode(%v) = %d, want %d", row.err, got, row.want)
			}
		})
	}
	help := newExitCodes().Long
	for _, code := range []string{"0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "130 "} {
		if !slices.ContainsFunc(strings.Split(help, "\n"), func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), code) }) {
			t.Errorf("the help lacks exit code %s", code)
		}
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { cancel() }))
	t.Cleanup(server.Close)
	var stderr bytes.Buffer
	w := testWorld([]string{"flag", "list", "--server", server.URL}, nil)
	w.stderr = &stderr
	if code := run(ctx, w); code != exitInterrupted {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
	if text := stderr.String(); text != "" {
		t.Errorf("an interrupted command said %q", text)
	}
}
