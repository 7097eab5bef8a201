package client

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/evaluator"
)

// kill returns the ruleset at the next revision, with the flag off.
func kill(rs evaluator.Ruleset) evaluator.Ruleset {
	next := pdfRuleset(rs.Revision + 1)
	flag := next.Flags["new-pdf-engine"]
	flag.On = false
	next.Flags["new-pdf-engine"] = flag
	return next
}

var alice = NewContext("alice", String("accountId", "acme"))

func reasonOf(c *Client) Reason { return c.BoolDetails("new-pdf-engine", alice, false).Reason }

func TestOpenStreamsAndAcknowledges(t *testing.T) {
	f := newFake(t, pdfRuleset(5))
	var mu sync.Mutex
	var changes []uint64
	c := openFast(t, f.URL, func(cfg *Config, _ *timing) {
		cfg.OnChange = func(ch Change) {
			mu.Lock()
			defer mu.Unlock()
			changes = append(changes, ch.Revision)
		}
	})
	if d := c.BoolDetails("maintenance-mode", alice, true); d.Stale || d.Revision != 5 || d.Value {
		t.Fatalf("right after Open: %+v", d)
	}
	f.set(func() { f.ruleset = kill(f.ruleset) })
	f.await(t, "the acknowledgement of 6", func() bool {
		return slices.ContainsFunc(f.acks, func(a acknowledgement) bool {
			return a.Revision == 6 && a.SDK == "go/"+Version && a.Instance == c.server.instance
		})
	})
	if got := reasonOf(c); got != ReasonDisabled {
		t.Errorf("reason after the kill = %s, want DISABLED", got)
	}
	if st := c.Status(); !st.Connected || st.Stale || st.Err != nil || st.Source != SourceServer || st.LastContact.IsZero() {
		t.Errorf("status = %+v", st)
	}
	closeNow(t, c) // the last change has been told
	mu.Lock()
	defer mu.Unlock()
	if diff := cmp.Diff([]uint64{5, 6}, changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// TestServerDownAtStart opens clients of a server that is not there.
func TestServerDownAtStart(t *testing.T) {
	f := newFake(t, pdfRuleset(5))
	f.status = http.StatusServiceUnavailable
	bootstrap := pdfRuleset(2)
	c := openFast(t, f.URL, func(cfg *Config, _ *timing) { cfg.Bootstrap = &bootstrap })
	if d := c.BoolDetails("new-pdf-engine", alice, false); d.Revision != 2 || !d.Stale {
		t.Errorf("with a bootstrap: %+v", d)
	}
	bare := openFast(t, f.URL, func(cfg *Config, _ *timing) { cfg.InitTimeout = 20 * time.Millisecond })
	if d := bare.BoolDetails("new-pdf-engine", alice, true); d.ErrorCode != ErrorProviderNotReady || !d.Value {
		t.Errorf("without a ruleset: %+v", d)
	}
	var status *StatusError
	if err := bare.Err(); !errors.As(err, &status) || status.Status != 503 || status.Detail != "told to answer 503" {
		t.Errorf("Err = %v, want the 503", err)
	}
	f.set(func() { f.status = 0 })
	eventually(t, "both to recover", func() bool {
		return c.Status().Connected && bare.Status().Connected && c.Status().Revision == 5 && bare.Err() == nil
	})
}

// TestServerDies ends every connection, and then comes back with news.
func TestServerDies(t *testing.T) {
	f := newFake(t, pdfRuleset(5))
	c := openFast(t, f.URL, nil)
	eventually(t, "the stream", func() bool { return c.Status().Connected })
	f.set(func() { f.status = http.StatusBadGateway })
	f.CloseClientConnections()
	eventually(t, "the stale mark", func() bool { return c.BoolDetails("new-pdf-engine", alice, false).Stale })
	if d := c.BoolDetails("new-pdf-engine", alice, false); d.Reason != ReasonSplit || d.Revision != 5 {
		t.Errorf("without the server: %+v", d)
	}
	f.set(func() { f.status, f.ruleset = 0, kill(f.ruleset) })
	eventually(t, "the kill", func() bool { return reasonOf(c) == ReasonDisabled && c.Stats().Streams >= 2 })
	if resumed := get(f, func() string { return f.streams[len(f.streams)-1] }); resumed != "5" && resumed != "6" {
		t.Errorf("Last-Event-ID = %q, want 5, or 6 if it was fetched before", resumed)
	}
	// A server that was restarted has forgotten who runs what.
	acks := get(f, func() int { return len(f.acks) })
	f.CloseClientConnections()
	f.await(t, "another acknowledgement", func() bool { return len(f.acks) > acks })
}

// TestSilentStream has a connection that stays open and says nothing.
func TestSilentStream(t *testing.T) {
	f := newFake(t, pdfRuleset(5))
	f.stream = func(w http.ResponseWriter, r *http.Request) {
		sendEvent(w, "put", 5, mustJSON(pdfRuleset(5)))
		<-r.Context().Done()
	}
	c := openFast(t, f.URL, func(_ *Config, at *timing) { at.silence = 30 * time.Millisecond })
	f.await(t, "a second stream", func() bool { return len(f.streams) >= 2 })
	if d := c.BoolDetails("new-pdf-engine", alice, false); d.Reason != ReasonSplit {
		t.Errorf("after the silence: %+v", d)
	}
	f.set(func() { f.stream = nil })
	eventually(t, "a stream that speaks", func() bool { return c.Stats().Streams >= 2 && !c.Status().Stale })
}

// TestHeartbeatKeepsTheStream has nothing to say but comments.
func TestHeartbeatKeepsTheStream(t *testing.T) {
	f := newFake(t, pdfRuleset(5))
	beats := make(chan struct{})
	f.stream = func(w http.ResponseWriter, r *http.Request) {
		sendEvent(w, "put", 5, mustJSON(pdfRuleset(5)))
		for range 30 {
			_, _ = w.Write([]byte(": ping\n\n"))
			_ = http.NewResponseController(w).Flush()
			if !sleep(r.Context(), 20*time.Millisecond) {
				return
			}
		}
		close(beats)
		<-r.Context().Done()
	}
	openFast(t, f.URL, func(_ *Config, at *timing) { at.silence = 400 * time.Millisecond })
	select {
	case <-beats:
	case <-time.After(patience):
		t.Error("the stream was given up although it was alive")
	}
	if n := get(f, func() int { return len(f.streams) }); n != 1 {
		t.Errorf("streams = %d, want 1", n)
	}
}

func TestGarbageKeepsTheLastGood(t *testing.T) {
	gap := patchTo(90, pdfRuleset(91))
	foreign := patchTo(5, pdfRuleset(6))
	foreign.Project = "other"
	tests := map[string]struct{ kind, data string }{
		"not JSON":       {"put", "<html>"},
		"other format":   {"put", `{"specVersion":99,"project":"shop","environment":"production","revision":"9"}`},
		"half a patch":   {"patch", string(mustJSON(patchTo(5, pdfRuleset(6)))[:60])},
		"gap":            {"patch", string(mustJSON(gap))},
		"foreign patch":  {"patch", string(mustJSON(foreign))},
		"number for key": {"put", `{"specVersion":1,"revision":6}`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, pdfRuleset(5))
			now := make(chan struct{})
			f.stream = func(w http.ResponseWriter, r *http.Request) {
				sendEvent(w, "put", 5, mustJSON(pdfRuleset(5)))
				<-now
				sendEvent(w, tc.kind, 91, []byte(tc.data))
				<-r.Context().Done()
			}
			c := openFast(t, f.URL, func(cfg *Config, _ *timing) { cfg.PollInterval = time.Hour })
			// The garbage is followed by an answer to GET that is none either.
			f.set(func() { f.ruleset, f.put = kill(f.ruleset), []byte("{") })
			close(now)
			f.await(t, "a full fetch", func() bool { return f.fetches > 0 })
			if d := c.BoolDetails("new-pdf-engine", alice, false); d.Reason != ReasonSplit || d.Revision != 5 {
				t.Errorf("with garbage alone: %+v", d)
			}
			f.set(func() { f.stream, f.put = nil, nil })
			eventually(t, "the truth", func() bool { return reasonOf(c) == ReasonDisabled && !c.Status().Stale })
			if c.Stats().Garbage == 0 {
				t.Error("the garbage was not counted")
			}
		})
	}
}

