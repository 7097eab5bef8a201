package main

import (
	"cmp"
	"fmt"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// metricWords is a metric in one line.
func metricWords(m ledger.Metric) string {
	text := kindWords(m)
	if m.Unit != "" {
		text += " in " + m.Unit
	}
	if m.Cap != 0 {
		text += fmt.Sprintf(", at most %s a unit", number(m.Cap))
	}
	text += windowWords(time.Duration(m.After), time.Duration(m.Window))
	if m.Good != "" {
		text += fmt.Sprintf("; %s is good", m.Good)
	}
	if m.Test != "" {
		text += fmt.Sprintf("; tested %s", m.Test)
	}
	return text
}

func kindWords(m ledger.Metric) string {
	switch m.Kind {
	case ledger.MetricConversion:
		return fmt.Sprintf("share of exposed units with %s", m.Event)
	case ledger.MetricRetention:
		return fmt.Sprintf("share of exposed units that come back with %s", m.Event)
	case ledger.MetricCount:
		return fmt.Sprintf("%s events per exposed unit", m.Event)
	case ledger.MetricSum:
		return fmt.Sprintf("sum of %s per exposed unit", m.Event)
	case ledger.MetricMean:
		return fmt.Sprintf("mean of %s", m.Event)
	case ledger.MetricRatio:
		return fmt.Sprintf("%s per %s", quantityWords(m.Of, m.Event), quantityWords(m.Denominator.Of, m.Denominator.Event))
	case ledger.MetricErrorRate:
		return fmt.Sprintf("share of %s that failed", m.Event)
	case ledger.MetricQuantile:
		return fmt.Sprintf("p%s of %s", number(m.Quantile*100), m.Event)
	}
	return fmt.Sprintf("%s of %s", m.Kind, m.Event)
}

func quantityWords(q ledger.Quantity, event string) string {
	switch cmp.Or(q, ledger.QuantityCount) {
	case ledger.QuantityUnits:
		return "units with " + event
	case ledger.QuantityFailed:
		return "failed " + event
	case ledger.QuantitySum:
		return "sum of " + event
	case ledger.QuantityValues:
		return "values of " + event
	case ledger.QuantityCount:
	}
	return "number of " + event
}

// windowWords is when events count, counted from the first exposure.
func windowWords(after, window time.Duration) string {
	switch {
	case after == 0 && window == 0:
		return ""
	case after == 0:
		return fmt.Sprintf(", within %s of the first exposure", spanWords(window))
	case window == 0:
		return fmt.Sprintf(", from %s after the first exposure", spanWords(after))
	}
	return fmt.Sprintf(", from %s to %s after the first exposure", spanWords(after), spanWords(after+window))
}
