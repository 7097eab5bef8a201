package natskv

import (
	"fmt"
	"regexp"
	"time"
)

// Defaults of a Config.
const (
	DefaultBucket = "rulesets"
	DefaultSettle = 5 * time.Second
)

// Config says which bucket is used and how.
type Config struct {
	// Bucket is the bucket's name; DefaultBucket if empty.
	Bucket string
	// Replicas is 1 to 5; 0 means 1.
	Replicas int
	// Settle is how long a reader waits for a revision that is being
	// written to become whole. 0 means DefaultSettle.
	Settle time.Duration
}

func (c Config) withDefaults() Config {
	if c.Bucket == "" {
		c.Bucket = DefaultBucket
	}
	if c.Replicas == 0 {
		c.Replicas = 1
	}
	if c.Settle == 0 {
		c.Settle = DefaultSettle
	}
	return c
}

func (c Config) validate() error {
	switch {
	case !regexp.MustCompile(`^[a-zA-Z0-9_-]+$`).MatchString(c.Bucket):
		return fmt.Errorf("natskv: bucket %q; use letters, digits, '-' and '_'", c.Bucket)
	case c.Replicas < 1 || c.Replicas > 5:
		return fmt.Errorf("natskv: Replicas is %d; use 1 to 5", c.Replicas)
	case c.Settle < 0:
		return fmt.Errorf("natskv: Settle is %s; use 0 or more", c.Settle)
	}
	return nil
}
