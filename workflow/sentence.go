package workflow

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// grouped writes a count with commas: 11,388.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plainDuration writes 24h0m0s as 24h and 1m30s as it is.
func plainDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func quoted(s string) string { return strconv.Quote(s) }

// times says how much more something is: "6.51 times", "130 times".
func times(ratio float64) string {
	if ratio < 10 {
		return fmt.Sprintf("%.2f times", ratio)
	}
	return fmt.Sprintf("%.0f times", ratio)
}

// power writes an e-value, of which only the magnitude matters.
func power(logE float64) string { return fmt.Sprintf("e^%.1f", logE) }

// clock writes the time of day.
func clock(t time.Time) string { return t.UTC().Format("15:04:05 MST") }
