package httpapi

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/analytics/experiment"
	"github.com/flagledger/flagledger/ledger"
)

// Asked is what may be asked of results.
type Asked struct {
	Step      string `query:"step" doc:"Time between the points of the series, such as 1h or 24h; none without." example:"24h"`
	Dimension string `query:"dimension" maxLength:"100" doc:"Attribute of exposures to break the results down by." example:"country"`
}

// maxPoints bounds a series.
const maxPoints = 2000

type experimentResults struct{ Body experiment.Report }

func (a *API) resultRoutes(tag, path string) {
	viewer := admin(ledger.RoleViewer)
	register(a, route{
		method: http.MethodGet, path: path, id: "getExperimentResults", tag: tag, need: viewer,
		summary: "Show what the newest experiment has shown so far",
	}, func(ctx context.Context, in *struct {
		PlacePath
		Asked
	},
	) (*experimentResults, error) {
		r, err := a.resultsOf(ctx, in.place(), in.Asked)
		return &experimentResults{r}, err
	})
	rt := rawRoute{
		route: route{
			method: http.MethodGet, path: path + ".csv", id: "getExperimentResultsTable", tag: tag, need: viewer,
			summary: "The same as a table, a row for each metric, variant, subgroup and point of time",
		},
		media: "text/csv", query: []string{"step", "dimension"}, errors: []int{401, 403, 404, 422, 503},
	}
	a.handle(rt, func(w http.ResponseWriter, r *http.Request) {
		table, err := a.table(r, rt.need)
		if err != nil {
			a.fail(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+r.PathValue("flag")+`-results.csv"`)
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(table) // nobody is left to tell
	})
}

// table answers a request for results as CSV.
func (a *API) table(r *http.Request, n need) ([]byte, error) {
	if _, err := a.admit(r, n, r.PathValue("project")); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), a.cfg.Timeout)
	defer cancel()
	at := ledger.PlaceRef{
		FlagRef:     ledger.FlagRef{Project: r.PathValue("project"), Flag: r.PathValue("flag")},
		Environment: r.PathValue("environment"),
	}
	q := r.URL.Query()
	report, err := a.resultsOf(ctx, at, Asked{Step: q.Get("step"), Dimension: q.Get("dimension")})
	if err != nil {
		return nil, err
	}
	var table bytes.Buffer
	err = report.WriteCSV(&table)
	return table.Bytes(), err
}

// resultsOf reads the results of the newest experiment.
func (a *API) resultsOf(ctx context.Context, at ledger.PlaceRef, ask Asked) (experiment.Report, error) {
	f, x, err := a.experiment(ctx, at, 0)
	if err != nil {
		return experiment.Report{}, err
	}
	q := experiment.Question{Project: at.Project, Flag: f, Experiment: x, Until: a.now(), Dimension: ask.Dimension}
	if ask.Step != "" {
		if q.Step, err = stepOf(ask.Step, q); err != nil {
			return experiment.Report{}, err
		}
	}
	return experiment.Read(ctx, a.results, q)
}

func stepOf(text string, q experiment.Question) (time.Duration, error) {
	step, err := time.ParseDuration(text)
	problem := ""
	switch {
	case err != nil || step <= 0:
		problem = "is not a duration such as 1h or 24h"
	case q.Until.Sub(q.Experiment.StartedAt)/step > maxPoints:
		problem = "cuts the experiment into too many points; take a longer one"
	case step%time.Microsecond != 0:
		problem = "is not a whole number of microseconds"
	default:
		return step, nil
	}
	return 0, failure(codeInvalid, "the step cannot be used", &huma.ErrorDetail{Location: "query.step", Message: problem, Value: text})
}
