package natslog_test

import (
	"log/slog"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/logtest"
	"github.com/flagledger/flagledger/ledger/natslog"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func jet(t testing.TB, nc *nats.Conn) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// serve starts a server whose ledger is protected.
func serve(t testing.TB, dir string) *natsdtest.Server {
	t.Helper()
	return natsdtest.Start(t, natsd.Config{StoreDir: dir, Protected: []string{natslog.Stream}})
}

// open sets the ledger up as boot and opens it as app, as the product does.
func open(t testing.TB, srv *natsdtest.Server, cfg natslog.Config) *natslog.Log {
	t.Helper()
	boot := srv.Dial(t, natsd.RoleBoot)
	defer boot.Close()
	if err := natslog.Setup(t.Context(), jet(t, boot), cfg); err != nil {
		t.Fatal(err)
	}
	log, err := natslog.New(jet(t, srv.Dial(t, natsd.RoleApp)), quiet(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestConformance(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("suite", func(t *testing.T) {
		logtest.Run(t, func(t *testing.T) ledger.Log { return open(t, serve(t, ""), natslog.Config{}) })
		logtest.RunFull(t, func(t *testing.T, maxBytes int64) ledger.Log {
			return open(t, serve(t, ""), natslog.Config{MaxBytes: maxBytes})
		})
	})
}
