package httpapi

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/evaluator"
)

const (
	exposeEvery    = time.Second
	exposeBatch    = 1000            // exposures in one batch
	exposeRemember = 1 << 16         // exposures that are not repeated
	exposeGrace    = 5 * time.Second // for one batch, and for the last flush
	exposeSDK      = "flagledger/ofrep"
)

// exposer records which variants remote evaluations have served. It never
// delays an answer: what its queue does not hold is dropped and counted.
type exposer struct {
	ingest  Ingest
	metrics *metrics
	logger  *slog.Logger
	queue   chan exposed

	mu   sync.Mutex
	seen recent

	pending []analytics.Batch // could not be published yet; run's alone
}

type exposed struct {
	at       place
	exposure analytics.Exposure
}

// exposureID is what makes two exposures the same.
type exposureID struct {
	at                      place
	flag, variant, by, unit string
	version                 uint64
}

func newExposer(ingest Ingest, m *metrics, logger *slog.Logger, queue int) *exposer {
	return &exposer{
		ingest: ingest, metrics: m, logger: logger, queue: make(chan exposed, queue),
		seen: recent{limit: exposeRemember},
	}
}

// share says which unit takes part in the split that decided; the zero share is
// that no split did, or that the unit is outside.
type share struct {
	by   string
	unit []byte
}

// expose records a result that a split decided, unless the caller does.
func (a *API) expose(q asked, key string, in share, r evaluator.Result) {
	if in.by == "" || q.reported {
		return
	}
	a.exposer.record(placeOf(q.id), analytics.Exposure{
		Flag: key, Variant: r.Variant, By: in.by, Unit: string(in.unit), Rule: r.Rule, Version: r.Version, At: a.now(),
		Attributes: attributesOf(q.context, a.cfg.ExposureAttributes),
	})
}

// attributesOf writes the named attributes of a context as text.
func attributesOf(ctx evaluator.Context, names []string) map[string]string {
	var found map[string]string
	for _, name := range names {
		if at, ok := ctx.Lookup(name); ok {
			if found == nil {
				found = make(map[string]string, len(names))
			}
			text := at.Text()
			if len(text) > analytics.MaxAttribute {
				text = strings.ToValidUTF8(text[:analytics.MaxAttribute], "")
			}
			found[name] = text
		}
	}
	return found
}

// share finds out what was bucketed; unit is appended to room.
func (q asked) share(room []byte, key string, r evaluator.Result) share {
	if r.Bucket < 0 || r.Outside || r.Error != "" {
		return share{}
	}
	split := splitOf(q.snapshot.Ruleset.Flags[key], r.Rule)
	if split == nil {
		return share{}
	}
	by := split.By
	if by == "" {
		by = analytics.DefaultBy
	}
	unit, ok := q.context.AppendUnit(room, by)
	if !ok {
		return share{}
	}
	return share{by, unit}
}

// splitOf returns the split that decided: that of the rule, or the default's.
func splitOf(f evaluator.Flag, rule string) *evaluator.Split {
	if rule == "" {
		return f.Default.Split
	}
	for i := range f.Rules {
		if f.Rules[i].ID == rule {
			return f.Rules[i].Serve.Split
		}
	}
	return nil
}

// record queues an exposure unless the same one was queued lately. A unit that
// no batch may hold is not kept: a body full of it would stay in memory.
func (e *exposer) record(at place, x analytics.Exposure) {
	if len(x.Unit) > analytics.MaxUnit {
		e.metrics.ingested.WithLabelValues("exposure", "rejected").Inc()
		return
	}
	id := exposureID{at, x.Flag, x.Variant, x.By, x.Unit, x.Version}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.seen.has(id) {
		return
	}
	select {
	case e.queue <- exposed{at, x}:
		e.seen.add(id)
	default:
		e.metrics.exposuresDropped.Inc()
	}
}

// run publishes what is queued every second, and the rest at the end.
func (e *exposer) run(ctx context.Context) {
	tick := time.NewTicker(exposeEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-tick.C:
			e.flush(ctx)
		case <-ctx.Done():
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), exposeGrace)
	defer cancel()
	e.flush(last)
	for _, b := range e.pending {
		e.metrics.exposuresDropped.Add(float64(b.Len()))
	}
}

// flush publishes what is pending, then what is queued. When that fails the
// same batches are tried again at the next flush, and the queue fills up.
func (e *exposer) flush(ctx context.Context) {
	for {
		if len(e.pending) == 0 {
			e.pending = e.take()
		}
		if len(e.pending) == 0 {
			return
		}
		for len(e.pending) > 0 {
			if err := e.publish(ctx, e.pending[0]); err != nil {
				e.logger.WarnContext(ctx, "exposures not published; trying again", slog.Any("err", err))
				return
			}
			e.metrics.ingested.WithLabelValues("exposure", "recorded").Add(float64(e.pending[0].Len()))
			e.pending = e.pending[1:]
		}
	}
}

func (e *exposer) publish(ctx context.Context, b analytics.Batch) error {
	ctx, cancel := context.WithTimeout(ctx, exposeGrace)
	defer cancel()
	return e.ingest.Publish(ctx, b)
}

// take makes batches of what is queued, one for each environment.
func (e *exposer) take() []analytics.Batch {
	byPlace := map[place][]analytics.Exposure{}
	n := 0
	for ; n < exposeBatch; n++ {
		select {
		case x := <-e.queue:
			byPlace[x.at] = append(byPlace[x.at], x.exposure)
			continue
		default:
		}
		break
	}
	var out []analytics.Batch
	for at, list := range byPlace {
		b := analytics.Batch{
			ID: uuid.Must(uuid.NewV7()).String(), Project: at.project, Environment: at.environment, SDK: exposeSDK,
			Exposures: list,
		}
		good, rejected := b.Split(list[len(list)-1].At)
		e.metrics.ingested.WithLabelValues("exposure", "rejected").Add(float64(len(rejected)))
		if good.Len() > 0 {
			out = append(out, good)
		}
	}
	return out
}

// recent remembers at least limit/2 and at most limit of the newest ids.
type recent struct {
	limit      int
	young, old map[exposureID]struct{}
}

func (r *recent) has(id exposureID) bool {
	if _, ok := r.young[id]; ok {
		return true
	}
	_, ok := r.old[id]
	if ok {
		r.add(id) // it is asked for still
	}
	return ok
}

func (r *recent) add(id exposureID) {
	if r.young == nil || len(r.young) >= r.limit/2 {
		r.old, r.young = r.young, make(map[exposureID]struct{}, 64)
	}
	r.young[id] = struct{}{}
}
