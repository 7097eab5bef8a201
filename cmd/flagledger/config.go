package main

import (
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// The defaults of what can be set.
const (
	defaultServer      = "http://127.0.0.1:8080"
	defaultProject     = "default"
	defaultEnvironment = "production" // of eval; commands that change something ask
	defaultTimeout     = 15 * time.Second
)

// The environment variables.
const (
	varServer      = "FLAGLEDGER_SERVER"
	varToken       = "FLAGLEDGER_TOKEN" //nolint:gosec // the name of the variable
	varProject     = "FLAGLEDGER_PROJECT"
	varEnvironment = "FLAGLEDGER_ENVIRONMENT"
	varData        = "FLAGLEDGER_DATA"
	varNoColor     = "NO_COLOR"
)

// settings are the flags that every command has, as they were given.
type settings struct {
	server  string
	token   string
	project string
	json    bool
	noColor bool
	timeout time.Duration
}

func (s *settings) register(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&s.server, "server", "", "URL of the server ($"+varServer+")")
	f.StringVar(&s.token, "token", "", "admin token; others on this machine can see flags, so prefer $"+varToken)
	f.StringVarP(&s.project, "project", "p", "", "project key ($"+varProject+", else \""+defaultProject+"\")")
	f.BoolVar(&s.json, "json", false, "print the API's JSON")
	f.BoolVar(&s.noColor, "no-color", false, "print without colour ($"+varNoColor+")")
	f.DurationVar(&s.timeout, "timeout", defaultTimeout, "the longest to wait for one answer")
}

// config is what a command works with.
type config struct {
	server      *url.URL
	token       string
	project     string
	environment string // of FLAGLEDGER_ENVIRONMENT, may be empty
	json        bool
	colour      bool
	timeout     time.Duration
}

// resolve joins flags, environment and cli.json, in this order of precedence.
// The token of cli.json is only used with the server of cli.json: a command
// that names another server must not hand it out.
func (a *app) resolve() (config, error) {
	c := config{
		token:       first(a.given.token, a.getenv(varToken)),
		environment: a.getenv(varEnvironment),
		json:        a.given.json,
		colour:      a.terminal && !a.given.noColor && a.getenv(varNoColor) == "",
		timeout:     a.given.timeout,
	}
	file, err := findCLIFile(a.dataFolders())
	if err != nil {
		return config{}, err
	}
	server := first(a.given.server, a.getenv(varServer), file.Server, defaultServer)
	if c.server, err = parseServer(server); err != nil {
		return config{}, err
	}
	local := strings.TrimRight(file.Server, "/") == strings.TrimRight(server, "/")
	if c.token == "" && local {
		c.token = file.Token
	}
	c.project = first(a.given.project, a.getenv(varProject))
	if c.project == "" && local {
		c.project = file.Project
	}
	c.project = first(c.project, defaultProject)
	if c.timeout <= 0 {
		return config{}, usagef("--timeout %s is not above zero", c.timeout)
	}
	return c, nil
}

// dataFolders are where a server on this machine may have left its cli.json.
func (a *app) dataFolders() []string {
	folders := []string{"flagledger-data", "flagledger-demo"}
	if data := a.getenv(varData); data != "" {
		folders = append([]string{data}, folders...)
	}
	return folders
}

func parseServer(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, usagef("server %q is not a URL such as %s", text, defaultServer)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawQuery, u.Fragment = "", ""
	return u, nil
}

// first returns the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// process is the world of the running program.
func process() world {
	info, err := os.Stdout.Stat()
	return world{
		program:  os.Args[0],
		args:     os.Args[1:],
		stdin:    os.Stdin,
		stdout:   os.Stdout,
		stderr:   os.Stderr,
		getenv:   os.Getenv,
		terminal: err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb",
		now:      time.Now,
		zone:     time.Local,
	}
}
