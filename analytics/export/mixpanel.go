package export

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// mixpanel uses POST /import with strict=1, which validates each event, stores
// the good ones and names the others. Its limits are 2,000 events and 10 MB a
// request, and 30,000 events a second
// (https://developer.mixpanel.com/reference/import-events).
type mixpanel struct {
	client *http.Client
	url    string
	user   string
	header map[string]string
}

func newMixpanel(c Config) (sink, error) {
	query, login := url.Values{"strict": {"1"}}, c.Secret+":"
	if (c.Account == "") != (c.AccountProject == "") {
		return nil, fmt.Errorf("account and accountProject go together")
	}
	if c.Account != "" {
		query.Set("project_id", c.AccountProject)
		login = c.Account + ":" + c.Secret
	}
	return &mixpanel{
		client: newClient(), url: c.URL + "/import?" + query.Encode(), user: c.User,
		header: map[string]string{
			"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(login)), "Content-Type": "application/json",
		},
	}, nil
}

func (m *mixpanel) limits(string) limits { return limits{items: 2000, bytes: 9 << 20} }

// encode gives an assignment the name by which Mixpanel knows one. Units that
// are not its users are groups, properties under the group's key.
func (m *mixpanel) encode(i item) ([]parcel, error) {
	p, name := i.properties(), "$experiment_started"
	if e := i.exposure; e != nil {
		p["Experiment name"], p["Variant name"] = e.Flag, e.Variant
	} else {
		name = i.event.Name
	}
	user, groups := i.whose(m.user)
	for by, unit := range groups {
		p[by] = unit
	}
	p["distinct_id"], p["time"], p["$insert_id"] = user, i.at.UnixMilli(), i.id
	body, err := jsonBody(map[string]any{"event": name, "properties": p})
	if err == nil && len(body) >= 1<<20 {
		err = fmt.Errorf("has %d bytes; Mixpanel takes less than 1 MB", len(body))
	}
	return []parcel{{body: body, item: i}}, err
}

func (m *mixpanel) send(ctx context.Context, _ string, bodies [][]byte) outcome {
	r, err := post(ctx, m.client, m.url, list(bodies), true, m.header)
	if err != nil {
		return away(err)
	}
	if r.status != http.StatusBadRequest {
		return r.plain()
	}
	var answer struct {
		Failed []struct {
			Index   int    `json:"index"`
			Field   string `json:"field"`
			Message string `json:"message"`
		} `json:"failed_records"`
	}
	if json.Unmarshal(r.body, &answer) != nil || len(answer.Failed) == 0 {
		return r.plain()
	}
	refused := map[int]string{}
	for _, f := range answer.Failed {
		refused[f.Index] = f.Field + ": " + f.Message
	}
	return outcome{verdict: taken, refused: refused}
}
