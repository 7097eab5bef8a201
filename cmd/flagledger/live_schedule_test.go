package main

import (
	"strings"
	"testing"
	"time"
)

// TestLiveSchedule schedules against the API that the commands are made for.
func TestLiveSchedule(t *testing.T) {
	l := newLive(t)
	soon := time.Now().Add(48 * time.Hour).UTC()
	wall, instant := "'"+soon.Format("2006-01-02 15:04")+"'", soon.Format(time.RFC3339)
	for _, step := range []struct {
		line string
		code int
		want string
	}{
		{"flag create sale", 0, "Created flag sale"},
		{"flag schedule sale --env production --id launch --on --at " + instant, 0, "sale is scheduled to turn on in production"},
		{"flag schedule sale --env production --id launch --off --at " + instant, exitRefused, "already exists"},
		{"flag schedule sale --env staging --id end --off --tz UTC --at " + wall, 0, "sale is scheduled to turn off in staging at "},
		{"flag schedule sale --env staging --on --at 2020-01-01T00:00:00Z", exitUsage, "body.at"},
		{"flag schedule nope --env staging --on --at " + instant, exitNotFound, "does not exist"},
		{"flag schedule list sale", 0, "launch"},
		{"flag schedule list sale --json", 0, `"change": "turnOff"`},
		{"flag show sale", 0, "scheduled: turn on at"},
		{"flag schedule cancel sale end", 0, "Cancelled end of sale in staging"},
		{"flag schedule cancel sale end", exitNotFound, `no change "end"`},
		{"flag schedule list sale --env staging", 0, "Nothing is scheduled"},
		{"flag history sale", 0, "change launch scheduled in production for " + instant + ": turn on"},
		{"flag history sale", 0, "scheduled change end cancelled in staging"},
	} {
		out, code := l.runs(step.line)
		if code != step.code || !strings.Contains(out, step.want) {
			t.Errorf("flagledger %s\nexit %d, want %d with %q:\n%s", step.line, code, step.code, step.want, out)
		}
	}
}
