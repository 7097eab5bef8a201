package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
)

// connect starts a NATS server on a folder.
func connect(t *testing.T, dir string) (jetstream.JetStream, *natsdtest.Server) {
	t.Helper()
	server := natsdtest.Start(t, natsd.Config{StoreDir: dir})
	conn := server.Dial(t, natsd.RoleApp)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	if err := Setup(ctx, js); err != nil {
		t.Fatal(err)
	}
	return js, server
}

// TestRestart keeps positions on a real server that is restarted: nothing that
// happens meanwhile is lost, and nothing is told again.
func TestRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "nats")
	w := newWorld(t)
	r := newReceiver(t, nil)
	const lives, events = 3, 4
	told := 0
	for life := range lives {
		js, server := connect(t, dir)
		journal := NewJournal(js, "hook")
		n, err := New(Deps{Log: w.log, Memory: journal, Letters: journal, Logger: slog.New(slog.DiscardHandler)}, hooked(t, r.URL))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		run := &running{Notifier: n, t: t, stop: stop, done: make(chan error, 1)}
		go func() { run.done <- n.Run(ctx) }()
		await(t, "the position", n.Ready())
		w.turnOff(uint64(1+2*life*events), events) // while it runs
		until := (2*life + 1) * events
		run.reaches(uint64(until))
		run.end()
		server.Stop(t)
		w.turnOff(uint64(1+until), events) // while it is away
		for ; told < until; told++ {
			if got, want := await(t, "a delivery", r.got), fmt.Sprintf("event-%d ", told+1); !strings.HasPrefix(got, want) {
				t.Fatalf("life %d: told %q, want %s", life, got, want)
			}
		}
	}
	if n := len(r.seen()); n != told {
		t.Errorf("%d requests for %d events", n, told)
	}
}

// TestJournal keeps the newest position of each channel, and the dead letters.
func TestJournal(t *testing.T) {
	js, _ := connect(t, t.TempDir())
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	a, b := NewJournal(js, "a"), NewJournal(js, "b")
	if _, known, err := a.Load(ctx); err != nil || known {
		t.Fatalf("a new channel is known: %v", err)
	}
	for _, seq := range []uint64{1, 2, 1 << 62} {
		if err := a.Save(ctx, seq); err != nil {
			t.Fatal(err)
		}
	}
	if seq, known, err := a.Load(ctx); err != nil || !known || seq != 1<<62 {
		t.Errorf("position %d, %v: %v", seq, known, err)
	}
	if _, known, err := b.Load(ctx); err != nil || known {
		t.Errorf("the other is known: %v", err)
	}
	letter := Letter{Channel: "a", ID: "event-1", Seq: 1, Kind: "flag.turned_off", Reason: "status 400: no", Tries: 2, At: night, Message: json.RawMessage(`{"id":"event-1"}`)}
	for range 2 { // the second after a crash
		if err := a.Undelivered(ctx, letter); err != nil {
			t.Fatal(err)
		}
	}
	s, err := js.Stream(ctx, DeadLetterStream)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := s.GetLastMsgForSubject(ctx, deadLetterSubject+"a")
	if err != nil {
		t.Fatal(err)
	}
	var got Letter
	if err := json.Unmarshal(msg.Data, &got); err != nil || got.Reason != letter.Reason || !got.At.Equal(letter.At) || msg.Sequence != 1 {
		t.Errorf("letter %d: %+v: %v", msg.Sequence, got, err)
	}
	info, err := s.Info(ctx)
	if err != nil || info.Config.MaxAge != 30*24*time.Hour {
		t.Errorf("stream %+v: %v", info, err)
	}
}
