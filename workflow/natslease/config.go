package natslease

import (
	"fmt"
	"regexp"
	"time"
)

// Defaults of a Config.
const (
	DefaultBucket   = "leases"
	DefaultKey      = "workflow"
	DefaultDuration = 5 * time.Second
)

// minDuration leaves room for a few round trips and the margin.
const minDuration = 100 * time.Millisecond

// Config says which entry is competed for and how. All contenders must have
// the same Bucket, Key and Duration.
type Config struct {
	// Bucket is the bucket's name; DefaultBucket if empty.
	Bucket string
	// Key names the lease within the bucket; DefaultKey if empty.
	Key string
	// Replicas of the bucket, 1 to 5; 0 means 1.
	Replicas int
	// Duration is for how long a renewal holds, and for how long the others
	// wait for the next one before they take over; at least 100 ms. 0 means
	// DefaultDuration.
	Duration time.Duration
	// Name tells people who holds the lease, a host name for example. It
	// decides nothing and may be empty.
	Name string
	// Now is the wall clock. It tells people when the lease was renewed and
	// decides nothing. nil means time.Now.
	Now func() time.Time
}

func (c Config) withDefaults() Config {
	if c.Bucket == "" {
		c.Bucket = DefaultBucket
	}
	if c.Key == "" {
		c.Key = DefaultKey
	}
	if c.Replicas == 0 {
		c.Replicas = 1
	}
	if c.Duration == 0 {
		c.Duration = DefaultDuration
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func (c Config) validate() error {
	switch {
	case !regexp.MustCompile(`^[a-zA-Z0-9_-]+$`).MatchString(c.Bucket):
		return fmt.Errorf("natslease: bucket %q; use letters, digits, '-' and '_'", c.Bucket)
	case !regexp.MustCompile(`^[a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*$`).MatchString(c.Key):
		return fmt.Errorf("natslease: key %q; use letters, digits, '-' and '_', with dots between them", c.Key)
	case c.Replicas < 1 || c.Replicas > 5:
		return fmt.Errorf("natslease: Replicas is %d; use 1 to 5", c.Replicas)
	case c.Duration < minDuration:
		return fmt.Errorf("natslease: Duration is %s; use %s or more", c.Duration, minDuration)
	}
	return nil
}

// term is for how long a holder acts on a renewal, counted from before it was
// sent. The rest of Duration is the margin: clocks that run at different
// speeds, and the time it takes to stop.
func (c Config) term() time.Duration { return c.Duration - c.Duration/10 }

// renewal is how long after a renewal the next one is sent, and how long it is
// waited for.
func (c Config) renewal() time.Duration { return c.Duration / 3 }

// poll is how often a contender looks at the entry.
func (c Config) poll() time.Duration { return c.Duration / 5 }

// retry is how long a holder waits after a renewal that failed.
func (c Config) retry() time.Duration { return c.Duration / 20 }
