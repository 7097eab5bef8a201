package httpapi

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// FlagPath names a flag in a path.
type FlagPath struct {
	ProjectPath
	Flag string `path:"flag"`
}

func (p FlagPath) ref() ledger.FlagRef { return ledger.FlagRef{Project: p.Project, Flag: p.Flag} }

type flagQuery struct {
	ProjectPath
	Freshness
	Archived bool   `query:"archived" doc:"List archived flags too."`
	Q        string `query:"q" maxLength:"200" doc:"Only flags whose key, name or description contains this, whatever the case."`
	Tag      string `query:"tag" maxLength:"200" doc:"Only flags with this tag."`
}

type flagList struct {
	Body struct {
		Flags []flagView `json:"flags"`
	}
}

type newFlag struct {
	Idempotency
	ProjectPath
	Body struct {
		Key        string              `json:"key" required:"true"`
		Type       evaluator.ValueType `json:"type,omitempty" enum:"boolean,string,number,json" doc:"boolean, if neither it nor variants are given."`
		Variants   []evaluator.Variant `json:"variants,omitempty" doc:"on and off, if empty for a boolean."`
		OffVariant string              `json:"offVariant,omitempty" doc:"The last variant, if empty."`
		OnVariant  string              `json:"onVariant,omitempty" doc:"The first variant, if empty."`
		Salt       string              `json:"salt,omitempty" doc:"The key, if empty. Share it between flags only to bucket units alike."`
		Details    ledger.FlagDetails  `json:"details,omitempty"`
		Reason     string              `json:"reason,omitempty" maxLength:"1000"`
	}
}

type oneFlag struct {
	ETag string `header:"ETag" doc:"The flag's newest event; for If-Match, in every environment."`
	Body flagView
}

type flagChanged struct {
	Seq  uint64   `json:"seq,string"`
	Flag flagView `json:"flag"`
}

type newDetails struct {
	Idempotency
	Condition
	FlagPath
	Body struct {
		Details ledger.FlagDetails `json:"details" required:"true" doc:"Replaces all details."`
		Reason  string             `json:"reason,omitempty" maxLength:"1000"`
	}
}

type newVariants struct {
	Idempotency
	Condition
	FlagPath
	Body struct {
		Variants []evaluator.Variant `json:"variants" required:"true"`
		Reason   string              `json:"reason,omitempty" maxLength:"1000"`
	}
}

type flagDeletion struct {
	Idempotency
	FlagPath
	Reason string `query:"reason" maxLength:"1000"`
}

type flagAction struct {
	Idempotency
	FlagPath
	Body *reasoned
}

func (a *API) flagRoutes() {
	const tag, all, one = "flags", "/api/v1/projects/{project}/flags", "/api/v1/projects/{project}/flags/{flag}"
	viewer, editor := admin(ledger.RoleViewer), admin(ledger.RoleEditor)
	register(a, route{
		method: "GET", path: all, id: "listFlags", tag: tag, need: viewer, summary: "List the flags of a project",
	}, a.listFlags)
	register(a, route{
		method: "POST", path: all, id: "createFlag", tag: tag, need: editor, status: 201,
		summary: "Create a flag, off in every environment",
	}, a.createFlag)
	register(a, route{
		method: "GET", path: one, id: "getFlag", tag: tag, need: viewer, summary: "Show a flag in all environments",
	}, a.getFlag)
	register(a, route{
		method: "PATCH", path: one, id: "changeFlagDetails", tag: tag, need: editor, conditional: true,
		summary: "Replace what describes the flag to people",
	}, a.changeDetails)
	register(a, route{
		method: "PUT", path: one + "/variants", id: "replaceVariants", tag: tag, need: editor, conditional: true,
		summary: "Replace the variants in all environments",
	}, a.replaceVariants)
	register(a, route{
		method: "DELETE", path: one, id: "archiveFlag", tag: tag, need: editor,
		summary: "Archive a flag: it leaves every ruleset, its history stays",
	}, a.archiveFlag)
	register(a, route{
		method: "POST", path: one + "/restore", id: "restoreFlag", tag: tag, need: editor,
		summary: "Bring an archived flag back as it was",
	}, a.restoreFlag)
}

