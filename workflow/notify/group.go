package notify

import (
	"context"
	"log/slog"
	"slices"

	"github.com/flagledger/flagledger/ledger"
)

// place is what the events of one message share.
type place struct {
	subject     ledger.Subject
	environment string
}

// messages are what the channel is to tell of the events of one command: one
// message for each subject and environment of which it wants an event, in their
// order.
func (n *Notifier) messages(ctx context.Context, events []ledger.Recorded) (all []Message) {
	var order []place
	groups := map[place][]ledger.Recorded{}
	for _, rec := range events {
		if u, ok := rec.Event.(ledger.Unknown); ok {
			n.logger.WarnContext(ctx, "an event that cannot be read is not told", slog.String("channel", n.config.Name),
				slog.Uint64("seq", rec.Seq), slog.Any("err", u.Err))
			continue
		}
		p := place{rec.Subject, environmentOf(rec.Event)}
		if groups[p] == nil {
			order = append(order, p)
		}
		groups[p] = append(groups[p], rec)
	}
	for _, p := range order {
		if lead, also, ok := n.lead(ctx, p, groups[p]); ok {
			all = append(all, Build(lead, also...))
		}
	}
	return all
}

// named reports whether the plan of the event's rollout names the channel.
func (n *Notifier) named(ctx context.Context, rec ledger.Recorded) bool {
	return n.plans != nil && slices.Contains(n.plans(ctx, rec), n.config.Name)
}

// lead picks the event that gives the message its title: of those that the
// channel wants the most severe, and of these the last, which is where the
// command has led to. The others are told beside it. It is false if the channel
// wants none.
func (n *Notifier) lead(ctx context.Context, p place, group []ledger.Recorded) (lead ledger.Recorded, also []ledger.Recorded, ok bool) {
	best := -1
	for i, rec := range group {
		if !n.config.wants(rec, p.environment, n.named(ctx, rec)) {
			continue
		}
		if best < 0 || sayingOf(rec).severity.rank() >= sayingOf(group[best]).severity.rank() {
			best = i
		}
	}
	if best < 0 {
		return lead, nil, false
	}
	for i, rec := range group {
		if i != best {
			also = append(also, rec)
		}
	}
	return group[best], also, true
}
