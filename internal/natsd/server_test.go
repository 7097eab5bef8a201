package natsd_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
)

func run(t *testing.T, cfg natsd.Config) error {
	t.Helper()
	srv, err := natsd.New(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return srv.Run(ctx)
}

func mustStream(t *testing.T, nc *nats.Conn, cfg jetstream.StreamConfig) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	return js
}

func TestStoreSurvivesRestart(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	dir := t.TempDir()
	srv := natsdtest.Start(t, natsd.Config{StoreDir: dir})
	nc := srv.Dial(t, natsd.RoleBoot)
	js := mustStream(t, nc, jetstream.StreamConfig{Name: "S", Subjects: []string{"s"}})
	if _, err := js.Publish(t.Context(), "s", []byte("kept")); err != nil {
		t.Fatal(err)
	}
	nc.Close()
	srv.Stop(t)

	srv = natsdtest.Start(t, natsd.Config{StoreDir: dir})
	nc = srv.Dial(t, natsd.RoleApp)
	js, _ = jetstream.New(nc)
	s, err := js.Stream(t.Context(), "S")
	if err != nil {
		t.Fatal(err)
	}
	msg, err := s.GetMsg(t.Context(), 1)
	if err != nil || string(msg.Data) != "kept" {
		t.Fatalf("message 1 = %v, %v; want kept", msg, err)
	}
	nc.Close()
	srv.Stop(t)
}

func TestFolderIsLocked(t *testing.T) {
	dir := t.TempDir()
	first := natsdtest.Start(t, natsd.Config{StoreDir: dir})
	err := run(t, natsd.Config{StoreDir: dir})
	if !errors.Is(err, natsd.ErrInUse) || !strings.Contains(err.Error(), dir) {
		t.Fatalf("second server on the folder: %v; want ErrInUse naming %s", err, dir)
	}
	first.Stop(t)
	natsdtest.Start(t, natsd.Config{StoreDir: dir}) // free again
}

func TestUnusableFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	taken := t.TempDir() // JetStream's own folder name is a file
	if err := os.WriteFile(filepath.Join(taken, "jetstream"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"below a file": filepath.Join(file, "sub"), "is a file": file, "jetstream refuses": taken} {
		t.Run(name, func(t *testing.T) {
			if err := run(t, natsd.Config{StoreDir: dir}); err == nil || !strings.Contains(err.Error(), dir) {
				t.Fatalf("Run = %v; want an error that names %s", err, dir)
			}
		})
	}
}

func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if err := run(t, natsd.Config{StoreDir: t.TempDir(), Listen: l.Addr().String()}); err == nil {
		t.Fatal("Run on a taken port returned nil")
	}
}

func TestNoPortByDefault(t *testing.T) {
	if addr := natsdtest.Start(t, natsd.Config{}).Addr(); addr != "" {
		t.Fatalf("Addr = %q; want none", addr)
	}
}

func TestListen(t *testing.T) {
	srv := natsdtest.Start(t, natsd.Config{Listen: "127.0.0.1:0", AppPassword: "s3cret"})
	for name, c := range map[string]struct {
		user, password string
		ok             bool
	}{
		"app":            {"app", "s3cret", true},
		"wrong password": {"app", "guess", false},
		"boot":           {"boot", "s3cret", false},
		"nobody":         {"", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			nc, err := nats.Connect("nats://"+srv.Addr(), nats.UserInfo(c.user, c.password))
			if (err == nil) != c.ok {
				t.Fatalf("connect: %v; want ok = %v", err, c.ok)
			}
			if nc != nil {
				nc.Close()
			}
		})
	}
}

func TestAppCannotDestroy(t *testing.T) {
	srv := natsdtest.Start(t, natsd.Config{Protected: []string{"KEEP"}})
	boot := srv.Dial(t, natsd.RoleBoot)
	js := mustStream(t, boot, jetstream.StreamConfig{Name: "KEEP", Subjects: []string{"keep"}})
	mustStream(t, boot, jetstream.StreamConfig{Name: "FREE", Subjects: []string{"free"}})
	if _, err := js.Publish(t.Context(), "keep", []byte("x")); err != nil {
		t.Fatal(err)
	}
	app, _ := jetstream.New(srv.Dial(t, natsd.RoleApp), jetstream.WithDefaultTimeout(200*time.Millisecond))
	if err := app.DeleteStream(t.Context(), "KEEP"); err == nil {
		t.Fatal("app deleted a protected stream")
	}
	if err := app.DeleteStream(t.Context(), "FREE"); err != nil {
		t.Fatalf("app could not delete a stream of its own: %v", err)
	}
	if _, err := app.Publish(t.Context(), "keep", []byte("y")); err != nil {
		t.Fatalf("app could not publish: %v", err)
	}
}

func TestConnectWithoutServer(t *testing.T) {
	srv := natsdtest.Start(t, natsd.Config{})
	if _, err := srv.Connect(t.Context(), "root", "x"); err == nil {
		t.Fatal("connect with an unknown role returned nil")
	}
	srv.Stop(t)
	if _, err := srv.Connect(t.Context(), natsd.RoleApp, "x"); !errors.Is(err, natsd.ErrStopped) {
		t.Fatalf("connect after the end: %v; want ErrStopped", err)
	}
	if err := srv.Run(t.Context()); err == nil {
		t.Fatal("a second Run returned nil")
	}
	idle, err := natsd.New(natsd.Config{StoreDir: t.TempDir()}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := idle.Connect(ctx, natsd.RoleApp, "x"); !errors.Is(err, context.Canceled) {
		t.Fatalf("connect before Run: %v; want the context's error", err)
	}
}

func TestConfig(t *testing.T) {
	for name, cfg := range map[string]natsd.Config{
		"no folder":            {},
		"tiny payload":         {StoreDir: "d", MaxPayload: 10},
		"huge payload":         {StoreDir: "d", MaxPayload: 1 << 30},
		"negative store":       {StoreDir: "d", MaxStore: -1},
		"listen without port":  {StoreDir: "d", Listen: "127.0.0.1"},
		"listen on port x":     {StoreDir: "d", Listen: "127.0.0.1:x"},
		"password, no port":    {StoreDir: "d", AppPassword: "p"},
		"protected, no name":   {StoreDir: "d", Protected: []string{""}},
		"listen on port 70000": {StoreDir: "d", Listen: "127.0.0.1:70000"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := natsd.New(cfg, slog.New(slog.DiscardHandler)); err == nil {
				t.Fatalf("New(%+v) accepted it", cfg)
			}
		})
	}
}
