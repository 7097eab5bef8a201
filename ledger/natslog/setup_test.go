package natslog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/natslog"
)

func entry(id string) ledger.Batch {
	return ledger.Batch{ID: id, Entries: []ledger.Entry{{Subject: "ledger.shop.flag.a", Data: []byte(id)}}}
}

func fill(t testing.TB, log *natslog.Log, n int) {
	t.Helper()
	for i := range n {
		if _, err := log.Append(t.Context(), entry(fmt.Sprint("fill ", i))); err != nil {
			t.Fatal(err)
		}
	}
}

// The settings that keep entries, said once more by hand.
func TestStreamSettings(t *testing.T) {
	srv := serve(t, "")
	open(t, srv, natslog.Config{MaxBytes: 1 << 20})
	s, err := jet(t, srv.Dial(t, natsd.RoleApp)).Stream(t.Context(), "LEDGER")
	if err != nil {
		t.Fatal(err)
	}
	c := s.CachedInfo().Config
	for name, ok := range map[string]bool{
		"subjects":       len(c.Subjects) == 1 && c.Subjects[0] == "ledger.>",
		"on disk":        c.Storage == jetstream.FileStorage && c.PersistMode == jetstream.DefaultPersistMode,
		"kept for ever":  c.Retention == jetstream.LimitsPolicy && c.MaxAge == 0 && c.MaxMsgs == -1 && c.MaxMsgsPerSubject == -1,
		"full refuses":   c.Discard == jetstream.DiscardNew && c.MaxBytes == 1<<20,
		"no deleting":    c.DenyDelete && c.DenyPurge && !c.AllowRollup && !c.AllowMsgTTL,
		"leader answers": !c.AllowDirect,
		"batches":        c.AllowAtomicPublish,
		"duplicates":     c.Duplicates == 24*time.Hour,
		"message size":   c.MaxMsgSize == 256<<10,
	} {
		if !ok {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestSetupTwice(t *testing.T) {
	srv := serve(t, "")
	log := open(t, srv, natslog.Config{})
	fill(t, log, 3)
	open(t, srv, natslog.Config{}) // finds it as it should be
}

// Each change is one that a server accepts on a ledger's stream.
func TestSetupRefusesDrift(t *testing.T) {
	for name, change := range map[string]func(*jetstream.StreamConfig){
		"discard":                  func(c *jetstream.StreamConfig) { c.Discard = jetstream.DiscardOld },
		"max messages":             func(c *jetstream.StreamConfig) { c.MaxMsgs = 10 },
		"max messages per subject": func(c *jetstream.StreamConfig) { c.MaxMsgsPerSubject = 1 },
		"max age":                  func(c *jetstream.StreamConfig) { c.MaxAge = time.Hour; c.Duplicates = time.Hour },
		"max bytes":                func(c *jetstream.StreamConfig) { c.MaxBytes *= 2 },
		"max message size":         func(c *jetstream.StreamConfig) { c.MaxMsgSize = 100 },
		"allow direct":             func(c *jetstream.StreamConfig) { c.AllowDirect = true },
		"duplicate window":         func(c *jetstream.StreamConfig) { c.Duplicates = time.Second },
		"subjects":                 func(c *jetstream.StreamConfig) { c.Subjects = append(c.Subjects, "more.>") },
		"allow atomic publish":     func(c *jetstream.StreamConfig) { c.AllowAtomicPublish = false },
		"sealed":                   func(c *jetstream.StreamConfig) { c.Sealed = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, "")
			open(t, srv, natslog.Config{})
			js := jet(t, srv.Dial(t, natsd.RoleBoot))
			s, err := js.Stream(t.Context(), natslog.Stream)
			if err != nil {
				t.Fatal(err)
			}
			cfg := s.CachedInfo().Config
			change(&cfg)
			if _, err := js.UpdateStream(t.Context(), cfg); err != nil {
				t.Fatal(err)
			}
			err = natslog.Setup(t.Context(), js, natslog.Config{})
			if !errors.Is(err, natslog.ErrDrift) || !strings.Contains(err.Error(), name+" is ") {
				t.Fatalf("Setup = %v; want ErrDrift that names %s", err, name)
			}
		})
	}
}

// holed makes a ledger that somebody could, and did, delete from.
func holed(t *testing.T, entries int, del uint64) (jetstream.JetStream, *natslog.Log) {
	t.Helper()
	srv := natsdtest.Start(t, natsd.Config{})
	boot := jet(t, srv.Dial(t, natsd.RoleBoot))
	if _, err := boot.CreateStream(t.Context(), jetstream.StreamConfig{
		Name: natslog.Stream, Subjects: []string{ledger.AllSubjects}, AllowAtomicPublish: true,
	}); err != nil {
		t.Fatal(err)
	}
	log, err := natslog.New(boot, quiet(), natslog.Config{})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, log, entries)
	if del > 0 {
		remove(t, boot, del)
	}
	return boot, log
}

