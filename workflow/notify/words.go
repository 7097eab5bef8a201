package notify

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// automation is what people call the rollout engine.
const automation = "rollout engine"

// actorWords names who did it.
func actorWords(a ledger.Actor) string {
	switch a.Kind {
	case ledger.ActorWorkflow:
		return cmp.Or(a.Name, automation)
	case ledger.ActorSystem:
		return "flagledger"
	case ledger.ActorToken:
	}
	for _, name := range []string{a.Name, a.ID} {
		if name != "" {
			return name
		}
	}
	return "somebody"
}

func holdWords(h ledger.HoldReason) string {
	switch h {
	case ledger.HoldNoSource:
		return "the analytics store cannot be read"
	case ledger.HoldNoTraffic:
		return "nobody is exposed"
	case ledger.HoldNoMetric:
		return "there are exposures, but a gate has no data"
	case ledger.HoldUnhealthy:
		return "the sample ratio is wrong, or units met both variants"
	case ledger.HoldSoak:
		return "the stage is younger than its soak time"
	case ledger.HoldMinSample:
		return "too few events are expected yet"
	case ledger.HoldCollecting:
		return "the evidence does not decide yet"
	case ledger.HoldInconclusive:
		return "the stage has neither passed nor failed in its longest time"
	case ledger.HoldApproval:
		return "people must approve"
	case ledger.HoldCalendar:
		return "the plan's calendar does not let the next stage begin now"
	default:
		return string(h) // one that was added later
	}
}

func verdictWords(v ledger.Verdict) string {
	switch v {
	case ledger.VerdictPass:
		return "passed"
	case ledger.VerdictFail:
		return "failed"
	case ledger.VerdictHold:
		return "undecided"
	case ledger.VerdictNoData:
		return "no data"
	}
	return string(v)
}

// sentence begins with a capital and ends with a full stop.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// number writes a measured number with at most four significant digits.
func number(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }

// grouped writes a count with commas: 11,388.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// percent is a share in brackets, or nothing of nothing.
func percent(part, whole int64) string {
	if whole == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s%%)", strconv.FormatFloat(100*float64(part)/float64(whole), 'g', 3, 64))
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 MST") }

// oneLine replaces what would begin a new line, or act on a terminal or a
// header, by spaces.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 }), " ")
}

// shortened cuts text after so many characters.
func shortened(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}
