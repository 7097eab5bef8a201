package client

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// readAll returns the events of a stream as "kind/id: data", and how it ended.
func readAll(in io.Reader, limit int) (got []string, retry time.Duration, err error) {
	r := newEventReader(in, limit)
	for {
		e, err := r.next()
		if err != nil {
			return got, r.retry, err
		}
		got = append(got, fmt.Sprintf("%s/%s: %s", e.kind, e.id, e.data))
	}
}

func TestEventReader(t *testing.T) {
	tests := map[string]struct {
		in    string
		want  []string
		retry time.Duration
	}{
		"one event":                {in: "event: put\nid: 7\ndata: {}\n\n", want: []string{"put/7: {}"}},
		"default kind":             {in: "data: x\n\n", want: []string{"message/: x"}},
		"several data lines":       {in: "data: a\ndata:\ndata: c\n\n", want: []string{"message/: a\n\nc"}},
		"CRLF":                     {in: "event: put\r\ndata: a\r\n\r\ndata: b\r\n\r\n", want: []string{"put/: a", "message/: b"}},
		"CR":                       {in: "data: a\r\rdata: b\r\r", want: []string{"message/: a", "message/: b"}},
		"mixed line ends":          {in: "data: a\r\n\rdata: b\n\r\n", want: []string{"message/: a", "message/: b"}},
		"comments":                 {in: ": ping\n\n:\n\ndata: a\n: between\n\n", want: []string{"message/: a"}},
		"one space is dropped":     {in: "data:  a\n\ndata:b\n\n", want: []string{"message/:  a", "message/: b"}},
		"id stays":                 {in: "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n", want: []string{"message/7: a", "message/7: b", "message/: c"}},
		"id with NUL is ignored":   {in: "id: 7\ndata: a\n\nid: 8\x00\ndata: b\n\n", want: []string{"message/7: a", "message/7: b"}},
		"no data is no event":      {in: "event: put\n\ndata: a\n\n", want: []string{"message/: a"}},
		"empty data is an event":   {in: "data\n\n", want: []string{"message/: "}},
		"unknown fields":           {in: "colour: red\ndata: a\nnonsense\n\n", want: []string{"message/: a"}},
		"colon in the value":       {in: "data: {\"a\":1}\n\n", want: []string{"message/: {\"a\":1}"}},
		"cut off by the end":       {in: "data: a\n\ndata: b\n", want: []string{"message/: a"}},
		"byte order mark":          {in: "\ufeffdata: a\n\n", want: []string{"message/: a"}},
		"retry":                    {in: "retry: 1500\n\nretry: 2s\n\nretry: -3\n\n", retry: 1500 * time.Millisecond},
		"longer than a buffer":     {in: "data: " + strings.Repeat("x", 70_000) + "\n\n", want: []string{"message/: " + strings.Repeat("x", 70_000)}},
		"last kind before data is": {in: "event: a\nevent: b\ndata: x\n\n", want: []string{"b/: x"}},
	}
	for name, tc := range tests {
		for how, reader := range map[string]func(io.Reader) io.Reader{
			"whole": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader,
		} {
			t.Run(name+"/"+how, func(t *testing.T) {
				got, retry, err := readAll(reader(strings.NewReader(tc.in)), 1<<20)
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("events (-want +got):\n%s", diff)
				}
				if !errors.Is(err, io.EOF) || retry != tc.retry {
					t.Errorf("end = %v, retry = %s; want EOF, %s", err, retry, tc.retry)
				}
			})
		}
	}
}

// TestEventReaderDoesNotWait gives an event whose last line ends in CR: it is
// complete, although a LF might follow.
func TestEventReaderDoesNotWait(t *testing.T) {
	in, out := io.Pipe()
	defer in.Close() //nolint:errcheck // a pipe's never fails
	go func() { _, _ = out.Write([]byte("data: a\r\n\r")) }()
	e, err := newEventReader(in, 1000).next()
	if err != nil || string(e.data) != "a" {
		t.Errorf("event = %q, %v; want a", e.data, err)
	}
}

func TestEventReaderLimit(t *testing.T) {
	tests := map[string]string{
		"one line":   "data: " + strings.Repeat("x", 50_000) + "\n\n",
		"many lines": strings.Repeat("data: 0123456789\n", 5000) + "\n",
	}
	for name, in := range tests {
		t.Run(name, func(t *testing.T) {
			if got, _, err := readAll(strings.NewReader(in), 20_000); err == nil || errors.Is(err, io.EOF) || len(got) > 0 {
				t.Errorf("events = %d, err = %v; want an error of size", len(got), err)
			}
		})
	}
}

func FuzzEventReader(f *testing.F) {
	f.Add([]byte("id: 1\revent: put\r\ndata: a\n\n"), uint8(3))
	f.Fuzz(func(t *testing.T, in []byte, cut uint8) {
		whole, retry, _ := readAll(strings.NewReader(string(in)), 1<<16)
		at := min(int(cut), len(in))
		parts := io.MultiReader(strings.NewReader(string(in[:at])), strings.NewReader(string(in[at:])))
		split, again, _ := readAll(iotest.HalfReader(parts), 1<<16)
		if diff := cmp.Diff(whole, split); diff != "" || retry != again {
			t.Errorf("reading in parts gives something else (-whole +parts):\n%s", diff)
		}
	})
}
