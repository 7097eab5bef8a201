package composecheck_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/modfile"
)

const (
	root    = "../.."
	product = "flagledger"
)

func loadProject(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(root, "docker-compose.yml")},
		cli.WithWorkingDirectory(root))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestServices(t *testing.T) {
	want := []string{"clickhouse", product, "nats-1", "nats-2", "nats-3", "postgres"}
	if diff := cmp.Diff(want, loadProject(t).ServiceNames()); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
}

func TestImagesArePinned(t *testing.T) {
	pinned := regexp.MustCompile(`^[a-z0-9./-]+:[0-9]+\.[0-9]+[a-z0-9.-]*$`)
	for name, service := range loadProject(t).Services {
		if name == product {
			if service.Build == nil || service.Build.Dockerfile != "Dockerfile" {
				t.Errorf("%s is not built from the Dockerfile: %+v", name, service.Build)
			}
			continue
		}
		if !pinned.MatchString(service.Image) {
			t.Errorf("%s: image %s has no version of its own", name, service.Image)
		}
	}
}

// TestNATSVersion keeps the cluster and the embedded server alike.
func TestNATSVersion(t *testing.T) {
	mod, err := modfile.Parse("go.mod", []byte(readFile(t, "go.mod")), nil)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(mod.Require, func(r *modfile.Require) bool {
		return r.Mod.Path == "github.com/nats-io/nats-server/v2"
	})
	if i < 0 {
		t.Fatal("go.mod does not require nats-server")
	}
	want := "nats:" + strings.TrimPrefix(mod.Require[i].Mod.Version, "v") + "-alpine"
	for _, name := range natsNames() {
		if got := loadProject(t).Services[name].Image; got != want {
			t.Errorf("%s: image %s, but go.mod embeds %s", name, got, want)
		}
	}
}

func TestHealthchecks(t *testing.T) {
	for name, service := range loadProject(t).Services {
		check := service.HealthCheck
		if name == product {
			if check != nil {
				t.Errorf("%s: the health check is the image's own, not the compose file's", name)
			}
			continue
		}
		if check == nil || check.Disable || len(check.Test) < 2 {
			t.Errorf("%s has no health check", name)
			continue
		}
		if check.Interval == nil || check.Timeout == nil || check.Retries == nil || check.StartPeriod == nil {
			t.Errorf("%s: health check leaves a limit open: %+v", name, check)
		}
	}
}

func TestProductWaitsForAllOthers(t *testing.T) {
	project := loadProject(t)
	for name := range project.Services {
		if name == product {
			continue
		}
		got := project.Services[product].DependsOn[name].Condition
		if got != types.ServiceConditionHealthy {
			t.Errorf("%s waits for %s to be %q, want %q", product, name, got, types.ServiceConditionHealthy)
		}
	}
}

// TestDataOutlivesContainers checks that each server writes to a volume of its
// own, at the place where its image keeps data.
func TestDataOutlivesContainers(t *testing.T) {
	project := loadProject(t)
	targets := map[string]string{
		"nats-1": "/data", "nats-2": "/data", "nats-3": "/data",
		"postgres":   "/var/lib/postgresql",
		"clickhouse": "/var/lib/clickhouse",
		product:      "/var/lib/flagledger",
	}
	owner := map[string]string{}
	for name, service := range project.Services {
		if len(service.Volumes) != 1 {
			t.Errorf("%s has %d volumes, want 1", name, len(service.Volumes))
			continue
		}
		v := service.Volumes[0]
		if v.Type != types.VolumeTypeVolume || v.Target != targets[name] {
			t.Errorf("%s: %s %s at %s, want a named volume at %s", name, v.Type, v.Source, v.Target, targets[name])
		}
		if other, taken := owner[v.Source]; taken {
			t.Errorf("%s and %s share the volume %s", name, other, v.Source)
		}
		owner[v.Source] = name
		if _, declared := project.Volumes[v.Source]; !declared {
			t.Errorf("%s: volume %s is not declared", name, v.Source)
		}
	}
}

// TestOnlyLoopbackIsPublished keeps databases without TLS off the network.
func TestOnlyLoopbackIsPublished(t *testing.T) {
	for name, service := range loadProject(t).Services {
		if name != product && len(service.Ports) > 0 {
			t.Errorf("%s publishes %d ports, want none", name, len(service.Ports))
		}
		for _, port := range service.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes %s on %q, want 127.0.0.1", name, port.Published, port.HostIP)
			}
		}
	}
}
