package experiment

import (
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
)

// Spec says how a metric of the ledger is made of events. before is how much of
// the time before the first exposure is a covariate, 0 for none.
func Spec(key string, m ledger.Metric, before time.Duration) analytics.MetricSpec {
	s := analytics.MetricSpec{
		Name: key, After: time.Duration(m.After), Window: time.Duration(m.Window), Before: before,
	}
	if m.Cap != 0 {
		s.Cap = new(m.Cap)
	}
	of := func(event string, q analytics.Quantity) analytics.Measure {
		return analytics.Measure{Event: event, Of: q}
	}
	switch m.Kind {
	case ledger.MetricConversion:
		s.Numerator = of(m.Event, analytics.OfAny)
	case ledger.MetricRetention:
		s.Numerator, s.Mature = of(m.Event, analytics.OfAny), true
	case ledger.MetricCount:
		s.Numerator = of(m.Event, analytics.OfCount)
	case ledger.MetricSum:
		s.Numerator = of(m.Event, analytics.OfSum)
	case ledger.MetricMean:
		s.Numerator, s.Denominator = of(m.Event, analytics.OfSum), new(of(m.Event, analytics.OfValues))
	case ledger.MetricRatio:
		s.Numerator = of(m.Event, quantity(m.Of))
		s.Denominator = new(of(m.Denominator.Event, quantity(m.Denominator.Of)))
	case ledger.MetricErrorRate:
		s.Numerator, s.Denominator = of(m.Event, analytics.OfFailed), new(of(m.Event, analytics.OfCount))
	case ledger.MetricQuantile:
		s.Numerator, s.Quantile, s.Before = of(m.Event, analytics.OfSum), m.Quantile, 0
	}
	return s
}

func quantity(q ledger.Quantity) analytics.Quantity {
	switch q {
	case ledger.QuantityUnits:
		return analytics.OfAny
	case ledger.QuantityFailed:
		return analytics.OfFailed
	case ledger.QuantitySum:
		return analytics.OfSum
	case ledger.QuantityValues:
		return analytics.OfValues
	case ledger.QuantityCount:
	}
	return analytics.OfCount
}
