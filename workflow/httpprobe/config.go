package httpprobe

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/flagledger/flagledger/internal/webhook"
	"github.com/flagledger/flagledger/ledger"
)

// Limits of Config.Timeout.
const (
	DefaultTimeout = 5 * time.Second
	MaxTimeout     = 20 * time.Second
)

// Config describes one source.
type Config struct {
	// Name is what plans call the source: letters, digits, '-', '_' and '.'.
	Name string `json:"name"`
	// Kind is prometheus or webhook.
	Kind Kind `json:"kind"`
	// URL is the webhook's, or that below which a Prometheus has /api/v1.
	URL string `json:"url"`
	// Token is sent as a bearer token; User and Password as basic
	// authentication. Here, in URL, Headers and Secret "$NAME" is taken from
	// the environment.
	Token    string            `json:"token,omitempty"`
	User     string            `json:"user,omitempty"`
	Password string            `json:"password,omitempty"`
	Headers  map[string]string `json:"headers,omitempty"`
	// Secret signs the requests of a webhook.
	Secret string `json:"secret,omitempty"`
	// Timeout is the longest that one answer may take. 0 means
	// DefaultTimeout.
	Timeout ledger.Duration `json:"timeout,omitempty"`
}

// Kind is what answers.
type Kind string

// The kinds of source.
const (
	Prometheus Kind = "prometheus"
	Webhook    Kind = "webhook"
)

// ParseConfig reads a JSON list of sources. getenv gives the environment.
func ParseConfig(data []byte, getenv func(string) string) ([]Config, error) {
	var all []Config
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&all); err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("sources: there is more after the list")
	}
	names := map[string]bool{}
	for i := range all {
		c := &all[i]
		if err := c.complete(getenv); err != nil {
			return nil, fmt.Errorf("sources[%d] %q: %w", i, c.Name, err)
		}
		if names[c.Name] {
			return nil, fmt.Errorf("sources[%d]: there are two sources %q", i, c.Name)
		}
		names[c.Name] = true
	}
	return all, nil
}

// complete fills in the defaults and checks.
func (c *Config) complete(getenv func(string) string) error {
	if err := c.fromEnvironment(getenv); err != nil {
		return err
	}
	if c.Timeout == 0 {
		c.Timeout = ledger.Duration(DefaultTimeout)
	}
	if err := ledger.CheckKey(c.Name); err != nil {
		return fmt.Errorf("name: %w", err)
	}
	if err := c.checkURL(); err != nil {
		return err
	}
	switch {
	case c.Kind != Prometheus && c.Kind != Webhook:
		return fmt.Errorf("kind: %q is not prometheus or webhook", c.Kind)
	case c.Kind == Prometheus && c.Secret != "":
		return fmt.Errorf("secret: is for a webhook; a prometheus takes token, or user and password")
	case c.Token != "" && c.User != "":
		return fmt.Errorf("token, user: give one of them")
	case c.User == "" && c.Password != "":
		return fmt.Errorf("user: is missing")
	case time.Duration(c.Timeout) > MaxTimeout:
		return fmt.Errorf("timeout: is %s; the limit is %s", c.Timeout, MaxTimeout)
	}
	if c.Kind == Webhook {
		if _, err := webhook.ParseSecret(c.Secret); err != nil {
			return fmt.Errorf("secret: %w", err)
		}
	}
	return nil
}

func (c *Config) fromEnvironment(getenv func(string) string) error {
	look := func(field, text string) (string, error) {
		name, ok := strings.CutPrefix(text, "$")
		if !ok {
			return text, nil
		}
		if text = getenv(name); text == "" {
			return "", fmt.Errorf("%s: the environment variable %s is not set", field, name)
		}
		return text, nil
	}
	var err error
	for _, f := range []struct {
		name string
		text *string
	}{{"url", &c.URL}, {"token", &c.Token}, {"user", &c.User}, {"password", &c.Password}, {"secret", &c.Secret}} {
		if *f.text, err = look(f.name, *f.text); err != nil {
			return err
		}
	}
	for name, text := range c.Headers {
		if c.Headers[name], err = look("headers."+name, text); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) checkURL() error {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("url: is not an address such as https://prometheus.example.com")
	case u.User != nil:
		return fmt.Errorf("url: has a user in it; give user and password")
	case c.Kind == Prometheus && (u.RawQuery != "" || u.Fragment != ""):
		return fmt.Errorf("url: ends before /api/v1, without a query")
	}
	// What net/http would refuse at each request is refused now.
	req, err := http.NewRequest(http.MethodPost, c.URL, nil)
	if err != nil {
		return fmt.Errorf("url: %w", err)
	}
	for name, value := range c.Headers {
		if name == "" || strings.ContainsAny(name, " \t\r\n:\"()") || strings.ContainsAny(value, "\r\n\x00") {
			return fmt.Errorf("headers: %q is not a header", name)
		}
		req.Header.Set(name, value)
	}
	return nil
}
