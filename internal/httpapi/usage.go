package httpapi

import (
	"context"
	"sync"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
)

// usagePeriod is the time whose units are counted, and usageAge how old an answer
// may be: counting reads all exposures of the environment.
const (
	usagePeriod = 24 * time.Hour
	usageAge    = time.Minute
)

type flagUsage struct {
	Units    int64     `json:"units" doc:"Units exposed in the last 24 h, each counted once."`
	Last     time.Time `json:"last" doc:"The newest exposure."`
	Variants []string  `json:"variants" doc:"Served in the last 24 h."`
}

type environmentUsage struct {
	Body struct {
		At    time.Time            `json:"at" doc:"When this was counted."`
		Since time.Time            `json:"since"`
		Flags map[string]flagUsage `json:"flags" doc:"By key; flags that have never been exposed are absent."`
	}
}

func (a *API) usageRoutes() {
	register(a, route{
		method: "GET", path: "/api/v1/projects/{project}/environments/{environment}/usage", id: "getUsage",
		tag: "flags", need: admin(ledger.RoleViewer), summary: "How many units the flags of an environment have reached, and when last",
	}, a.getUsage)
}

// usages keeps the newest count of each environment. One count runs at a time.
type usages struct {
	mu    sync.Mutex
	known map[place]*environmentUsage
}

func (a *API) getUsage(ctx context.Context, in *EnvironmentPath) (*environmentUsage, error) {
	at := place{in.Project, in.Environment}
	if _, err := a.snapshot(ctx, at, 0); err != nil {
		return nil, err
	}
	a.usages.mu.Lock()
	defer a.usages.mu.Unlock()
	now := a.now()
	if had := a.usages.known[at]; had != nil && now.Sub(had.Body.At) < usageAge {
		return had, nil
	}
	since := now.Add(-usagePeriod)
	used, err := a.usage.Usage(ctx, analytics.UsageQuery{Project: in.Project, Environment: in.Environment, Since: since})
	if err != nil {
		return nil, err
	}
	out := &environmentUsage{}
	out.Body.At, out.Body.Since, out.Body.Flags = now, since, make(map[string]flagUsage, len(used))
	for flag, u := range used {
		out.Body.Flags[flag] = flagUsage{Units: u.Units, Last: u.Last, Variants: append([]string{}, u.Variants...)}
	}
	if a.usages.known == nil {
		a.usages.known = map[place]*environmentUsage{}
	}
	a.usages.known[at] = out
	return out, nil
}
