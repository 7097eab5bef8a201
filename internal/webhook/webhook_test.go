package webhook

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

// The message, secret and signature are those of the specification's own
// example.
func TestSpecification(t *testing.T) {
	s, err := ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	h := s.Headers("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; h["webhook-signature"] != want {
		t.Errorf("signature %s, want %s", h["webhook-signature"], want)
	}
}

func TestVerify(t *testing.T) {
	s, err := ParseSecret("a secret of twenty-four bytes")
	if err != nil {
		t.Fatal(err)
	}
	now, body := time.Unix(1767225600, 0), []byte("body")
	signed := func(change func(http.Header)) http.Header {
		h := http.Header{}
		for name, value := range s.Headers(ID("a", "b"), now, body) {
			h.Set(name, value)
		}
		change(h)
		return h
	}
	for name, tt := range map[string]struct {
		header http.Header
		body   string
		after  time.Duration
		bad    bool
	}{
		"as sent":         {header: signed(func(http.Header) {}), body: "body", after: time.Minute},
		"second of two":   {header: signed(func(h http.Header) { h.Set("webhook-signature", "v1,AAAA "+h.Get("webhook-signature")) }), body: "body"},
		"other body":      {header: signed(func(http.Header) {}), body: "Body", bad: true},
		"other id":        {header: signed(func(h http.Header) { h.Set("webhook-id", "msg_x") }), body: "body", bad: true},
		"no id":           {header: signed(func(h http.Header) { h.Del("webhook-id") }), body: "body", bad: true},
		"no signature":    {header: signed(func(h http.Header) { h.Del("webhook-signature") }), body: "body", bad: true},
		"replayed later":  {header: signed(func(http.Header) {}), body: "body", after: 6 * time.Minute, bad: true},
		"from the future": {header: signed(func(http.Header) {}), body: "body", after: -6 * time.Minute, bad: true},
	} {
		if err := s.Verify(tt.header, []byte(tt.body), now.Add(tt.after)); errors.Is(err, ErrSignature) != tt.bad {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseSecret(t *testing.T) {
	for _, text := range []string{"", "short", "whsec_%%%", "whsec_c2hvcnQ="} {
		if _, err := ParseSecret(text); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}
