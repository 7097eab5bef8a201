package httpapi

import (
	"context"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// segmentView is a segment as the API shows it.
type segmentView struct {
	Key      string            `json:"key"`
	Name     string            `json:"name,omitempty"`
	Segment  evaluator.Segment `json:"segment"`
	Seq      uint64            `json:"seq,string"`
	Archived bool              `json:"archived"`
}

type segmentList struct {
	Body struct {
		Segments []segmentView `json:"segments"`
	}
}

type oneSegment struct {
	ETag string `header:"ETag" doc:"The newest event of the segment; for If-Match."`
	Body segmentView
}

type segmentChanged struct {
	Seq     uint64      `json:"seq,string"`
	Segment segmentView `json:"segment"`
}

type newSegment struct {
	Idempotency
	Condition
	Keyed
	Body struct {
		Name    string            `json:"name,omitempty" maxLength:"200"`
		Segment evaluator.Segment `json:"segment" required:"true"`
		Reason  string            `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (a *API) segmentCatalog() catalog[ledger.SegmentState, segmentView] {
	return catalog[ledger.SegmentState, segmentView]{
		noun: "segment", tag: "segments",
		states:   func(p *ledger.Project) map[string]*ledger.SegmentState { return p.Segments },
		archived: func(s *ledger.SegmentState) bool { return s.Archived },
		view: func(s *ledger.SegmentState) segmentView {
			return segmentView{Key: s.Key, Name: s.Name, Segment: s.Segment, Seq: s.Seq, Archived: s.Archived}
		},
		archive: func(project, key string) ledger.Command { return ledger.ArchiveSegment{Project: project, Key: key} },
	}
}

func (a *API) segmentRoutes() {
	c := a.segmentCatalog()
	register(a, c.all("listSegments", "List the segments of a project"),
		func(ctx context.Context, in *catalogQuery) (*segmentList, error) {
			list, err := c.list(ctx, a, in)
			out := &segmentList{}
			out.Body.Segments = list
			return out, err
		})
	register(a, c.route("GET", "getSegment", "Show a segment"),
		func(ctx context.Context, in *keyedRead) (*oneSegment, error) {
			v, err := c.show(ctx, a, in.Keyed, in.MinSeq)
			return &oneSegment{etagOf(v.Seq), v}, err
		})
	register(a, c.route("PUT", "saveSegment", "Create or replace a segment"), a.saveSegment)
	register(a, c.route("DELETE", "archiveSegment", "Retire a segment that nothing uses"),
		func(ctx context.Context, in *keyedDeletion) (*doneAnswer, error) { return c.remove(ctx, a, in) })
}

func (a *API) saveSegment(ctx context.Context, in *newSegment) (*changed[segmentChanged], error) {
	receipt, err := a.do(ctx, order{
		command: ledger.SaveSegment{Project: in.Project, Key: in.Key, Name: in.Body.Name, Segment: in.Body.Segment},
		id:      in.CommandID, ifMatch: in.IfMatch, reason: in.Body.Reason,
		at: under("segment", map[string]string{"key": "path.key"}),
	})
	if err != nil {
		return nil, err
	}
	v, err := a.segmentCatalog().show(ctx, a, in.Keyed, receipt.Last)
	return answer(receipt, segmentChanged{receipt.Last, v}), reused(err)
}
