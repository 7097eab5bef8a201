package httpprobe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/flagledger/flagledger/workflow"
)

// prometheus is a server with the HTTP API of Prometheus, which others such as
// Thanos, Mimir and VictoriaMetrics have too.
type prometheus struct{ caller }

// maxMatrix bounds an answer, in bytes.
const maxMatrix = 1 << 20

func (p prometheus) ask(ctx context.Context, q workflow.Question) (workflow.Answer, error) {
	var a workflow.Answer
	if q.Query == "" {
		return a, errors.New("is a prometheus; the check needs a query and a bound")
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		a.Treatment, err = p.series(ctx, q, q.Query)
		return err
	})
	if q.ControlQuery != "" {
		g.Go(func() (err error) {
			a.Control, err = p.series(ctx, q, q.ControlQuery)
			return err
		})
	}
	return a, g.Wait()
}

// series asks for the values of a query between q.From and q.Until. It may be
// none.
func (p prometheus) series(ctx context.Context, q workflow.Question, query string) ([]workflow.Point, error) {
	form := url.Values{
		"query": {query}, "start": {unix(q.From)}, "end": {unix(q.Until)},
		"step":    {strconv.FormatFloat(q.Step.Seconds(), 'f', -1, 64)},
		"timeout": {strconv.FormatInt(time.Duration(p.config.Timeout).Milliseconds(), 10) + "ms"},
	}
	to := strings.TrimSuffix(p.config.URL, "/") + "/api/v1/query_range"
	body, err := p.post(ctx, to, []byte(form.Encode()), map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, maxMatrix)
	var status *statusError
	if errors.As(err, &status) {
		var m matrix
		if json.Unmarshal(status.body, &m) == nil && m.Status == "error" {
			return nil, fmt.Errorf("status %d: %w", status.status, m.failure())
		}
	}
	if err != nil {
		return nil, err
	}
	return parseMatrix(body)
}

// unix writes a time as Prometheus reads it.
func unix(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64)
}

// matrix is the answer to a range query.
type matrix struct {
	Status    string   `json:"status"`
	ErrorType string   `json:"errorType"`
	Error     string   `json:"error"`
	Warnings  []string `json:"warnings"`
	Data      struct {
		ResultType string `json:"resultType"`
		Result     []struct {
			Values     []sample          `json:"values"`
			Histograms []json.RawMessage `json:"histograms"`
		} `json:"result"`
	} `json:"data"`
}

func (m matrix) failure() error { return fmt.Errorf("%s: %s", m.ErrorType, m.Error) }

// parseMatrix reads the points of the one series that an answer has. A warning
// says that some of the data are missing, and which could be the bad ones.
func parseMatrix(body []byte) ([]workflow.Point, error) {
	var m matrix
	if err := json.Unmarshal(body, &m); err != nil {
		return nil, fmt.Errorf("the answer is not that of a Prometheus: %w", err)
	}
	switch n := len(m.Data.Result); {
	case m.Status == "error":
		return nil, m.failure()
	case m.Status != "success" || m.Data.ResultType != "matrix":
		return nil, fmt.Errorf("the answer is not that of a Prometheus: status %.20q, result type %.20q", m.Status, m.Data.ResultType)
	case len(m.Warnings) > 0:
		return nil, fmt.Errorf("warns: %s", strings.Join(m.Warnings, "; "))
	case n > 1:
		return nil, fmt.Errorf("the query gives %d series; aggregate it to one", n)
	case n == 0:
		return nil, nil
	}
	one := m.Data.Result[0]
	if len(one.Histograms) > 0 {
		return nil, errors.New("the query gives histograms; take a quantile or a count of them")
	}
	points := make([]workflow.Point, len(one.Values))
	for i, v := range one.Values {
		points[i] = workflow.Point(v)
	}
	return points, nil
}

// sample is a point as it is written: [1435781430.781, "1"].
type sample workflow.Point

// UnmarshalJSON reads a sample.
func (s *sample) UnmarshalJSON(b []byte) error {
	var pair []json.RawMessage
	if err := json.Unmarshal(b, &pair); err != nil {
		return err
	}
	if len(pair) != 2 {
		return fmt.Errorf("a sample has %d members", len(pair))
	}
	var at float64
	var text string
	if err := errors.Join(json.Unmarshal(pair[0], &at), json.Unmarshal(pair[1], &text)); err != nil {
		return err
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("%.20q is not a value", text)
	}
	if math.Abs(at) > 1e11 { // seconds; beyond them milliseconds overflow
		return fmt.Errorf("%v is not a time", at)
	}
	*s = sample{At: time.UnixMilli(int64(math.Round(at * 1000))).UTC(), Value: v}
	return nil
}
