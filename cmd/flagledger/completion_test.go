package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestCompletion(t *testing.T) {
	api := newFakeAPI(t)
	api.answer(t, "GET /api/v1/projects/p/flags", []byte(`{"flags":[{"key":"new-pdf","details":{"name":"PDF"}},{"key":"other"}]}`), "")
	api.answer(t, "GET /api/v1/projects/p", []byte(`{"environments":[{"key":"production","name":"Production"},{"key":"staging"}]}`), "")
	for name, row := range map[string]struct {
		args []string
		want string
	}{
		"flags":            {[]string{"flag", "show", "-p", "p", "n"}, "new-pdf\tPDF\n:4"},
		"no second flag":   {[]string{"flag", "show", "-p", "p", "new-pdf", ""}, ":4"},
		"environments":     {[]string{"flag", "kill", "-p", "p", "x", "--env", "pro"}, "production\tProduction\n:4"},
		"environment":      {[]string{"env", "show", "-p", "p", "st"}, "staging\n:4"},
		"commands":         {[]string{"rollout", "ab"}, "abort\tTake the treatment away from everybody, at once\n:4"},
		"silent elsewhere": {[]string{"flag", "show", "-p", "unknown", ""}, ":4"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout bytes.Buffer
			w := testWorld(append([]string{"__complete"}, row.args...), map[string]string{varServer: api.server.URL})
			w.stdout = &stdout
			if code := run(context.Background(), w); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if got := strings.TrimSpace(stdout.String()); got != row.want {
				t.Errorf("completed %q, want %q", got, row.want)
			}
		})
	}
}

// TestEveryCommandIsDocumented walks the tree: what people run has an example
// that uses its own path.
func TestEveryCommandIsDocumented(t *testing.T) {
	root := newRoot(&app{world: testWorld(nil, nil)})
	queue := root.Commands()
	for len(queue) > 0 {
		cmd := queue[0]
		queue = append(queue[1:], cmd.Commands()...)
		if cmd.Short == "" {
			t.Errorf("%s has no short help", cmd.CommandPath())
		}
		if len(cmd.Commands()) > 0 || !cmd.Runnable() || cmd.Hidden {
			continue
		}
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			if !strings.Contains(line, cmd.CommandPath()) {
				t.Errorf("%s: the example %q does not use it", cmd.CommandPath(), line)
			}
		}
	}
}