func remove(t *testing.T, js jetstream.JetStream, seq uint64) {
	t.Helper()
	s, err := js.Stream(t.Context(), natslog.Stream)
	if err == nil {
		err = s.DeleteMsg(t.Context(), seq)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestFollowRefusesHole(t *testing.T) {
	for name, seq := range map[string]uint64{"first": 1, "middle": 3, "last": 5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			js, log := holed(t, 5, seq)
			err := log.Follow(t.Context(), 1, func() {}, func(ledger.Stored) error { return nil })
			if !errors.Is(err, ledger.ErrHole) {
				t.Fatalf("Follow = %v; want ErrHole", err)
			}
			if err := natslog.Setup(t.Context(), js, natslog.Config{}); !errors.Is(err, natslog.ErrDrift) ||
				!strings.Contains(err.Error(), "hole") {
				t.Fatalf("Setup = %v; want ErrDrift that tells of a hole", err)
			}
		})
	}
}

// The hole opens while the follower is at work, beyond what it has fetched.
func TestFollowMeetsHole(t *testing.T) {
	const many, gone = 6000, 5500
	js, log := holed(t, 0, 0)
	for i := range many / ledger.MaxBatch {
		b := ledger.Batch{ID: fmt.Sprint(i)}
		for range ledger.MaxBatch {
			b.Entries = append(b.Entries, ledger.Entry{Subject: "ledger.shop.flag.a"})
		}
		if _, err := log.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	var last uint64
	err := log.Follow(t.Context(), 1, func() { t.Error("caught up over a hole") }, func(s ledger.Stored) error {
		if s.Seq == 1 {
			remove(t, js, gone)
		}
		last = s.Seq
		return nil
	})
	if !errors.Is(err, ledger.ErrHole) || last != gone-1 {
		t.Fatalf("Follow = %v after %d; want ErrHole after %d", err, last, gone-1)
	}
}

func TestAppCannotDestroy(t *testing.T) {
	srv := serve(t, "")
	log := open(t, srv, natslog.Config{})
	fill(t, log, 20)
	nc := srv.Dial(t, natsd.RoleApp)
	js := jet(t, nc)
	s, err := js.Stream(t.Context(), natslog.Stream)
	if err != nil {
		t.Fatal(err)
	}
	short := s.CachedInfo().Config
	short.Discard, short.MaxMsgs = jetstream.DiscardOld, 10
	for name, attack := range map[string]func(context.Context) error{
		"purge":          func(ctx context.Context) error { return s.Purge(ctx) },
		"delete":         func(ctx context.Context) error { return js.DeleteStream(ctx, natslog.Stream) },
		"delete message": func(ctx context.Context) error { return s.DeleteMsg(ctx, 5) },
		"erase message":  func(ctx context.Context) error { return s.SecureDeleteMsg(ctx, 5) },
		"shorten":        func(ctx context.Context) error { _, err := js.UpdateStream(ctx, short); return err },
		"create":         func(ctx context.Context) error { _, err := js.CreateStream(ctx, short); return err },
		"restore": func(ctx context.Context) error {
			_, err := nc.RequestWithContext(ctx, "$JS.API.STREAM.RESTORE."+natslog.Stream, []byte(`{}`))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			if err := attack(ctx); err == nil {
				t.Error("the server let it happen")
			}
		})
	}
	open(t, srv, natslog.Config{}) // Setup finds nothing changed
	n := 0
	if err := log.Read(t.Context(), 1, ledger.AllSubjects, func(ledger.Stored) error { n++; return nil }); err != nil || n != 20 {
		t.Fatalf("%d entries are left of 20, %v", n, err)
	}
}
