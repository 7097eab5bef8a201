package natslog_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/logtest"
	"github.com/flagledger/flagledger/ledger/natslog"
)

// cluster is three servers with JetStream in this process. Every ledger gets
// an account of its own, because a stream's name and subjects are fixed.
type cluster struct {
	servers []*server.Server
	used    atomic.Int64
}

// accounts is how many ledgers a cluster has room for.
const accounts = 48

func account(i int64) string { return fmt.Sprintf("A%d", i) }

func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{}
	var routes []string
	for range 3 {
		routes = append(routes, freeAddress(t))
	}
	for i := range routes {
		opts, err := server.ProcessConfigFile(clusterFile(t, i, routes))
		if err != nil {
			t.Fatal(err)
		}
		opts.NoSigs, opts.NoLog = true, true
		srv, err := server.NewServer(opts)
		if err != nil {
			t.Fatal(err)
		}
		go srv.Start() // a server waits for the others
		t.Cleanup(func() { srv.Shutdown(); srv.WaitForShutdown() })
		c.servers = append(c.servers, srv)
	}
	for i, srv := range c.servers {
		if !srv.ReadyForConnections(30 * time.Second) {
			t.Fatalf("server %d is not ready", i)
		}
	}
	return c
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// clusterFile writes the configuration of server i.
func clusterFile(t *testing.T, i int, routes []string) string {
	t.Helper()
	var accs strings.Builder
	for n := range int64(accounts) {
		fmt.Fprintf(&accs, "%s { jetstream: enabled, users: [{user: %[1]s, password: x}] }\n", account(n))
	}
	text := fmt.Sprintf(`
server_name: n%d
listen: "127.0.0.1:-1"
jetstream { store_dir: %q, sync_interval: always, max_file_store: 8GB }
cluster { name: test, listen: %q, routes: [nats-route://%s] }
accounts {
%s SYS { users: [{user: sys, password: x}] } }
system_account: SYS
`, i, t.TempDir(), routes[i], strings.Join(routes, ", nats-route://"), accs.String())
	file := filepath.Join(t.TempDir(), "nats.conf")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// open makes a replicated ledger in an account that nobody used yet.
func (c *cluster) open(t *testing.T, cfg natslog.Config) (*natslog.Log, jetstream.JetStream) {
	t.Helper()
	n := c.used.Add(1) - 1
	srv := c.servers[n%3]
	nc, err := nats.Connect("", nats.InProcessServer(srv), nats.UserInfo(account(n), "x"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js := jet(t, nc)
	cfg.Replicas = 3
	if err := natslog.Setup(t.Context(), js, cfg); err != nil {
		t.Fatal(err)
	}
	log, err := natslog.New(js, quiet(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return log, js
}

func TestConformanceCluster(t *testing.T) {
	c := startCluster(t)
	logtest.Run(t, func(t *testing.T) ledger.Log {
		log, _ := c.open(t, natslog.Config{MaxBytes: 64 << 20})
		return log
	})
}
