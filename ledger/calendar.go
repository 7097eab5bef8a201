package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Calendar says when the stages of a plan may advance. The zero value says
// always. It never keeps a rollout from going back.
type Calendar struct {
	// TimeZone is an IANA name in which all that follows is meant; empty is UTC.
	TimeZone string `json:"timeZone,omitempty"`
	// Schedule is a cron expression of five fields. A stage advances after the
	// first of its times since the stage began, so there is one step a time at
	// the most.
	Schedule string `json:"schedule,omitempty"`
	// Releases, if there are any, are the only times at which a stage advances.
	Releases []Window `json:"releases,omitempty"`
	// Freezes are times at which none does.
	Freezes []Window `json:"freezes,omitempty"`
}

// Window is a stretch of time, in one of three forms: every day, or on some Days,
// From "09:00" To "17:00"; every week From "fri 16:00" To "mon 08:00"; or once,
// from Start until End. The end is not part of it. From after To goes past
// midnight, or past the end of the week.
type Window struct {
	Name  string     `json:"name,omitempty"`
	Days  []string   `json:"days,omitempty"` // mon to sun, on which the window begins
	From  string     `json:"from,omitempty"`
	To    string     `json:"to,omitempty"`
	Start *time.Time `json:"start,omitempty"`
	End   *time.Time `json:"end,omitempty"`
}

const (
	minutesPerDay  = 24 * 60
	minutesPerWeek = 7 * minutesPerDay
	maxWindows     = 50
)

func weekdays() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

// Location is the time zone's, UTC if it is not known here.
func (c Calendar) Location() *time.Location {
	if l, err := time.LoadLocation(c.TimeZone); err == nil {
		return l
	}
	return time.UTC
}

// Next is the first time of the schedule after t; ok is false without a schedule.
func (c Calendar) Next(t time.Time) (next time.Time, ok bool) {
	if c.Schedule == "" {
		return time.Time{}, false
	}
	s, err := cron.ParseStandard(c.Schedule)
	if err != nil {
		return time.Time{}, false
	}
	return s.Next(t.In(c.Location())), true
}

// Contains reports whether t, in its own location, lies in the window.
func (w Window) Contains(t time.Time) bool {
	if w.Start != nil && w.End != nil {
		return !t.Before(*w.Start) && t.Before(*w.End)
	}
	from, weekly, _ := clock(w.From)
	to, _, _ := clock(w.To)
	now := int(t.Weekday())*minutesPerDay + t.Hour()*60 + t.Minute()
	if weekly {
		return inside(now-from, to-from, minutesPerWeek)
	}
	for day, name := range weekdays() {
		if len(w.Days) > 0 && !slices.Contains(w.Days, name) {
			continue
		}
		length := (to - from + minutesPerDay) % minutesPerDay
		if to == minutesPerDay {
			length = to - from
		}
		if length == 0 {
			length = minutesPerDay // from 00:00 to 00:00
		}
		if inside(now-day*minutesPerDay-from, length, minutesPerWeek) {
			return true
		}
	}
	return false
}

// inside reports whether a moment so long after the start of a window, which
// comes again after a period, is before its end.
func inside(since, length, period int) bool {
	since, length = (since%period+period)%period, (length%period+period)%period
	return since < length
}

// String describes the window to people.
func (w Window) String() string {
	text := w.From + " to " + w.To
	switch {
	case w.Start != nil && w.End != nil:
		text = w.Start.UTC().Format("2006-01-02 15:04") + " to " + w.End.UTC().Format("2006-01-02 15:04 MST")
	case len(w.Days) > 0:
		text = strings.Join(w.Days, ", ") + " " + text
	}
	if w.Name != "" {
		return fmt.Sprintf("%s (%s)", w.Name, text)
	}
	return text
}

// clock reads "09:00", or "fri 09:00", as minutes since the start of the day or
// of the week, Sunday; 24:00 is the end of a day.
func clock(text string) (minutes int, weekly bool, err error) {
	rest := text
	if name, after, ok := strings.Cut(text, " "); ok {
		day := slices.Index(weekdays(), name)
		if day < 0 {
			return 0, false, fmt.Errorf("%q is not one of %s", name, strings.Join(weekdays(), ", "))
		}
		minutes, weekly, rest = day*minutesPerDay, true, after
	}
	if rest == "24:00" {
		return minutes + minutesPerDay, weekly, nil
	}
	t, err := time.Parse("15:04", rest)
	if err != nil {
		return 0, false, fmt.Errorf("%q is not a time such as 09:00 or fri 09:00", text)
	}
	return minutes + t.Hour()*60 + t.Minute(), weekly, nil
}

func (ck *checks) calendar(at string, c Calendar) {
	if _, err := time.LoadLocation(c.TimeZone); err != nil {
		ck.add(at+"timeZone", "%q is not the name of a time zone, such as Europe/Berlin", c.TimeZone)
	}
	if c.Schedule != "" {
		if _, err := cron.ParseStandard(c.Schedule); err != nil {
			ck.add(at+"schedule", "is no cron expression such as \"0 10 * * mon-thu\": %v", err)
		}
	}
	for _, list := range []struct {
		name    string
		windows []Window
	}{{"releases", c.Releases}, {"freezes", c.Freezes}} {
		if len(list.windows) > maxWindows {
			ck.add(at+list.name, "has %d windows; the limit is %d", len(list.windows), maxWindows)
			continue
		}
		for i, w := range list.windows {
			ck.window(fmt.Sprintf("%s%s[%d].", at, list.name, i), w)
		}
	}
}

func (ck *checks) window(at string, w Window) {
	daily := w.From != "" || w.To != ""
	once := w.Start != nil || w.End != nil
	if daily == once {
		ck.add(at+"from", "a window has either from and to, or start and end")
		return
	}
	if once {
		if w.Start == nil || w.End == nil || !w.Start.Before(*w.End) || len(w.Days) > 0 {
			ck.add(at+"end", "a window that comes once has a start, an end after it, and no days")
		}
		return
	}
	_, weeklyFrom, err := clock(w.From)
	if err != nil {
		ck.add(at+"from", "%v", err)
	}
	_, weeklyTo, errTo := clock(w.To)
	if errTo != nil {
		ck.add(at+"to", "%v", errTo)
	}
	if err == nil && errTo == nil && (weeklyFrom != weeklyTo || weeklyFrom && w.From == w.To) {
		ck.add(at+"to", "from and to both name a day of the week, or neither does; with days of the week they differ")
	}
	if weeklyFrom && len(w.Days) > 0 {
		ck.add(at+"days", "does not go with a day of the week in from")
	}
	for i, day := range w.Days {
		if !slices.Contains(weekdays(), day) {
			ck.add(fmt.Sprintf("%sdays[%d]", at, i), "%q is not one of %s", day, strings.Join(weekdays(), ", "))
		}
	}
}
