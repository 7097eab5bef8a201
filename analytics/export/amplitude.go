package export

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// amplitude uses the HTTP V2 API for events, and the Identify APIs to make the
// variant a property of the user or the group. Its limits are 2,000 events, or
// 1,024 identifications, and 1 MB a request; an insert_id counts once in 7 days
// (https://amplitude.com/docs/apis/analytics/http-v2, .../identify).
type amplitude struct {
	client         *http.Client
	url, key, user string
}

func newAmplitude(c Config) (sink, error) {
	return &amplitude{client: newClient(), url: c.URL, key: c.Secret, user: c.User}, nil
}

// The routes.
const (
	amplitudeEvents   = "/2/httpapi"
	amplitudeIdentify = "/identify"
	amplitudeGroups   = "/groupidentify"
)

func (a *amplitude) limits(route string) limits {
	if route == amplitudeEvents {
		return limits{items: 2000, bytes: 900 << 10}
	}
	return limits{items: 1024, bytes: 300 << 10} // three times that in a form
}

// encode gives an assignment to a user as an exposure of Amplitude Experiment
// and as a property of the user; one to a group as a property of the group.
func (a *amplitude) encode(i item) ([]parcel, error) {
	user, groups := i.whose(a.user)
	if i.event != nil {
		return a.event(i, user, groups, i.event.Name)
	}
	property := map[string]string{"[Experiment] " + i.exposure.Flag: i.exposure.Variant}
	if user == "" {
		body, err := jsonBody(map[string]any{
			"group_type": i.exposure.By, "group_value": i.exposure.Unit, "group_properties": property,
		})
		return []parcel{{route: amplitudeGroups, body: body, item: i}}, err
	}
	parcels, err := a.event(i, user, groups, "$exposure")
	if err != nil {
		return nil, err
	}
	body, err := jsonBody(map[string]any{"user_id": user, "user_properties": map[string]any{"$set": property}})
	return append(parcels, parcel{route: amplitudeIdentify, body: body, item: i}), err
}

// event needs a user. One of groups alone goes under the group's name.
func (a *amplitude) event(i item, user string, groups map[string]string, name string) ([]parcel, error) {
	properties := i.properties()
	if e := i.exposure; e != nil {
		properties["flag_key"], properties["variant"] = e.Flag, e.Variant
	}
	event := map[string]any{
		"event_type": name, "time": i.at.UnixMilli(), "insert_id": i.id, "event_properties": properties,
	}
	if len(groups) > 0 {
		event["groups"] = groups
	}
	if user != "" {
		event["user_id"] = user
	} else {
		event["device_id"] = "group:" + idOf(groups)
	}
	body, err := jsonBody(event)
	return []parcel{{route: amplitudeEvents, body: body, item: i}}, err
}

func (a *amplitude) send(ctx context.Context, route string, bodies [][]byte) outcome {
	if route != amplitudeEvents {
		form := url.Values{"api_key": {a.key}, "identification": {string(list(bodies))}}
		r, err := post(ctx, a.client, a.url+route, []byte(form.Encode()), false,
			map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
		return a.judge(r, err)
	}
	body, err := jsonBody(map[string]any{
		"api_key": a.key, "events": json.RawMessage(list(bodies)), "options": map[string]int{"min_id_length": 1},
	})
	if err != nil {
		return away(err)
	}
	r, err := post(ctx, a.client, a.url+route, body, false, map[string]string{"Content-Type": "application/json"})
	return a.judge(r, err)
}

// throttled is how long Amplitude wants to be left alone after 429, which it
// does not say in the answer.
const throttled = 15 * time.Second

func (a *amplitude) judge(r reply, err error) outcome {
	if err != nil {
		return away(err)
	}
	o := r.plain()
	switch r.status {
	case http.StatusTooManyRequests:
		o.wait = max(o.wait, throttled)
	case http.StatusBadRequest:
		var answer struct {
			Error    string           `json:"error"`
			Invalid  map[string][]int `json:"events_with_invalid_fields"`
			Missing  map[string][]int `json:"events_with_missing_fields"`
			Lengths  map[string][]int `json:"events_with_invalid_id_lengths"`
			Silenced []int            `json:"silenced_events"`
		}
		if json.Unmarshal(r.body, &answer) != nil {
			return o
		}
		refused := map[int]string{}
		for what, fields := range map[string]map[string][]int{"invalid": answer.Invalid, "missing": answer.Missing, "too short": answer.Lengths} {
			for field, indexes := range fields {
				for _, i := range indexes {
					refused[i] = fmt.Sprintf("%s: %s is %s", answer.Error, field, what)
				}
			}
		}
		for _, i := range answer.Silenced {
			refused[i] = answer.Error + ": the device is silenced"
		}
		if len(refused) > 0 {
			return outcome{verdict: without, refused: refused, reason: answer.Error}
		}
	}
	return o
}