// TestGapFetchesTheWhole has a stream that never tells the truth again: what
// is fetched in its place takes effect.
func TestGapFetchesTheWhole(t *testing.T) {
	f := newFake(t, pdfRuleset(5))
	now := make(chan struct{})
	f.stream = func(w http.ResponseWriter, r *http.Request) {
		sendEvent(w, "put", 5, mustJSON(pdfRuleset(5)))
		select {
		case <-now:
			sendEvent(w, "patch", 91, mustJSON(patchTo(90, pdfRuleset(91))))
			<-r.Context().Done()
		case <-r.Context().Done():
		}
	}
	c := openFast(t, f.URL, nil)
	f.set(func() { f.ruleset = kill(f.ruleset) })
	close(now)
	eventually(t, "the kill", func() bool { return reasonOf(c) == ReasonDisabled && c.Status().Revision == 6 })
	if fetches := get(f, func() int { return f.fetches }); fetches == 0 {
		t.Error("the ruleset was not fetched")
	}
}

// TestRefusedKey has a server that refuses the key, and forgives.
func TestRefusedKey(t *testing.T) {
	f := newFake(t, pdfRuleset(5))
	f.status = http.StatusUnauthorized
	begin := time.Now()
	c := openFast(t, f.URL, func(_ *Config, at *timing) { at.unauthorized = 150 * time.Millisecond })
	if err := c.Err(); !errors.Is(err, ErrUnauthorized) || !strings.Contains(err.Error(), "401") {
		t.Errorf("Err = %v, want ErrUnauthorized", err)
	}
	_ = sleep(t.Context(), 400*time.Millisecond)
	took := time.Since(begin)
	if n := get(f, func() int { return len(f.paths) }); n > int(took/(150*time.Millisecond))+1 {
		t.Errorf("%d requests in %s with a refused key", n, took)
	}
	f.set(func() { f.status = 0 })
	eventually(t, "the key to be accepted", func() bool { return c.Err() == nil && c.Status().Revision == 5 })
}

