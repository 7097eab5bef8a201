package export

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"
)

// segment uses POST /v1/batch, which others (RudderStack, Jitsu) understand too.
// Its limits are 500 KB a request and 32 KB an event; it counts a messageId once
// (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/).
type segment struct {
	client *http.Client
	url    string
	user   string
	header map[string]string
}

func newSegment(c Config) (sink, error) {
	return &segment{
		client: newClient(), url: c.URL + "/v1/batch", user: c.User,
		header: map[string]string{
			"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(c.Secret+":")), "Content-Type": "application/json",
		},
	}, nil
}

const maxSegmentEvent = 32 << 10

func (s *segment) limits(string) limits { return limits{items: 1000, bytes: 450 << 10} }

// encode gives an assignment as "Experiment Viewed" of Segment's specification,
// and, for a user, as a trait.
func (s *segment) encode(i item) ([]parcel, error) {
	user, groups := i.whose(s.user)
	call := func(kind, id string) map[string]any {
		c := map[string]any{"type": kind, "messageId": id, "timestamp": i.at.UTC().Format(time.RFC3339Nano)}
		if user != "" {
			c["userId"] = user
		} else {
			c["anonymousId"] = "group:" + idOf(groups)
		}
		if len(groups) > 0 {
			c["context"] = map[string]any{"groups": groups}
		}
		return c
	}
	track, properties := call("track", i.id), i.properties()
	track["properties"] = properties
	all := []map[string]any{track}
	if e := i.exposure; e != nil {
		track["event"] = "Experiment Viewed"
		properties["experiment_id"], properties["experiment_name"] = e.Flag, e.Flag
		properties["variation_id"], properties["variation_name"] = e.Variant, e.Variant
		if user != "" {
			identify := call("identify", i.id+"-i")
			identify["traits"] = map[string]string{"experiment " + e.Flag: e.Variant}
			all = append(all, identify)
		}
	} else {
		track["event"] = i.event.Name
	}
	var parcels []parcel
	for _, c := range all {
		body, err := jsonBody(c)
		if err == nil && len(body) > maxSegmentEvent {
			err = fmt.Errorf("has %d bytes; Segment takes %d", len(body), maxSegmentEvent)
		}
		if err != nil {
			return nil, err
		}
		parcels = append(parcels, parcel{body: body, item: i})
	}
	return parcels, nil
}

func (s *segment) send(ctx context.Context, _ string, bodies [][]byte) outcome {
	body := append([]byte(`{"batch":`), append(list(bodies), '}')...)
	r, err := post(ctx, s.client, s.url, body, true, s.header)
	if err != nil {
		return away(err)
	}
	return r.plain()
}