func (a *API) listFlags(ctx context.Context, in *flagQuery) (*flagList, error) {
	out := &flagList{}
	out.Body.Flags = []flagView{}
	err := a.read(ctx, in.MinSeq, func(st *ledger.State) error {
		p, err := projectOf(st, in.Project)
		if err != nil {
			return err
		}
		frozen := st.Frozen()
		for _, key := range slices.Sorted(maps.Keys(p.Flags)) {
			if f := p.Flags[key]; in.wants(f) {
				out.Body.Flags = append(out.Body.Flags, viewFlag(p, f, frozen))
			}
		}
		return nil
	})
	return out, err
}

func (q *flagQuery) wants(f *ledger.Flag) bool {
	if f.Archived && !q.Archived || q.Tag != "" && !slices.Contains(f.Details.Tags, q.Tag) {
		return false
	}
	text := strings.ToLower(f.Key + "\n" + f.Details.Name + "\n" + f.Details.Description)
	return strings.Contains(text, strings.ToLower(q.Q))
}

func (a *API) createFlag(ctx context.Context, in *newFlag) (*changed[flagChanged], error) {
	b := &in.Body
	ref := ledger.FlagRef{Project: in.Project, Flag: b.Key}
	return a.changeFlag(ctx, ref, order{
		command: ledger.CreateFlag{
			FlagRef: ref, Type: b.Type, Variants: b.Variants,
			OffVariant: b.OffVariant, OnVariant: b.OnVariant, Salt: b.Salt, Details: b.Details,
		},
		id: in.CommandID, reason: b.Reason,
		// A new flag serves its on variant by default.
		at: under("", map[string]string{"default.variant": "body.onVariant", "": "body.key"}),
	})
}

// changeFlag carries out a command and shows the flag as it is then.
func (a *API) changeFlag(ctx context.Context, ref ledger.FlagRef, o order) (*changed[flagChanged], error) {
	receipt, err := a.do(ctx, o)
	if err != nil {
		return nil, err
	}
	v, err := a.showFlag(ctx, ref, receipt.Last)
	if err != nil {
		return nil, reused(err)
	}
	return answer(receipt, flagChanged{receipt.Last, *v}), nil
}

func (a *API) showFlag(ctx context.Context, ref ledger.FlagRef, min uint64) (*flagView, error) {
	var v flagView
	err := a.read(ctx, min, func(st *ledger.State) error {
		p, err := projectOf(st, ref.Project)
		if err != nil {
			return err
		}
		f := p.Flags[ref.Flag]
		if f == nil {
			return missing("flag", ref.Flag)
		}
		v = viewFlag(p, f, st.Frozen())
		return nil
	})
	return &v, err
}

func (a *API) getFlag(ctx context.Context, in *struct {
	FlagPath
	Freshness
	At string `query:"at" doc:"As it was after this event, or at this time in RFC 3339."`
},
) (*oneFlag, error) {
	if in.At != "" {
		return a.pastFlag(ctx, in.ref(), in.At)
	}
	v, err := a.showFlag(ctx, in.ref(), in.MinSeq)
	if err != nil {
		return nil, err
	}
	return &oneFlag{ETag: etagOf(v.Seq), Body: *v}, nil
}

func (a *API) changeDetails(ctx context.Context, in *newDetails) (*changed[flagChanged], error) {
	return a.changeFlag(ctx, in.ref(), order{
		command: ledger.ChangeFlagDetails{FlagRef: in.ref(), Details: in.Body.Details},
		id:      in.CommandID, ifMatch: in.IfMatch, reason: in.Body.Reason,
	})
}

func (a *API) replaceVariants(ctx context.Context, in *newVariants) (*changed[flagChanged], error) {
	return a.changeFlag(ctx, in.ref(), order{
		command: ledger.ReplaceVariants{FlagRef: in.ref(), Variants: in.Body.Variants},
		id:      in.CommandID, ifMatch: in.IfMatch, reason: in.Body.Reason,
	})
}

func (a *API) archiveFlag(ctx context.Context, in *flagDeletion) (*changed[flagChanged], error) {
	return a.changeFlag(ctx, in.ref(), order{
		command: ledger.ArchiveFlag{FlagRef: in.ref()}, id: in.CommandID, reason: in.Reason,
	})
}

func (a *API) restoreFlag(ctx context.Context, in *flagAction) (*changed[flagChanged], error) {
	return a.changeFlag(ctx, in.ref(), order{
		command: ledger.RestoreFlag{FlagRef: in.ref()}, id: in.CommandID, reason: in.Body.text(),
	})
}

// text is the reason, also of a request without a body.
func (r *reasoned) text() string {
	if r == nil {
		return ""
	}
	return r.Reason
}
