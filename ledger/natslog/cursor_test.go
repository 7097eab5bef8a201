package natslog

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
	"github.com/flagledger/flagledger/ledger"
)

// lossy loses the nth message of an iterator.
type lossy struct {
	jetstream.MessagesContext
	n int
}

func (l *lossy) Next(opts ...jetstream.NextOpt) (jetstream.Msg, error) {
	if l.n--; l.n == 0 {
		if _, err := l.MessagesContext.Next(opts...); err != nil {
			return nil, err
		}
	}
	return l.MessagesContext.Next(opts...)
}

// A message that is lost on the way is fetched again: with a filter nothing
// else would tell, and without one it would look like a hole.
func TestLostOnTheWay(t *testing.T) {
	js, err := jetstream.New(natsdtest.Start(t, natsd.Config{}).Dial(t, natsd.RoleBoot))
	if err != nil {
		t.Fatal(err)
	}
	if err := Setup(t.Context(), js, Config{}); err != nil {
		t.Fatal(err)
	}
	log, err := New(js, slog.New(slog.DiscardHandler), Config{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		b := ledger.Batch{ID: fmt.Sprint(i), Entries: []ledger.Entry{{Subject: "ledger.shop.flag.a"}}}
		if _, err := log.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	for _, filter := range []string{ledger.AllSubjects, "ledger.shop.flag.a"} {
		c := cursor{log: log, filter: filter, from: 1}
		if err := c.open(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.msgs = &lossy{c.msgs, 3}
		for want := uint64(1); want <= 6; want++ {
			if s, err := c.next(t.Context()); err != nil || s.Seq != want {
				t.Fatalf("%s: got %d, %v; want %d", filter, s.Seq, err, want)
			}
		}
		c.close()
	}
}
