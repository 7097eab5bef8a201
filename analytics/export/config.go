package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// Config describes one export.
type Config struct {
	// Name is the export's own, of lower-case letters, digits and '-'. What it
	// has delivered is remembered under it.
	Name string `json:"name"`
	// To is the tool: mixpanel, amplitude, segment, webhook or file.
	To string `json:"to"`
	// Project and Environments whose data are sent; no environments are all.
	Project      string   `json:"project"`
	Environments []string `json:"environments,omitempty"`
	// Assignments sends which variant a unit has, when that changes.
	Assignments bool `json:"assignments"`
	// Events are the names of metric events that are sent; "*" is all.
	Events []string `json:"events,omitempty"`
	// User is the attribute whose units are the tool's users (targetingKey).
	// Units of other attributes are groups to it.
	User string `json:"user,omitempty"`
	// URL is the tool's address, or a folder for To file. Tools have one of
	// their own.
	URL string `json:"url,omitempty"`
	// Secret is the key or the token; "$NAME" is taken from the environment.
	Secret string `json:"secret,omitempty"`
	// Account and AccountProject are the service account and the project id of
	// Mixpanel, whose Secret is then the account's.
	Account        string `json:"account,omitempty"`
	AccountProject string `json:"accountProject,omitempty"`
	// PerSecond bounds the parcels sent (the tool's own default).
	PerSecond float64 `json:"perSecond,omitempty"`
}

// ParseConfig reads a JSON list of exports. getenv gives the environment.
func ParseConfig(data []byte, getenv func(string) string) ([]Config, error) {
	var all []Config
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&all); err != nil {
		return nil, fmt.Errorf("exports: %w", err)
	}
	names := map[string]bool{}
	for i := range all {
		c := &all[i]
		if err := c.complete(getenv); err != nil {
			return nil, fmt.Errorf("exports[%d] %q: %w", i, c.Name, err)
		}
		if names[c.Name] {
			return nil, fmt.Errorf("exports[%d]: there are two exports %q", i, c.Name)
		}
		names[c.Name] = true
	}
	return all, nil
}

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,49}$`)

// tools are what To may be, with the address and the rate that each has if none
// is given, and what makes its sink.
func tools() map[string]tool {
	return map[string]tool{
		"mixpanel":  {"https://api.mixpanel.com", 5000, newMixpanel},
		"amplitude": {"https://api2.amplitude.com", 1000, newAmplitude},
		"segment":   {"https://api.segment.io", 1000, newSegment},
		"webhook":   {"", 1000, newWebhook},
		"file":      {"", 100_000, newFile},
	}
}

type tool struct {
	url       string
	perSecond float64
	make      func(Config) (sink, error)
}

// complete fills in the defaults and checks.
func (c *Config) complete(getenv func(string) string) error {
	tool, known := tools()[c.To]
	if name, ok := strings.CutPrefix(c.Secret, "$"); ok {
		if c.Secret = getenv(name); c.Secret == "" {
			return fmt.Errorf("secret: the environment variable %s is not set", name)
		}
	}
	if c.URL == "" {
		c.URL = tool.url
	}
	if c.PerSecond == 0 {
		c.PerSecond = tool.perSecond
	}
	if c.User == "" {
		c.User = analytics.DefaultBy
	}
	switch {
	case !nameForm.MatchString(c.Name):
		return fmt.Errorf("name: use up to 50 lower-case letters, digits and '-'")
	case !known:
		return fmt.Errorf("to: %q is not mixpanel, amplitude, segment, webhook or file", c.To)
	case c.Project == "":
		return fmt.Errorf("project: is missing")
	case !c.Assignments && len(c.Events) == 0:
		return fmt.Errorf("assignments, events: there is nothing to send")
	case c.PerSecond < 0:
		return fmt.Errorf("perSecond: %v is negative", c.PerSecond)
	case c.URL == "":
		return fmt.Errorf("url: is missing")
	case c.To == "file":
		return nil
	case c.Secret == "":
		return fmt.Errorf("secret: is missing")
	}
	if u, err := url.Parse(c.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("url: %q is not an address such as https://example.com", c.URL)
	}
	c.URL = strings.TrimSuffix(c.URL, "/")
	return nil
}

func (c Config) sink() (sink, error) { return tools()[c.To].make(c) }

// concerns reports whether a batch is of the project and the environments.
func (c Config) concerns(b analytics.Batch) bool {
	return b.Project == c.Project && (len(c.Environments) == 0 || slices.Contains(c.Environments, b.Environment))
}

func (c Config) wants(event string) bool {
	return slices.Contains(c.Events, "*") || slices.Contains(c.Events, event)
}

// newClient makes the client of a tool. A tool that takes longer than that
// for an answer is taken to be away.
func newClient() *http.Client { return &http.Client{Timeout: 30 * time.Second} }
