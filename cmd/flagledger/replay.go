package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/ledger"
)

func newLedger(a *app) *cobra.Command {
	return newGroup("ledger", "Read the ledger: what happened, when, by whom and why",
		newReplay(a), newLedgerRuleset(a), newLedgerExport(a), newLedgerVerify(a),
		newLedgerKey(a), newLedgerCheckpoint(a), newLedgerProve(a), newLedgerRestore(a))
}

// replay is one "ledger replay".
type replay struct {
	flag        string
	from, until string
	follow      bool
	every       time.Duration
}

func newReplay(a *app) *cobra.Command {
	o := &replay{}
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Tell the history as a story, with what each event changed",
		Long: `Tell the events of the ledger in order: who did what and why, how it changed the
targeting, and for automated decisions the evidence they were made on. -p limits
it to one project, --flag to one flag. A position is a sequence, a date
(midnight UTC) or an RFC 3339 time.

With --json it prints one event per line, as the API gives them.`,
		Example: example(
			`flagledger ledger replay --flag new-pdf-engine`,
			`flagledger ledger replay -p default --from 2027-01-15 --until 2027-01-16`,
			`flagledger ledger replay --from 4700 --json`,
			`flagledger ledger replay --follow`),
		Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error {
		if err := oneOf(cmd, "until", "follow"); err != nil {
			return err
		}
		return o.run(ctx, s, a.given.project)
	})
	f := cmd.Flags()
	f.StringVar(&o.flag, "flag", "", "only the life of this flag")
	f.StringVar(&o.from, "from", "", "begin at this sequence or time")
	f.StringVar(&o.until, "until", "", "end with this sequence, or before this time")
	f.BoolVar(&o.follow, "follow", false, "go on with what happens next")
	f.DurationVar(&o.every, "every", time.Second, "how often --follow looks")
	a.completeFlag(cmd, "flag", a.completeFlags)
	return cmd
}

func (o *replay) run(ctx context.Context, s *session, project string) error {
	from, err := parsePosition(o.from)
	if err != nil {
		return usagef("--from %v", err)
	}
	until, err := parsePosition(o.until)
	if err != nil {
		return usagef("--until %v", err)
	}
	path, query := apiRoot+"/events", url.Values{}
	switch {
	case o.flag != "":
		path = s.flagPath(o.flag, "history")
	case project != "":
		query.Set("project", project)
	}
	tale := newStory(&s.world)
	visit := func(e eventView) error {
		if o.until != "" && until.before(e) {
			return errEnough
		}
		c, err := tale.next(e)
		if err != nil || from.after(e) {
			return err
		}
		return s.tellEvent(tale, c, o.flag == "")
	}
	if !o.follow {
		return s.eachEvent(ctx, path, query, visit)
	}
	if o.every < 100*time.Millisecond {
		return usagef("--every %s is below 100ms", o.every)
	}
	for next := uint64(1); ; {
		if next, err = s.eventsFrom(ctx, next, path, query, visit); err != nil {
			return err
		}
		if err := pause(ctx, o.every); err != nil {
			return err
		}
	}
}

// tellEvent prints one event.
func (s *session) tellEvent(tale *story, c chapter, subject bool) error {
	if !s.json {
		tale.write(s.out, c, subject)
		return nil
	}
	var line bytes.Buffer
	if err := json.Compact(&line, c.event.raw); err != nil {
		return fmt.Errorf("read event %d: %w", c.event.Seq, err)
	}
	line.WriteByte('\n')
	_, err := s.stdout.Write(line.Bytes())
	return err
}

// position is a place in the ledger, by sequence or by time.
type position struct {
	seq uint64
	at  time.Time
}

// parsePosition reads a sequence, a date or a time; "" is the beginning.
func parsePosition(text string) (position, error) {
	if text == "" {
		return position{}, nil
	}
	if seq, err := strconv.ParseUint(text, 10, 64); err == nil {
		return position{seq: seq}, nil
	}
	at, err := parseDate(text)
	if err != nil {
		return position{}, fmt.Errorf("%q is neither a sequence nor a date such as 2027-01-31 or 2027-01-31T09:00:00Z", text)
	}
	return position{at: at}, nil
}

// String gives the form that the API takes.
func (p position) String() string {
	if p.at.IsZero() {
		return strconv.FormatUint(p.seq, 10)
	}
	return p.at.UTC().Format(time.RFC3339Nano)
}

// after reports whether the position lies behind the event.
func (p position) after(e eventView) bool {
	if p.at.IsZero() {
		return e.Seq < p.seq
	}
	return e.At.Before(p.at)
}

// before reports whether the position, as an end, lies before the event: a
// sequence is included, a time is not.
func (p position) before(e eventView) bool {
	if p.at.IsZero() {
		return e.Seq > p.seq
	}
	return !e.At.Before(p.at)
}

// subjectWords names what an event is about.
func subjectWords(s ledger.Subject) string {
	switch s.Kind {
	case ledger.KindProject:
		return "project " + s.Key
	case ledger.KindAccessKey:
		return "key " + s.Key
	case ledger.KindFlag, ledger.KindSegment, ledger.KindMetric, ledger.KindPlan:
	}
	return fmt.Sprintf("%s %s/%s", s.Kind, s.Project, s.Key)
}
