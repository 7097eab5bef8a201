package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// checkTime bounds each part of a readiness check, and a scrape.
const checkTime = 2 * time.Second

// readiness says which parts work.
type readiness struct {
	Status string            `json:"status" enum:"ready,notReady"`
	Parts  map[string]string `json:"parts" doc:"ok or failing, by part; the log says why."`
}

func (a *API) operationRoutes() {
	const tag = "operations"
	a.handle(rawRoute{
		route:  route{method: "GET", path: "/healthz", id: "alive", tag: tag, summary: "The process is alive"},
		answer: reflect.TypeFor[map[string]string](),
	}, func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, []byte(`{"status":"alive"}`))
	})
	a.handle(rawRoute{
		route:  route{method: "GET", path: "/readyz", id: "ready", tag: tag, summary: "Every part works and the ledger is folded"},
		answer: reflect.TypeFor[readiness](), errors: []int{503},
	}, a.ready)
	a.handle(rawRoute{
		route: route{method: "GET", path: "/openapi.json", id: "describe", tag: tag, summary: "This document"},
	}, func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, a.document)
	})
	scraper := admin(ledger.RoleViewer)
	scraper.everywhere = true // the labels name all projects
	if a.cfg.MetricsOpen {
		scraper = need{}
	}
	a.handle(rawRoute{
		route: route{method: "GET", path: "/metrics", id: "metrics", tag: tag, need: scraper, summary: "Prometheus metrics"},
		media: "text/plain",
	}, func(w http.ResponseWriter, r *http.Request) {
		if _, err := a.admit(r, scraper, ""); err != nil {
			a.fail(w, r, err)
			return
		}
		a.metrics.handler.ServeHTTP(w, r)
	})
}

// MetricsHandler serves the metrics to everybody, for a listener of its own.
func (a *API) MetricsHandler() http.Handler { return a.metrics.handler }

func (a *API) ready(w http.ResponseWriter, r *http.Request) {
	checks := map[string]func(context.Context) error{
		"projector": func(context.Context) error {
			if !a.folded() {
				return errors.New("the ledger is not folded yet")
			}
			return nil
		},
		"ledger": func(ctx context.Context) error { _, err := a.log.End(ctx); return err },
	}
	maps.Copy(checks, a.checks)
	out := readiness{Status: "ready", Parts: a.check(r.Context(), checks)}
	status := http.StatusOK
	for _, state := range out.Parts {
		if state != "ok" {
			out.Status, status = "notReady", http.StatusServiceUnavailable
		}
	}
	raw, err := json.Marshal(out)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, status, raw)
}

// check runs all checks at once.
func (a *API) check(ctx context.Context, checks map[string]func(context.Context) error) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	names := slices.Sorted(maps.Keys(checks))
	states := make([]string, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() {
			states[i] = "ok"
			if err := checks[name](ctx); err != nil {
				states[i] = "failing"
				a.logger.WarnContext(ctx, "not ready", slog.String("part", name), slog.Any("err", err))
			}
		})
	}
	wg.Wait()
	out := make(map[string]string, len(names))
	for i, name := range names {
		out[name] = states[i]
	}
	return out
}
