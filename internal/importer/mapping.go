package importer

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// Target is what a file is imported for.
type Target struct {
	// Flag whose exposures the file has; empty for events of no flag.
	Flag string
	// By is the attribute that the file's units are ids of.
	By string
	// Version that exposures carry, and From and Until, the time in which the
	// experiment ran. Rows of another time are refused.
	Version     uint64
	From, Until time.Time
}

// Mapping says what the columns of a file are.
type Mapping struct {
	Unit    string `json:"unit"`
	Variant string `json:"variant,omitempty"` // empty: there are no exposures
	// Variants gives the file's names of variants those of the flag. One that is
	// not here has the same name.
	Variants map[string]string `json:"variants,omitempty"`
	// At is the column of the time; empty puts all at Target.From.
	At string `json:"at,omitempty"`
	// Attributes are columns that exposures carry under their name.
	Attributes []string `json:"attributes,omitempty"`
	// Happened and Numbers are for wide files: the event that a column tells
	// of, by column. It happened if the cell is true; a number is its value.
	Happened map[string]string `json:"happened,omitempty"`
	Numbers  map[string]string `json:"numbers,omitempty"`
	// Event, Value and Failed are for long files: the columns of an event's
	// name, value and failure.
	Event  string `json:"event,omitempty"`
	Value  string `json:"value,omitempty"`
	Failed string `json:"failed,omitempty"`
}

// columns are those that are read, each once.
func (m Mapping) columns() []string {
	all := []string{m.Unit, m.Variant, m.At, m.Event, m.Value, m.Failed}
	all = slices.Concat(all, m.Attributes, slices.Sorted(maps.Keys(m.Happened)), slices.Sorted(maps.Keys(m.Numbers)))
	var once []string
	for _, c := range all {
		if c != "" && !slices.Contains(once, c) {
			once = append(once, c)
		}
	}
	return once
}

// check finds what makes no sense without a file.
func (m Mapping) check(t Target) error {
	switch {
	case m.Unit == "":
		return fmt.Errorf("the column of the unit is not named")
	case (m.Variant != "") != (t.Flag != ""):
		return fmt.Errorf("a flag and the column of its variant go together")
	case m.At == "" && t.From.IsZero():
		return fmt.Errorf("the column of the time is not named")
	case m.Event == "" && (m.Value != "" || m.Failed != ""):
		return fmt.Errorf("columns of value and failure go with a column of the event's name")
	case m.Variant == "" && m.Event == "" && len(m.Happened)+len(m.Numbers) == 0:
		return fmt.Errorf("no column says what happened")
	}
	return nil
}

// row is a row of a file: the cells of the columns asked for. An empty cell and
// one that is not there are the same.
type row map[string]string

// items are what a row says, or the reason why it says nothing.
func (m Mapping) items(r row, t Target) (analytics.Batch, error) {
	var b analytics.Batch
	unit := r[m.Unit]
	if unit == "" {
		return b, fmt.Errorf("%s is empty", m.Unit)
	}
	at, err := m.time(r, t)
	if err != nil {
		return b, err
	}
	if variant := r[m.Variant]; m.Variant != "" && variant != "" {
		e := analytics.Exposure{Flag: t.Flag, Variant: variant, By: t.By, Unit: unit, Version: t.Version, At: at}
		if name, ok := m.Variants[variant]; ok {
			e.Variant = name
		}
		for _, column := range m.Attributes {
			if value := r[column]; value != "" {
				if e.Attributes == nil {
					e.Attributes = map[string]string{}
				}
				e.Attributes[column] = value
			}
		}
		b.Exposures = append(b.Exposures, e)
	} else if m.Variant != "" && m.Event == "" {
		return b, fmt.Errorf("%s is empty", m.Variant)
	}
	b.Events, err = m.events(r, t, analytics.Event{Units: map[string]string{t.By: unit}, At: at})
	if err == nil && b.Len() == 0 {
		err = fmt.Errorf("the row says nothing: %s is empty", m.Event)
	}
	return b, err
}

// events are those of a row; each is like the one given.
func (m Mapping) events(r row, t Target, like analytics.Event) ([]analytics.Event, error) {
	if t.Flag != "" {
		like.Flags = []string{t.Flag}
	}
	var all []analytics.Event
	for _, column := range slices.Sorted(maps.Keys(m.Happened)) {
		happened, err := truth(column, r[column])
		if err != nil {
			return nil, err
		}
		if happened {
			e := like
			e.Name = m.Happened[column]
			all = append(all, e)
		}
	}
	for _, column := range slices.Sorted(maps.Keys(m.Numbers)) {
		value, err := number(column, r[column])
		if err != nil {
			return nil, err
		}
		if value != nil {
			e := like
			e.Name, e.Value = m.Numbers[column], value
			all = append(all, e)
		}
	}
	if name := r[m.Event]; m.Event != "" && name != "" {
		e := like
		e.Name = name
		var err error
		if e.Value, err = number(m.Value, r[m.Value]); err != nil {
			return nil, err
		}
		if e.Failed, err = truth(m.Failed, r[m.Failed]); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func (m Mapping) time(r row, t Target) (time.Time, error) {
	at := t.From
	if m.At != "" {
		var err error
		if at, err = instant(m.At, r[m.At]); err != nil {
			return at, err
		}
	}
	if !t.Until.IsZero() && (at.Before(t.From) || !at.Before(t.Until)) {
		return at, fmt.Errorf("%s is %s, which is not in the experiment, from %s until %s", m.At, at.Format(time.RFC3339),
			t.From.UTC().Format(time.RFC3339), t.Until.UTC().Format(time.RFC3339))
	}
	return at, nil
}

// truth reads true, false and the like; empty is false.
func truth(column, text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true", "t", "yes", "y", "1":
		return true, nil
	case "false", "f", "no", "n", "0", "":
		return false, nil
	}
	return false, fmt.Errorf("%s is %q, which is neither true nor false", column, text)
}

// number reads a finite number; empty is none.
func number(column, text string) (*float64, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no number is no mistake
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return nil, fmt.Errorf("%s is %q, which is not a finite number", column, text)
	}
	return &x, nil
}

// instant reads RFC 3339, a date with or without a time, in UTC, or seconds,
// milli-, micro- or nanoseconds since 1970, told apart by their size.
func instant(column, text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil || n < 0:
		return time.Time{}, fmt.Errorf("%s is %q, which is not a time such as 2026-01-31T15:04:05Z", column, text)
	case n < 1e11:
		return time.Unix(n, 0).UTC(), nil
	case n < 1e14:
		return time.UnixMilli(n).UTC(), nil
	case n < 1e17:
		return time.UnixMicro(n).UTC(), nil
	}
	return time.Unix(0, n).UTC(), nil
}
