package notify

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// slackServer answers as Slack documents it: "ok", or invalid_payload for what
// it does not take.
func slackServer(t *testing.T) (url string, got chan slackPayload, raw chan string) {
	t.Helper()
	got, raw = make(chan slackPayload, 10), make(chan string, 10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var p slackPayload
		if err != nil || json.Unmarshal(body, &p) != nil || p.Text == "" || len(p.Blocks) > 50 {
			http.Error(w, "invalid_payload", http.StatusBadRequest)
			return
		}
		for _, b := range p.Blocks {
			if b.Type == "section" && (b.Text == nil || b.Text.Text == "" || len([]rune(b.Text.Text)) > 3000) || b.Type == "context" && len(b.Elements) == 0 {
				http.Error(w, "invalid_blocks", http.StatusBadRequest)
				return
			}
		}
		_, _ = io.WriteString(w, "ok")
		got <- p
		raw <- string(body)
	}))
	t.Cleanup(s.Close)
	return s.URL, got, raw
}

func slacked(t *testing.T, url string, change ...func(*Config)) Config {
	t.Helper()
	c := Config{Name: "chat", To: "slack", URL: url, Link: "https://flags.test/{environment}/{subject}"}
	for _, f := range change {
		f(&c)
	}
	if err := c.complete(func(string) string { return "" }); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestSlack compares what is posted with testdata/slack.txt.
func TestSlack(t *testing.T) {
	url, got, _ := slackServer(t)
	w := newWorld(t)
	w.run(slacked(t, url))
	w.append(recorded(1, ledger.RolloutRolledBack{Environment: "production", Stage: 1, From: 25_000, Evidence: evidence(ledger.VerdictFail)}))
	p := await(t, "the message", got)
	var all strings.Builder
	all.WriteString(p.Text + "\n\n")
	for _, b := range p.Blocks {
		text, err := json.MarshalIndent(b, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		all.Write(append(text, '\n'))
	}
	golden(t, "slack.txt", all.String())
}

// TestSlackEscapes lets a template call people, and what people wrote not.
func TestSlackEscapes(t *testing.T) {
	url, got, _ := slackServer(t)
	c := slacked(t, url, func(c *Config) {
		c.Template = &Template{Text: "<!here> {{.Reason}} {{range .Fields}}{{.Value}}{{end}}"}
	})
	m := Sample(night)
	m.Reason, m.Fields, m.Also = "<!channel> & <https://evil.test|click>", []Field{{"<!x>", "a < b"}}, []string{"<!also>"}
	a, err := Try(t.Context(), c, m, time.Now)
	if err != nil || !a.Delivered || a.Says != "status 200: ok" {
		t.Fatalf("answer %+v: %v", a, err)
	}
	want := "<!here> &lt;!channel&gt; &amp; &lt;https://evil.test|click&gt; a &lt; b"
	if text := await(t, "the message", got).Blocks[1].Text.Text; text != want {
		t.Errorf("text %q, want %q", text, want)
	}
	c.Template = nil
	if a, err := Try(t.Context(), slacked(t, url), m, time.Now); err != nil || !a.Delivered {
		t.Fatalf("answer %+v: %v", a, err)
	}
	p := await(t, "the message", got)
	if strings.Contains(p.Text, "<!") || !strings.Contains(p.Text, "<https://flags.test/production/new-pdf-engine|Open>") {
		t.Errorf("text %q", p.Text)
	}
}

// TestSlackLimits sends more than Slack would take.
func TestSlackLimits(t *testing.T) {
	url, _, _ := slackServer(t)
	m := Sample(night)
	m.Reason, m.Cause = strings.Repeat("ä", 10_000), ""
	m.Actor = strings.Repeat("x", 5_000)
	if a, err := Try(t.Context(), slacked(t, url), m, time.Now); err != nil || !a.Delivered {
		t.Errorf("answer %+v: %v", a, err)
	}
}

// TestTemplateFails has a template that works for the sample and not for an event
// without evidence: the built-in words are sent, with what is wrong.
func TestTemplateFails(t *testing.T) {
	url, got, _ := slackServer(t)
	w := newWorld(t)
	w.run(slacked(t, url, func(c *Config) { c.Template = &Template{Title: "T {{.Subject}}", Text: "{{(index .Fields 0).Value}}"} }))
	w.turnOff(1, 1)
	p := await(t, "the message", got)
	for _, part := range []string{"*T pdf*", "Everybody gets the variant for off.", "The channel's template failed", "index out of range"} {
		if !strings.Contains(p.Text, part) {
			t.Errorf("%q lacks %q", p.Text, part)
		}
	}
}
