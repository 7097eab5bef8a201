package notify

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/ledger"
)

// TestDeliveredAgain kills the process between delivery and memory: the next one
// delivers again, under the same id.
func TestDeliveredAgain(t *testing.T) {
	w := newWorld(t)
	r := newReceiver(t, nil)
	w.memory.fails = func(saves int) error {
		if saves > 1 { // the first is the position at the start
			return errors.New("killed")
		}
		return nil
	}
	first := w.run(hooked(t, r.URL))
	w.turnOff(1, 1)
	want := "event-1 pdf turned off in production"
	if got := await(t, "the first delivery", r.got); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	first.end()
	w.memory.fails = nil
	w.run(hooked(t, r.URL))
	if got := await(t, "the second delivery", r.got); got != want {
		t.Errorf("got %q after the restart, want %q", got, want)
	}
	ids := r.seen()
	if len(ids) != 2 || ids[0] != ids[1] || ids[0] == "" {
		t.Errorf("the deliveries have the ids %q", ids)
	}
}

// TestMemoryFails goes on in the same process without telling twice.
func TestMemoryFails(t *testing.T) {
	w := newWorld(t)
	r := newReceiver(t, nil)
	w.memory.fails = func(saves int) error {
		if saves%2 == 0 {
			return errors.New("the disk is full")
		}
		return nil
	}
	n := w.run(hooked(t, r.URL))
	w.turnOff(1, 3)
	for i := range 3 {
		if got, want := await(t, "a delivery", r.got), fmt.Sprintf("event-%d pdf turned off in production", i+1); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	n.reaches(3)
	n.end()
	if n := len(r.seen()); n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
}

// TestNewChannel is not told what happened before it existed, and is told what
// happens while it is away.
func TestNewChannel(t *testing.T) {
	w := newWorld(t)
	r := newReceiver(t, nil)
	w.turnOff(1, 2)
	n := w.run(hooked(t, r.URL))
	w.turnOff(3, 1)
	if got := await(t, "a delivery", r.got); !strings.HasPrefix(got, "event-3 ") {
		t.Errorf("first told %q", got)
	}
	n.reaches(3)
	n.end()
	w.turnOff(4, 1)
	w.run(hooked(t, r.URL))
	if got := await(t, "a delivery", r.got); !strings.HasPrefix(got, "event-4 ") {
		t.Errorf("after the restart told %q", got)
	}
}

// TestOrder has a receiver that takes every third request only.
func TestOrder(t *testing.T) {
	w := newWorld(t)
	r := newReceiver(t, func(w http.ResponseWriter, n int) bool {
		if n%3 != 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return n%3 != 0
	})
	n := w.run(hooked(t, r.URL))
	const events = 20
	w.turnOff(1, events)
	for i := range events {
		if got, want := await(t, "a delivery", r.got), fmt.Sprintf("event-%d pdf turned off in production", i+1); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
	n.reaches(events)
	n.end()
	if s := n.Stats(); s.Delivered != events || s.Retries != 2*events || s.Failed != 0 {
		t.Errorf("stats are %+v", s)
	}
	if seq, _ := w.memory.position(); seq != events || n.Position() != events {
		t.Errorf("remembered %d, position %d, want %d", seq, n.Position(), events)
	}
}

// TestWaits has a receiver that is not there, and then is.
func TestWaits(t *testing.T) {
	w := newWorld(t)
	tries := make(chan struct{}, 1000)
	up := make(chan struct{})
	r := newReceiver(t, func(rw http.ResponseWriter, n int) bool {
		select {
		case <-up:
			return false
		default:
		}
		if n%2 == 0 { // hang up without an answer
			panic(http.ErrAbortHandler)
		}
		rw.WriteHeader([]int{404, 410, 401, 500, 302}[n/2%5])
		tries <- struct{}{}
		return true
	})
	n := w.run(hooked(t, r.URL))
	w.turnOff(1, 2)
	for range 6 {
		await(t, "a try", tries)
	}
	close(up)
	for i := range 2 {
		if got := await(t, "a delivery", r.got); !strings.HasPrefix(got, fmt.Sprintf("event-%d ", i+1)) {
			t.Errorf("got %q", got)
		}
	}
	n.reaches(2)
	n.end()
	if s := n.Stats(); s.Delivered != 2 || s.Failed != 0 {
		t.Errorf("stats are %+v", s)
	}
	if text := w.logged.String(); strings.Contains(text, r.URL) {
		t.Errorf("the log has the address, which is a key:\n%s", text)
	}
}

// TestThrottled comes back when the receiver has asked for it, not before.
func TestThrottled(t *testing.T) {
	w := newWorld(t)
	var first time.Time
	r := newReceiver(t, func(w http.ResponseWriter, n int) bool {
		if n == 1 {
			first = time.Now()
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		}
		return n == 1
	})
	w.run(hooked(t, r.URL))
	w.turnOff(1, 1)
	await(t, "the delivery", r.got)
	r.mu.Lock()
	defer r.mu.Unlock()
	if waited := time.Since(first); waited < time.Second || r.requests != 2 {
		t.Errorf("waited %s, %d requests", waited, r.requests)
	}
}

func TestRetryAfter(t *testing.T) {
	date := func(after time.Duration) string { return night.Add(after).Format(http.TimeFormat) }
	for name, tt := range map[string]struct {
		text string
		want time.Duration
	}{
		"nothing": {"", 0}, "seconds": {"90", 90 * time.Second}, "a date": {date(time.Minute), time.Minute}, "the past": {date(-time.Minute), 0},
		"for ever": {"99999999999", 0}, "a year": {"31536000", 24 * time.Hour}, "nonsense": {"soon", 0},
	} {
		h := http.Header{"Retry-After": {tt.text}, "Date": {date(0)}}
		if got := retryAfter(h); name != "for ever" && got != tt.want || got > 24*time.Hour {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// TestOthersGoOn has two channels, of which one is stuck.
func TestOthersGoOn(t *testing.T) {
	w := newWorld(t)
	stuck := newReceiver(t, func(rw http.ResponseWriter, _ int) bool {
		rw.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	fine := newReceiver(t, nil)
	w.run(hooked(t, stuck.URL))
	other := newWorld(t)
	other.log = w.log
	other.run(hooked(t, fine.URL))
	w.turnOff(1, 5)
	for range 5 {
		await(t, "a delivery of the other", fine.got)
	}
}

// TestRefused puts what the receiver refuses aside, and goes on.
func TestRefused(t *testing.T) {
	w := newWorld(t)
	r := newReceiver(t, func(w http.ResponseWriter, n int) bool {
		if n == 1 {
			http.Error(w, "invalid_payload", http.StatusBadRequest)
		}
		return n == 1
	})
	n := w.run(hooked(t, r.URL))
	w.turnOff(1, 2)
	await(t, "the dead letter", w.memory.written)
	if got := await(t, "the next", r.got); !strings.HasPrefix(got, "event-2 ") {
		t.Errorf("then told %q", got)
	}
	n.reaches(2)
	n.end()
	l := w.memory.letters[0]
	if l.Channel != "hook" || l.ID != "event-1" || l.Seq != 1 || l.Kind != "flag.turned_off" || l.Tries != 1 ||
		l.Reason != "status 400: invalid_payload" || !strings.Contains(string(l.Message), "pdf turned off") {
		t.Errorf("the letter is %+v", l)
	}
	if s := n.Stats(); s.Delivered != 1 || s.Failed != 1 {
		t.Errorf("stats are %+v", s)
	}
}

// TestPatience gives a message up in the end, and tries what comes after it.
func TestPatience(t *testing.T) {
	w := newWorld(t)
	r := newReceiver(t, func(w http.ResponseWriter, n int) bool {
		if n <= 3 {
			http.Error(w, "no_service", http.StatusNotFound)
		}
		return n <= 3
	})
	start := time.Now()
	w.now = func() time.Time { // a minute passes with each try
		r.mu.Lock()
		defer r.mu.Unlock()
		return start.Add(time.Duration(r.requests) * time.Minute)
	}
	c := hooked(t, r.URL, func(c *Config) { c.GiveUpAfter = ledger.Duration(150 * time.Second) })
	n := w.run(c)
	w.turnOff(1, 1)
	await(t, "the dead letter", w.memory.written)
	w.turnOff(2, 1)
	if got := await(t, "the next", r.got); !strings.HasPrefix(got, "event-2 ") {
		t.Errorf("then told %q", got)
	}
	n.reaches(2)
	n.end()
	if l := w.memory.letters[0]; l.Tries != 3 || l.Reason != "given up after 2m30s: status 404: no_service" {
		t.Errorf("the letter is %+v", l)
	}
}

// TestPatienceBeginsWithTheProcess: what happened while the server was away is
// not given up at once.
func TestPatienceBeginsWithTheProcess(t *testing.T) {
	c := courier{config: Config{GiveUpAfter: ledger.Duration(time.Hour)}, started: night}
	for name, tt := range map[string]struct {
		at   time.Time
		want time.Time
	}{
		"long ago": {night.AddDate(0, 0, -9), night.Add(time.Hour)},
		"later":    {night.Add(time.Minute), night.Add(time.Hour + time.Minute)},
	} {
		if got := c.deadline(Message{At: tt.at}); !got.Equal(tt.want) {
			t.Errorf("%s: until %s, want %s", name, got, tt.want)
		}
	}
}

// TestUnknownEvent leaves out what cannot be read, and says so.
func TestUnknownEvent(t *testing.T) {
	w := newWorld(t)
	r := newReceiver(t, nil)
	n := w.run(hooked(t, r.URL, func(c *Config) { c.Events = []string{"*"} }))
	for i, data := range []string{`{"type":"flag.exploded","v":7,"id":"x","command":"c"}`, `not even JSON`} {
		b := ledger.Batch{ID: fmt.Sprint("odd", i), Entries: []ledger.Entry{{Subject: "ledger.shop.flag.pdf", Data: []byte(data)}}}
		if _, err := w.log.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	w.turnOff(3, 1)
	if got := await(t, "the next", r.got); !strings.HasPrefix(got, "event-3 ") {
		t.Errorf("told %q", got)
	}
	n.end()
	if text := w.logged.String(); strings.Count(text, "cannot be read") != 2 || !strings.Contains(text, "flag.exploded") {
		t.Errorf("logged:\n%s", text)
	}
}

// TestOneCommandOneMessage tells what one command did to one subject and
// environment together.
func TestOneCommandOneMessage(t *testing.T) {
	w := newWorld(t)
	r := newReceiver(t, nil)
	w.run(hooked(t, r.URL))
	elsewhere := recorded(1, ledger.FlagTurnedOff{Environment: "staging"})
	w.append(recorded(1, ledger.FlagTurnedOff{Environment: "production"}), recorded(2, ledger.RolloutPaused{Environment: "production"}), elsewhere)
	w.append(recorded(4, ledger.RolloutAdvanced{Environment: "production", Percentage: ledger.All}), recorded(5, ledger.RolloutCompleted{Environment: "production"}))
	var got []string
	for range 3 {
		got = append(got, await(t, "a delivery", r.got))
	}
	want := []string{"event-1 pdf turned off in production", "event-1 pdf turned off in staging", "event-5 pdf: rollout completed in production"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// TestHalfACommand tells of what a server that died had stored of a command, at
// once and when more comes.
func TestHalfACommand(t *testing.T) {
	w := newWorld(t)
	r := newReceiver(t, nil)
	n := w.run(hooked(t, r.URL))
	n.end()
	half := func(seq uint64) {
		rec := recorded(seq, ledger.FlagTurnedOff{Environment: "production"})
		rec.Parts = 2
		data, err := ledger.Encode(rec)
		if err != nil {
			t.Fatal(err)
		}
		b := ledger.Batch{ID: rec.ID, Entries: []ledger.Entry{{Subject: rec.Subject.String(), Data: data}}}
		if _, err := w.log.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	half(1)
	w.run(hooked(t, r.URL))
	await(t, "the half at the end", r.got)
	half(2)
	w.turnOff(3, 1)
	for _, want := range []string{"event-2 ", "event-3 "} {
		if got := await(t, "a delivery", r.got); !strings.HasPrefix(got, want) {
			t.Errorf("told %q, want %s", got, want)
		}
	}
}

// TestFilteredPosition is remembered without one write for each event, and when
// the notifier is stopped.
func TestFilteredPosition(t *testing.T) {
	w := newWorld(t)
	start := time.Now()
	w.now = func() time.Time { return start } // no second passes
	r := newReceiver(t, nil)
	n := w.run(hooked(t, r.URL, func(c *Config) { c.Environments = []string{"staging"} }))
	w.turnOff(1, 50)
	w.append(recorded(51, ledger.FlagTurnedOff{Environment: "staging"}))
	await(t, "the delivery", r.got)
	w.turnOff(52, 1)
	n.reaches(52)
	n.end()
	if seq, saves := w.memory.position(); seq != 52 || saves != 3 { // at the start, of 51, at the end
		t.Errorf("position %d after %d saves", seq, saves)
	}
}

// TestLedgerLostItsEnd goes on from the end there is.
func TestLedgerLostItsEnd(t *testing.T) {
	w := newWorld(t)
	r := newReceiver(t, nil)
	w.turnOff(1, 2)
	w.memory.known, w.memory.seq = true, 99
	w.run(hooked(t, r.URL))
	w.turnOff(3, 1)
	if got := await(t, "a delivery", r.got); !strings.HasPrefix(got, "event-3 ") {
		t.Errorf("told %q", got)
	}
}

// TestRedirectIsNotFollowed: a GET of what is elsewhere would be taken for a
// delivery.
func TestRedirectIsNotFollowed(t *testing.T) {
	r := newReceiver(t, func(w http.ResponseWriter, _ int) bool {
		w.Header().Set("Location", "/moved")
		w.WriteHeader(http.StatusFound)
		return true
	})
	a, err := Try(t.Context(), hooked(t, r.URL), Sample(night), time.Now)
	if err != nil || a.Delivered || a.Says != "status 302:" || len(r.seen()) != 1 {
		t.Errorf("answer %+v after %d requests: %v", a, len(r.seen()), err)
	}
}
