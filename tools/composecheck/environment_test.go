package composecheck_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// variables returns the product's environment variables named in text, sorted.
func variables(text string) []string {
	names := regexp.MustCompile(`\bFLAGLEDGER_[A-Z0-9_]*[A-Z0-9]\b`).FindAllString(text, -1)
	slices.Sort(names)
	return slices.Compact(names)
}

// commandSource returns the text of the command that reads the environment.
func commandSource(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "cmd/flagledger/*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources of the command: %v", err)
	}
	var b strings.Builder
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}

// TestEverySettingExists refuses a setting that the command does not read.
func TestEverySettingExists(t *testing.T) {
	known := variables(commandSource(t))
	set := loadProject(t).Services[product].Environment
	if len(set) == 0 {
		t.Errorf("%s has no settings", product)
	}
	for name := range set {
		if !slices.Contains(known, name) {
			t.Errorf("docker-compose.yml sets %s, which cmd/flagledger does not read", name)
		}
	}
	for _, name := range variables(readFile(t, "Dockerfile")) {
		if !slices.Contains(known, name) {
			t.Errorf("the Dockerfile sets %s, which cmd/flagledger does not read", name)
		}
	}
}

// TestDocumentedSettingsAreShown checks that a server setting which the docs
// name can be found in docker-compose.yml, set or commented out.
func TestDocumentedSettingsAreShown(t *testing.T) {
	shown := variables(readFile(t, "docker-compose.yml"))
	for _, doc := range []string{"README.md", "ARCHITECTURE.md"} {
		text, err := os.ReadFile(filepath.Join(root, doc))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range variables(string(text)) {
			if !slices.Contains(shown, name) && !elsewhere(name) {
				t.Errorf("%s names %s, which docker-compose.yml does not show", doc, name)
			}
		}
	}
}

// elsewhere reports whether a variable is for tests or for the command line
// as a client, and so has no place in the server's container.
func elsewhere(name string) bool {
	client := []string{"FLAGLEDGER_SERVER", "FLAGLEDGER_TOKEN", "FLAGLEDGER_PROJECT", "FLAGLEDGER_ENVIRONMENT"}
	return strings.HasPrefix(name, "FLAGLEDGER_TEST_") || slices.Contains(client, name)
}
