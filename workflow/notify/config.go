package notify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/flagledger/flagledger/internal/webhook"
	"github.com/flagledger/flagledger/ledger"
)

// Config describes one channel.
type Config struct {
	// Name is the channel's own, of lower-case letters, digits and '-'. How far
	// it has come is remembered under it.
	Name string `json:"name"`
	// To is how it is delivered: slack, webhook or email.
	To string `json:"to"`
	// Project and Environments whose events are told; empty is all. What is of
	// no environment, such as a new flag, is told whatever the environments are.
	Project      string   `json:"project,omitempty"`
	Environments []string `json:"environments,omitempty"`
	// Events are kinds of event, such as rollout.rolled_back; "rollout.*" is all
	// kinds of a rollout and "*" all there are. None are those of DefaultEvents,
	// and rollout.held if somebody should look.
	Events []string `json:"events,omitempty"`
	// OnlyPlans leaves all out but what a plan sends to the channel by naming it.
	OnlyPlans bool `json:"onlyPlans,omitempty"`
	// URL is where slack and webhook post to; "$NAME" is taken from the
	// environment, as the address of a chat is its key.
	URL string `json:"url,omitempty"`
	// Secret signs the requests of a webhook; "$NAME" is taken from the
	// environment.
	Secret string `json:"secret,omitempty"`
	// SMTP is how to reach people by e-mail.
	SMTP *SMTP `json:"smtp,omitempty"`
	// Template replaces the built-in words.
	Template *Template `json:"template,omitempty"`
	// Link is an address that every message ends with. {project}, {environment}
	// and {subject} in it stand for those of the message.
	Link string `json:"link,omitempty"`
	// GiveUpAfter is how long a message is tried, from the event or from the
	// start of the process, whichever is later (24h).
	GiveUpAfter ledger.Duration `json:"giveUpAfter,omitempty"`
}

// patience is GiveUpAfter if it is left out.
const patience = 24 * time.Hour

// ParseConfig reads a JSON list of channels. getenv gives the environment.
func ParseConfig(data []byte, getenv func(string) string) ([]Config, error) {
	var all []Config
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&all); err != nil {
		return nil, fmt.Errorf("notifications: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("notifications: something follows the list; keep all channels in one list")
	}
	names := map[string]bool{}
	for i := range all {
		c := &all[i]
		if err := c.complete(getenv); err != nil {
			return nil, fmt.Errorf("notifications[%d] %q: %w", i, c.Name, err)
		}
		if names[c.Name] {
			return nil, fmt.Errorf("notifications[%d]: there are two channels %q", i, c.Name)
		}
		names[c.Name] = true
	}
	return all, nil
}

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,49}$`)

// complete fills in the defaults and checks.
func (c *Config) complete(getenv func(string) string) error {
	if !nameForm.MatchString(c.Name) {
		return fmt.Errorf("name: use up to 50 lower-case letters, digits and '-'")
	}
	secrets := map[string]*string{"url": &c.URL, "secret": &c.Secret}
	if c.SMTP != nil {
		secrets["smtp.password"] = &c.SMTP.Password
	}
	for _, field := range []string{"url", "secret", "smtp.password"} {
		if err := fromEnvironment(field, secrets[field], getenv); err != nil {
			return err
		}
	}
	if c.GiveUpAfter == 0 {
		c.GiveUpAfter = ledger.Duration(patience)
	}
	for i, env := range c.Environments {
		if err := ledger.CheckKey(env); err != nil {
			return fmt.Errorf("environments[%d]: %w", i, err)
		}
	}
	for i, kind := range c.Events {
		if !knownPattern(kind) {
			return fmt.Errorf("events[%d]: there is no kind of event %q; use one of %s, or a group such as rollout.*, or *",
				i, kind, strings.Join(Kinds(), ", "))
		}
	}
	if c.Link != "" && (!address(c.Link) || strings.ContainsAny(c.Link, "<>|\" \t\r\n")) {
		return fmt.Errorf("link: %q is not an address such as https://flags.example.com/{project}/{subject}", c.Link)
	}
	if err := c.checkReceiver(); err != nil {
		return err
	}
	_, err := c.words()
	return err
}

func fromEnvironment(field string, value *string, getenv func(string) string) error {
	if value == nil {
		return nil
	}
	name, ok := strings.CutPrefix(*value, "$")
	if !ok {
		return nil
	}
	if *value = getenv(name); *value == "" {
		return fmt.Errorf("%s: the environment variable %s is not set", field, name)
	}
	return nil
}

func address(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// checkReceiver checks what is particular to each way of delivery.
func (c *Config) checkReceiver() error {
	switch c.To {
	case "slack", "webhook":
		if c.SMTP != nil {
			return fmt.Errorf("smtp: is for to \"email\"; leave it out")
		}
		if !address(c.URL) {
			return fmt.Errorf("url: give an address such as https://example.com/hook") // not what was given: it is a key
		}
	case "email":
		if c.URL != "" {
			return fmt.Errorf("url: is not for to \"email\"; the mail server is smtp.address")
		}
		if c.SMTP == nil {
			return fmt.Errorf("smtp: is missing; give address, from and to")
		}
		if err := c.SMTP.complete(); err != nil {
			return fmt.Errorf("smtp.%w", err)
		}
	default:
		return fmt.Errorf("to: %q is not slack, webhook or email", c.To)
	}
	if c.To != "webhook" {
		if c.Secret != "" {
			return fmt.Errorf("secret: signs the requests of to \"webhook\"; leave it out")
		}
		return nil
	}
	if c.Secret == "" {
		return fmt.Errorf("secret: is missing; the receiver verifies requests with it")
	}
	if _, err := webhook.ParseSecret(c.Secret); err != nil {
		return fmt.Errorf("secret: %w", err)
	}
	return nil
}

// wants reports whether the channel is to tell of an event in an environment,
// which is empty for what is of none,
// and of a rollout whose plan names the channel, if named says so.
func (c Config) wants(rec ledger.Recorded, environment string, named bool) bool {
	switch {
	case c.Project != "" && rec.Subject.Project != c.Project:
		return false
	case environment != "" && len(c.Environments) > 0 && !slices.Contains(c.Environments, environment):
		return false
	case named && byDefault(rec.Event):
		return true
	case c.OnlyPlans:
		return false
	case len(c.Events) == 0:
		return byDefault(rec.Event)
	}
	kind := ledger.TypeOf(rec.Event)
	return slices.ContainsFunc(c.Events, func(pattern string) bool { return matches(pattern, kind) })
}
