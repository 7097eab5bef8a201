package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
)

// Past knows what was true at any event of the ledger; *projector.Timeline does.
// It is called concurrently.
type Past interface {
	// At returns the state after event seq, which must not be changed.
	At(ctx context.Context, seq uint64) (*ledger.State, error)
	// SeqAt returns the newest event decided at or before a time.
	SeqAt(ctx context.Context, at time.Time) (uint64, error)
	// Ruleset returns what an environment was served after event seq, nil when
	// there was none.
	Ruleset(ctx context.Context, seq uint64, project, environment string) (*projector.Snapshot, error)
	// Excerpt returns the part of Ruleset that one flag needs.
	Excerpt(ctx context.Context, seq uint64, project, environment, flag string) (*projector.Snapshot, error)
}

// Headers of a ruleset of the past.
const (
	// headerSeq is the event after which it was served.
	headerSeq = "Flagledger-Seq"
	// headerDigest is its SHA-256, in hex.
	headerDigest = "Flagledger-Digest"
	// headerRecorded is the digest that was recorded when it was served.
	headerRecorded = "Flagledger-Recorded-Digest"
)

// moment resolves a sequence or a time to an event of the ledger.
func (a *API) moment(ctx context.Context, text string) (uint64, error) {
	if seq, err := strconv.ParseUint(text, 10, 64); err == nil {
		return seq, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, failure(codeInvalid, "the moment cannot be used", &huma.ErrorDetail{
			Location: "query.at", Message: "is neither a sequence nor a time such as 2027-01-31T09:00:00Z", Value: text,
		})
	}
	return a.past.SeqAt(ctx, at)
}

// writePast serves a ruleset as it was, rebuilt from the ledger: the whole one, or
// with the query parameter flag what that flag needs of it.
func (a *API) writePast(w http.ResponseWriter, r *http.Request, at place) {
	q := r.URL.Query()
	s, seq, err := a.pastRuleset(r.Context(), at, q.Get("at"), q.Get("flag"))
	if err != nil {
		a.fail(w, r, err)
		return
	}
	body, err := s.JSON()
	if err != nil {
		a.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set(headerSeq, strconv.FormatUint(seq, 10))
	if q.Get("flag") == "" {
		if err := a.compareDigest(r.Context(), h, s); err != nil {
			a.fail(w, r, err)
			return
		}
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

func (a *API) pastRuleset(ctx context.Context, at place, moment, flag string) (*projector.Snapshot, uint64, error) {
	seq, err := a.moment(ctx, moment)
	if err != nil {
		return nil, 0, err
	}
	var s *projector.Snapshot
	if flag == "" {
		s, err = a.past.Ruleset(ctx, seq, at.project, at.environment)
	} else {
		s, err = a.past.Excerpt(ctx, seq, at.project, at.environment, flag)
	}
	if err == nil && s == nil {
		err = failure(codeNotFound, "at event "+strconv.FormatUint(seq, 10)+" there was no environment "+
			strconv.Quote(at.environment)+" in project "+strconv.Quote(at.project))
	}
	return s, seq, err
}

// compareDigest names the digest of s, and the one that was recorded when s was
// served, so that the reader can compare.
func (a *API) compareDigest(ctx context.Context, h http.Header, s *projector.Snapshot) error {
	digest, err := s.Digest()
	if err != nil {
		return err
	}
	h.Set(headerDigest, digest)
	if a.digests == nil {
		return nil
	}
	rs := s.Ruleset
	recorded, err := a.digests.Find(ctx, rs.Project, rs.Environment, rs.Revision)
	if recorded != "" {
		h.Set(headerRecorded, recorded)
	}
	return err
}

// pastFlag shows a flag as it was.
func (a *API) pastFlag(ctx context.Context, ref ledger.FlagRef, moment string) (*oneFlag, error) {
	seq, err := a.moment(ctx, moment)
	if err != nil {
		return nil, err
	}
	st, err := a.past.At(ctx, seq)
	if err != nil {
		return nil, err
	}
	p, err := projectOf(st, ref.Project)
	if err != nil {
		return nil, err
	}
	f := p.Flags[ref.Flag]
	if f == nil {
		return nil, failure(codeNotFound, "there was no such flag at event "+strconv.FormatUint(seq, 10))
	}
	v := viewFlag(p, f, st.Frozen())
	return &oneFlag{ETag: etagOf(v.Seq), Body: v}, nil
}
