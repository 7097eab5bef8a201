package export

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/flagledger/flagledger/analytics"
)

// Memory keeps what an export must not forget.
type Memory interface {
	// Load gives the position, and the variant of each slot.
	Load(ctx context.Context) (analytics.Position, map[string]string, error)
	// Save adds to it; the position is the last to be kept.
	Save(ctx context.Context, variants map[string]string, p analytics.Position) error
}

// Letter is an item that a tool will never take.
type Letter struct {
	Export, ID           string
	Project, Environment string
	Reason               string
	Body                 []byte // as it was sent; nil if it could not be put in the tool's words
}

// Letters takes what cannot be delivered.
type Letters interface {
	// Undelivered keeps the letter; of two with one id, the first is enough.
	Undelivered(ctx context.Context, l Letter) error
}

// Exporter delivers to one tool. It is an analytics.Writer, whose Write counts
// what was delivered and not what the tool made of it.
type Exporter struct {
	config  Config
	memory  Memory
	courier courier

	// What Memory has, once it was loaded. Write and Position are called by one
	// goroutine.
	loaded   bool
	position analytics.Position
	variants map[string]string
}

var _ analytics.Writer = (*Exporter)(nil)

// New checks the configuration.
func New(c Config, m Memory, l Letters, log *slog.Logger) (*Exporter, error) {
	sink, err := c.sink()
	if err != nil {
		return nil, fmt.Errorf("export %s: %w", c.Name, err)
	}
	return newExporter(c, sink, m, l, log, pauses{2 * time.Second, time.Minute}), nil
}

func newExporter(c Config, s sink, m Memory, l Letters, log *slog.Logger, p pauses) *Exporter {
	limiter := rate.NewLimiter(rate.Limit(c.PerSecond), int(max(1, c.PerSecond)))
	return &Exporter{config: c, memory: m, courier: courier{name: c.Name, sink: s, rate: limiter, letters: l, log: log, pause: p}}
}

// Stats may be called at any time.
func (x *Exporter) Stats() Stats { return x.courier.stats() }

// Name is that of the configuration.
func (x *Exporter) Name() string { return x.config.Name }

// Position implements analytics.Writer.
func (x *Exporter) Position(ctx context.Context) (analytics.Position, error) {
	if err := x.load(ctx); err != nil {
		return analytics.Position{}, fmt.Errorf("export %s: position: %w", x.config.Name, err)
	}
	return x.position, nil
}

func (x *Exporter) load(ctx context.Context) (err error) {
	if x.loaded {
		return nil
	}
	if x.position, x.variants, err = x.memory.Load(ctx); err == nil {
		x.loaded = true
	}
	return err
}

// Write implements analytics.Writer: it returns when all of it has been
// delivered, or ctx is done. After an error it starts from what Memory has.
func (x *Exporter) Write(ctx context.Context, batches []analytics.Batch, to analytics.Position) (w analytics.Written, err error) {
	if err := x.load(ctx); err != nil {
		return w, fmt.Errorf("export %s: %w", x.config.Name, err)
	}
	w.Batches = len(batches)
	changed := map[string]string{}
	var items []item
	for _, b := range batches {
		if b.Recorded || !x.config.concerns(b) {
			continue
		}
		found := x.assignments(b, changed)
		w.Exposures += len(found)
		items = append(items, found...)
		for n, e := range b.Events {
			if x.config.wants(e.Name) {
				items = append(items, occurrence(b, n))
				w.Events++
			}
		}
	}
	if err = x.deliver(ctx, items); err == nil {
		err = x.memory.Save(ctx, changed, to)
	}
	if err != nil {
		x.loaded = false
		return analytics.Written{}, fmt.Errorf("export %s up to %d: %w", x.config.Name, to.Seq, err)
	}
	x.position = to
	for slot, variant := range changed {
		x.variants[slot] = variant
	}
	return w, nil
}

// assignments are the exposures that change what their unit has, in the order
// of time. changed takes what they do.
func (x *Exporter) assignments(b analytics.Batch, changed map[string]string) []item {
	if !x.config.Assignments {
		return nil
	}
	exposures := slices.Clone(b.Exposures)
	slices.SortStableFunc(exposures, func(a, b analytics.Exposure) int { return a.At.Compare(b.At) })
	var all []item
	for i := range exposures {
		e := &exposures[i]
		s := slot(b, e)
		before, known := changed[s]
		if !known {
			before = x.variants[s]
		}
		if before != e.Variant {
			changed[s] = e.Variant
			all = append(all, assignment(b, e))
		}
	}
	return all
}

func (x *Exporter) deliver(ctx context.Context, items []item) error {
	var parcels []parcel
	for _, i := range items {
		found, err := x.courier.sink.encode(i)
		if err != nil {
			if err := x.courier.refuse(ctx, i, err.Error(), nil); err != nil {
				return err
			}
		}
		parcels = append(parcels, found...)
	}
	// Parcels of one route go together, in their order.
	slices.SortStableFunc(parcels, func(a, b parcel) int { return strings.Compare(a.route, b.route) })
	return x.courier.deliver(ctx, parcels)
}
