package ledger_test

import (
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

func TestWindow(t *testing.T) {
	moment := func(text string) time.Time {
		at, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	start, end := moment("2026-12-24 00:00"), moment("2027-01-02 00:00")
	for name, tt := range map[string]struct {
		w       ledger.Window
		in, out []string
	}{
		"every day":     {ledger.Window{From: "09:00", To: "17:00"}, []string{"2026-03-02 09:00", "2026-03-08 16:59"}, []string{"2026-03-02 08:59", "2026-03-02 17:00"}},
		"some days":     {ledger.Window{Days: []string{"mon"}, From: "09:00", To: "17:00"}, []string{"2026-03-02 09:00"}, []string{"2026-03-03 09:00"}},
		"over midnight": {ledger.Window{Days: []string{"sat"}, From: "22:00", To: "02:00"}, []string{"2026-03-07 22:00", "2026-03-08 01:59"}, []string{"2026-03-07 01:00", "2026-03-08 02:00", "2026-03-08 22:00"}},
		"all day":       {ledger.Window{Days: []string{"fri"}, From: "00:00", To: "24:00"}, []string{"2026-03-06 00:00", "2026-03-06 23:59"}, []string{"2026-03-05 23:59", "2026-03-07 00:00"}},
		"always":        {ledger.Window{From: "00:00", To: "24:00"}, []string{"2026-03-06 00:00", "2026-03-06 23:59"}, nil},
		"a day around":  {ledger.Window{Days: []string{"fri"}, From: "12:00", To: "12:00"}, []string{"2026-03-06 12:00", "2026-03-07 11:59"}, []string{"2026-03-06 11:59", "2026-03-07 12:00"}},
		"weekend":       {ledger.Window{From: "fri 16:00", To: "mon 08:00"}, []string{"2026-03-06 16:00", "2026-03-08 12:00", "2026-03-09 07:59"}, []string{"2026-03-06 15:59", "2026-03-09 08:00", "2026-03-11 12:00"}},
		"midweek":       {ledger.Window{From: "tue 00:00", To: "fri 00:00"}, []string{"2026-03-03 00:00", "2026-03-05 23:59"}, []string{"2026-03-02 23:59", "2026-03-06 00:00"}},
		"to the end":    {ledger.Window{From: "thu 00:00", To: "sat 24:00"}, []string{"2026-03-07 23:59"}, []string{"2026-03-08 00:00", "2026-03-04 23:59"}},
		"once":          {ledger.Window{Start: &start, End: &end}, []string{"2026-12-24 00:00", "2027-01-01 23:59"}, []string{"2026-12-23 23:59", "2027-01-02 00:00", "2027-12-25 00:00"}},
	} {
		for _, text := range tt.in {
			if !tt.w.Contains(moment(text)) {
				t.Errorf("%s: %s is outside of %s", name, text, tt.w)
			}
		}
		for _, text := range tt.out {
			if tt.w.Contains(moment(text)) {
				t.Errorf("%s: %s is inside of %s", name, text, tt.w)
			}
		}
	}
}

// The clock of the plan's place counts, in summer and in winter.
func TestCalendarZone(t *testing.T) {
	c := ledger.Calendar{TimeZone: "Europe/Berlin", Schedule: "0 10 * * *"}
	for from, want := range map[string]string{
		"2026-03-28T12:00:00Z": "2026-03-29T08:00:00Z", // the night in which summer time begins
		"2026-10-24T12:00:00Z": "2026-10-25T09:00:00Z",
		"2026-07-01T07:59:59Z": "2026-07-01T08:00:00Z",
		"2026-07-01T08:00:00Z": "2026-07-02T08:00:00Z",
	} {
		at, err := time.Parse(time.RFC3339, from)
		if err != nil {
			t.Fatal(err)
		}
		next, ok := c.Next(at)
		if got := next.UTC().Format(time.RFC3339); !ok || got != want {
			t.Errorf("after %s: %s, want %s", from, got, want)
		}
	}
	if _, ok := (ledger.Calendar{}).Next(time.Now()); ok {
		t.Error("no schedule has a time")
	}
}
