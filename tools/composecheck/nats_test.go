package composecheck_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

func natsNames() []string { return []string{"nats-1", "nats-2", "nats-3"} }

// natsConfig returns the configuration that the compose file mounts.
func natsConfig(t *testing.T) string {
	t.Helper()
	project := loadProject(t)
	for _, name := range natsNames() {
		service := project.Services[name]
		if len(service.Configs) != 1 || service.Configs[0].Source != "nats" {
			t.Fatalf("%s mounts %+v, want the shared configuration", name, service.Configs)
		}
		command := strings.Join(service.Command, " ")
		if want := "nats-server --name " + name + " --config " + service.Configs[0].Target; command != want {
			t.Errorf("%s runs %q, want %q", name, command, want)
		}
	}
	return project.Configs["nats"].Content
}

func parseNATS(t *testing.T, text string) *server.Options {
	t.Helper()
	options := &server.Options{}
	if err := options.ProcessConfigString(text); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return options
}

func TestNATSConfig(t *testing.T) {
	options := parseNATS(t, natsConfig(t))
	if !options.JetStream || !options.SyncAlways {
		t.Errorf("JetStream = %v, SyncAlways = %v, want both: an acknowledged event is on disk", options.JetStream, options.SyncAlways)
	}
	if options.StoreDir != "/data" {
		t.Errorf("store is %s, but the volume is /data", options.StoreDir)
	}
	var hosts []string
	for _, route := range options.Routes {
		hosts = append(hosts, route.Hostname())
	}
	if got, want := strings.Join(hosts, " "), strings.Join(natsNames(), " "); got != want {
		t.Errorf("routes lead to %q, want %q", got, want)
	}
}

// TestNATSConfigMakesACluster runs three servers from the mounted
// configuration, with loopback for the container network, and asks the health
// check of the compose file.
func TestNATSConfigMakesACluster(t *testing.T) {
	text := natsConfig(t)
	routes := map[string]int{}
	for _, name := range natsNames() {
		routes[name] = freePort(t)
		text = strings.ReplaceAll(text, name+":6222", fmt.Sprintf("127.0.0.1:%d", routes[name]))
	}
	var servers []*server.Server
	for _, name := range natsNames() {
		options := parseNATS(t, text)
		options.ServerName = name
		options.StoreDir = t.TempDir()
		options.Host, options.Port = "127.0.0.1", server.RANDOM_PORT
		options.HTTPHost, options.HTTPPort = "127.0.0.1", server.RANDOM_PORT
		options.Cluster.Host, options.Cluster.Port = "127.0.0.1", routes[name]
		options.NoSigs = true
		s, err := server.NewServer(options)
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
		servers = append(servers, s)
	}
	test := loadProject(t).Services["nats-1"].HealthCheck.Test
	path, found := strings.CutPrefix(test[len(test)-1], "http://127.0.0.1:8222")
	if !found {
		t.Fatalf("health check is %q, want the monitoring port", test)
	}
	for i, s := range servers {
		if !s.ReadyForConnections(10 * time.Second) {
			t.Fatalf("%s does not listen", natsNames()[i])
		}
		waitHealthy(t, natsNames()[i], fmt.Sprintf("http://%s%s", s.MonitorAddr(), path))
	}
}

// freePort returns a port that was free a moment ago: the routes of all servers
// must be known before the first one starts.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
	}()
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatalf("listening on %s", listener.Addr())
	}
	return address.Port
}

// waitHealthy asks url until it answers 200, for at most 30 s.
func waitHealthy(t *testing.T, name, url string) {
	t.Helper()
	last := "no answer"
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		response, err := http.Get(url)
		if err != nil {
			last = err.Error()
			continue
		}
		last = response.Status
		if err := response.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if response.StatusCode == http.StatusOK {
			return
		}
	}
	t.Errorf("%s is not healthy: %s", name, last)
}