// TestPollsWithoutStream has a server whose stream cannot be had.
func TestPollsWithoutStream(t *testing.T) {
	noStream := map[string]func(http.ResponseWriter, *http.Request){
		"not found":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) },
		"a web page": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/html") },
		"buffered":   func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	}
	for name, stream := range noStream {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, pdfRuleset(5))
			f.stream = stream
			c := openFast(t, f.URL, func(cfg *Config, at *timing) {
				cfg.PollInterval, at.silence, at.request = 10*time.Millisecond, 20*time.Millisecond, 200*time.Millisecond
			})
			if st := c.Status(); st.Stale || st.Revision != 5 || st.Connected || st.Err == nil {
				t.Errorf("status = %+v, want fresh, not connected, with a reason", st)
			}
			f.set(func() { f.ruleset = kill(f.ruleset) })
			eventually(t, "the kill", func() bool { return reasonOf(c) == ReasonDisabled })
		})
	}
}

// TestServerBehind reconnects to a replica that lags, which must not undo a
// kill switch, and to one that was restored from a backup.
func TestServerBehind(t *testing.T) {
	f := newFake(t, kill(pdfRuleset(5)))
	c := openFast(t, f.URL, func(cfg *Config, at *timing) {
		cfg.PollInterval, at.behind = 5*time.Millisecond, 300*time.Millisecond
	})
	f.set(func() { f.ruleset = pdfRuleset(4) })
	f.CloseClientConnections()
	eventually(t, "the lag to be seen", func() bool { return errors.Is(c.Err(), errBehind) })
	if d := c.BoolDetails("new-pdf-engine", alice, false); d.Reason != ReasonDisabled || d.Revision != 6 || !d.Stale {
		t.Errorf("behind a replica that lags: %+v", d)
	}
	eventually(t, "the backup to be believed", func() bool { return c.Status().Revision == 4 && !c.Status().Stale })
}

// TestAcknowledgesAfterRefusal has one acknowledgement fail, with a wait that
// never ends: the next ruleset is acknowledged all the same.
func TestAcknowledgesAfterRefusal(t *testing.T) {
	f := newFake(t, pdfRuleset(5))
	openFast(t, f.URL, func(_ *Config, at *timing) { at.post = pause{time.Hour, time.Hour} })
	f.await(t, "the first acknowledgement", func() bool { return len(f.acks) > 0 })
	acks := func() (n int) {
		for _, path := range f.paths {
			if path == "/api/v1/ruleset/ack" {
				n++
			}
		}
		return n
	}
	before := get(f, acks)
	f.set(func() { f.status, f.ruleset = http.StatusServiceUnavailable, pdfRuleset(6) })
	eventually(t, "the refusal", func() bool { return get(f, acks) > before })
	f.set(func() { f.status, f.ruleset = 0, pdfRuleset(7) })
	f.await(t, "revision 7 to be acknowledged", func() bool { return f.acks[len(f.acks)-1].Revision == 7 })
}

// TestBehindAgain meets a replica that lags twice, with a server that does not
// in between: the second lag is not older than it is.
func TestBehindAgain(t *testing.T) {
	newest := kill(pdfRuleset(5))
	f := newFake(t, newest)
	for name, confirm := range map[string]func(*updater) error{
		"stream": func(u *updater) error { return u.patch(mustJSON(patchTo(newest.Revision, newest))) },
		"poll":   func(u *updater) error { u.poll(t.Context()); return u.client.Err() },
	} {
		t.Run(name, func(t *testing.T) {
			c, err := newClient(Config{URL: f.URL, Key: "fl_server_x"}, fast())
			if err != nil {
				t.Fatal(err)
			}
			defer c.server.http.CloseIdleConnections()
			u := &updater{client: c}
			if err := u.accept(newest); err != nil {
				t.Fatal(err)
			}
			if err := u.accept(pdfRuleset(4)); !errors.Is(err, errBehind) {
				t.Fatalf("the first lag: %v", err)
			}
			u.behindSince = u.behindSince.Add(-time.Hour)
			if err := confirm(u); err != nil {
				t.Fatal(err)
			}
			if err := u.accept(pdfRuleset(4)); !errors.Is(err, errBehind) || c.Status().Revision != newest.Revision {
				t.Errorf("the second lag: %v, revision %d", err, c.Status().Revision)
			}
		})
	}
}

func TestOpenGivesUpWaiting(t *testing.T) {
	hung := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hung }))
	defer srv.Close()
	defer close(hung)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, err := open(ctx, Config{URL: srv.URL, Key: "fl_server_x"}, fast())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Errorf("Close = %v", err)
	}
}
