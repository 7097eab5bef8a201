package composecheck_test

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

func TestDockerfileBaseImages(t *testing.T) {
	bases := regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(readFile(t, "Dockerfile"), -1)
	if len(bases) != 3 {
		t.Fatalf("the Dockerfile has %d stages, want pages, build and run time", len(bases))
	}
	if pages := bases[0][1]; pages != "node:20-bookworm-slim" {
		t.Errorf("pages are built on %s, want the oldest Node.js that package.json allows", pages)
	}
	mod, err := modfile.Parse("go.mod", []byte(readFile(t, "go.mod")), nil)
	if err != nil {
		t.Fatal(err)
	}
	minor := strings.TrimSuffix(mod.Go.Version, ".0")
	pinned := regexp.MustCompile(`^golang:` + regexp.QuoteMeta(minor) + `\.\d+-bookworm$`)
	if build := bases[1][1]; !pinned.MatchString(build) {
		t.Errorf("built on %s, want Go %s on bookworm, pinned to a patch release", build, minor)
	}
	if runtime := bases[2][1]; runtime != "debian:bookworm-slim" {
		t.Errorf("runs on %s, want the suite it was built on", runtime)
	}
}

func TestDockerfileRunsUnprivileged(t *testing.T) {
	text := readFile(t, "Dockerfile")
	users := regexp.MustCompile(`(?m)^USER (\S+)`).FindAllStringSubmatch(text, -1)
	if len(users) != 1 || users[0][1] != product {
		t.Errorf("users are %q, want only %s", users, product)
	}
	if strings.Index(text, "\nUSER ") < strings.LastIndex(text, "\nFROM ") {
		t.Error("USER is set in the build stage, not at run time")
	}
}

// TestDockerfileHealthcheck checks that the health check asks the port that
// the compose file makes the server listen on.
func TestDockerfileHealthcheck(t *testing.T) {
	address := loadProject(t).Services[product].Environment["FLAGLEDGER_LISTEN"]
	if address == nil {
		t.Fatal("FLAGLEDGER_LISTEN is not set")
	}
	_, port, _ := strings.Cut(*address, ":")
	want := "http://127.0.0.1:" + port + "/readyz"
	check := regexp.MustCompile(`(?s)\nHEALTHCHECK .*?\n    CMD .*?\n`).FindString(readFile(t, "Dockerfile"))
	if !strings.Contains(check, want) {
		t.Errorf("health check %q does not ask %s", check, want)
	}
	for _, p := range loadProject(t).Services[product].Ports {
		if p.Published != port {
			t.Errorf("published port %s, but the server listens on %s", p.Published, port)
		}
	}
}
