package client

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// Defaults of Config.
const (
	DefaultInitTimeout   = 5 * time.Second
	DefaultFlushInterval = time.Second
	DefaultPollInterval  = 30 * time.Second
	DefaultQueueSize     = 10_000
	DefaultRemember      = 1 << 17
)

// Config says where the server is and how the client behaves. URL and Key are
// needed; every other field has a useful zero value.
type Config struct {
	// URL of the server, http or https: "https://flags.example.com". A path
	// is kept as a prefix.
	URL string
	// Key is a server key, "fl_server_...". It belongs to one environment,
	// and so does the client.
	Key string
	// Logger hears of lost and found connections, of rulesets that cannot be
	// used and of items the server refuses. Nil discards.
	Logger *slog.Logger
	// HTTPClient carries all requests; its Timeout is not applied to the
	// stream, which is meant to stay open. Nil makes one whose connections
	// end with Close.
	HTTPClient *http.Client
	// InitTimeout bounds how long Open waits for the first ruleset; 0 means
	// DefaultInitTimeout, a negative value does not wait.
	InitTimeout time.Duration
	// FlushInterval is how often what was reported is sent; 0 means
	// DefaultFlushInterval. A full batch of MaxBatch items goes at once.
	FlushInterval time.Duration
	// PollInterval is how often the ruleset is fetched while it cannot be
	// streamed; 0 means DefaultPollInterval.
	PollInterval time.Duration
	// QueueSize is how many exposures and events wait for the server at
	// most, beside one batch on its way; 0 means DefaultQueueSize. What
	// comes on top is dropped and counted (Stats.Dropped).
	QueueSize int
	// Remember is how many different exposures are remembered as reported, at
	// about 130 bytes each once seen (BenchmarkMemory); 0 means
	// DefaultRemember. Forgetting one, because there are more or because an
	// hour or two are over, only reports it again.
	Remember int
	// ExposureAttributes names the attributes of contexts that exposures carry,
	// so that the results of experiments can be read by country or plan. Name
	// nothing that identifies people: analytics keeps it. A list is joined by
	// commas, long text is cut. At most 50.
	ExposureAttributes []string
	// CacheFile keeps the last good ruleset on disk, so that a process that
	// starts while the server is down has one. It is written atomically,
	// readable by the owner alone, and belongs to one environment. Empty
	// keeps none.
	CacheFile string
	// Bootstrap is the ruleset to serve until a newer one is known. Nil
	// serves the callers' defaults.
	Bootstrap *evaluator.Ruleset
	// OnChange is called after a new ruleset has taken effect, one call at a
	// time and in order. It must return soon: the next change waits for it.
	// It must not call Close.
	OnChange func(Change)
	// OnStatus is called after Status has changed in Connected, Stale or Err,
	// one call at a time and in order; before OnChange if a ruleset changed
	// both. It must return soon, and must not call Close.
	OnStatus func(Status)
}

// Change is a ruleset that has just taken effect.
type Change struct {
	// Revision of the ruleset.
	Revision uint64
	// At is when it took effect, by this machine's clock.
	At time.Time
	// Source is where it came from.
	Source Source
	// Flags are the keys, sorted, of those that may answer differently than
	// before: changed, added and removed ones, and what depends on them or on
	// a changed segment.
	Flags []string
}

// validate reports every problem at once.
func (cfg Config) validate() error {
	var problems []error
	if u, err := url.Parse(cfg.URL); err != nil {
		problems = append(problems, fmt.Errorf("URL: %w", err))
	} else if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		problems = append(problems, fmt.Errorf("URL %q must be http://host or https://host", cfg.URL))
	}
	switch {
	case cfg.Key == "":
		problems = append(problems, errors.New("a Key is needed: create one with flagledger token"))
	case strings.HasPrefix(cfg.Key, "fl_client_"):
		problems = append(problems, errors.New("a ruleset is for server keys only, and Key is a client key"))
	case strings.ContainsAny(cfg.Key, " \t\r\n"):
		problems = append(problems, errors.New("white space in Key"))
	}
	if cfg.FlushInterval < 0 || cfg.PollInterval < 0 || cfg.QueueSize < 0 || cfg.Remember < 0 {
		problems = append(problems, errors.New("FlushInterval, PollInterval, QueueSize and Remember must not be negative"))
	}
	if n := len(cfg.ExposureAttributes); n > maxAttributes || slices.Contains(cfg.ExposureAttributes, "") {
		problems = append(problems, fmt.Errorf("ExposureAttributes has %d names; at most %d, none of them empty", n, maxAttributes))
	}
	return errors.Join(problems...)
}

// withDefaults fills what validate has found to be missing or good.
func (cfg Config) withDefaults() Config {
	cfg.URL = strings.TrimRight(cfg.URL, "/")
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.InitTimeout == 0 {
		cfg.InitTimeout = DefaultInitTimeout
	}
	if cfg.FlushInterval == 0 {
		cfg.FlushInterval = DefaultFlushInterval
	}
	if cfg.PollInterval == 0 {
		cfg.PollInterval = DefaultPollInterval
	}
	if cfg.QueueSize == 0 {
		cfg.QueueSize = DefaultQueueSize
	}
	cfg.ExposureAttributes = slices.Clone(cfg.ExposureAttributes)
	if cfg.Remember == 0 {
		cfg.Remember = DefaultRemember
	}
	return cfg
}

// timing holds the times that users need not choose.
type timing struct {
	request      time.Duration // one exchange, and the wait for the stream's header
	silence      time.Duration // no byte on the stream for so long: it is dead
	unauthorized time.Duration // between attempts with a refused key
	behind       time.Duration // how long a server may lag before it is believed
	retryFor     time.Duration // how long one batch is tried
	closing      time.Duration // how long Close flushes at most
	exposureTTL  time.Duration // an exposure may be reported again after it
	stream       pause
	post         pause
}

func defaultTiming() timing {
	return timing{
		request:      10 * time.Second,
		silence:      45 * time.Second, // three heartbeats
		unauthorized: 30 * time.Second,
		behind:       time.Minute,
		retryFor:     2 * time.Minute,
		closing:      10 * time.Second,
		exposureTTL:  time.Hour,
		stream:       pause{500 * time.Millisecond, 30 * time.Second},
		post:         pause{500 * time.Millisecond, 30 * time.Second},
	}
}
