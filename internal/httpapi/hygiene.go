package httpapi

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/internal/hygiene"
	"github.com/flagledger/flagledger/ledger"
)

// maxScanBody has room for hygiene.MaxReferences.
const maxScanBody = 8 << 20

type hygieneReport struct{ Body hygiene.Inventory }

// RepositoryPath names a repository of a project in a path.
type RepositoryPath struct {
	ProjectPath
	Repository string `path:"repository" maxLength:"100"`
}

type newScan struct {
	RepositoryPath
	Body struct {
		Commit     string              `json:"commit,omitempty" maxLength:"100"`
		Branch     string              `json:"branch,omitempty" maxLength:"200"`
		URL        string              `json:"url,omitempty" maxLength:"1000" doc:"Address of a line, with {commit}, {path} and {line} in it."`
		Files      int                 `json:"files,omitempty" minimum:"0" doc:"How many files were read."`
		References []hygiene.Reference `json:"references" required:"true" maxItems:"20000"`
	}
}

type scanKept struct {
	Body struct {
		Repository string `json:"repository"`
		References int    `json:"references"`
	}
}

type scanQuery struct {
	ProjectPath
	Flag string `query:"flag" doc:"Only references to this flag."`
}

type scanList struct {
	Body struct {
		Scans []hygiene.Scan `json:"scans" doc:"The newest scan of each repository."`
	}
}

func (a *API) hygieneRoutes() {
	const tag = "hygiene"
	viewer, editor := admin(ledger.RoleViewer), admin(ledger.RoleEditor)
	register(a, route{
		method: "GET", path: "/api/v1/projects/{project}/hygiene", id: "getHygiene", tag: tag, need: viewer,
		summary: "Where each flag stands in its life, and which are stale; what linters read",
	}, a.getHygiene)
	register(a, route{
		method: "GET", path: "/api/v1/projects/{project}/references", id: "listReferences", tag: tag, need: viewer,
		summary: "Where scanned code names flags",
	}, a.listReferences)
	register(a, route{
		method: "PUT", path: "/api/v1/projects/{project}/references/{repository}", id: "saveReferences", tag: tag, need: editor, largest: maxScanBody,
		summary: "Replace what is known of where a repository names flags",
	}, a.saveReferences)
	register(a, route{
		method: "DELETE", path: "/api/v1/projects/{project}/references/{repository}", id: "dropReferences", tag: tag, need: editor,
		summary: "Forget a repository",
	}, a.dropReferences)
}

func (a *API) getHygiene(ctx context.Context, in *struct {
	ProjectPath
	Freshness
},
) (*hygieneReport, error) {
	p, err := a.copyOf(ctx, in.Project, in.MinSeq)
	if err != nil {
		return nil, err
	}
	report, err := a.hygiene.Inspect(ctx, p, a.now())
	if err != nil {
		a.logger.WarnContext(ctx, "hygiene is reported without all that is known of evaluations", slog.Any("err", err))
	}
	return &hygieneReport{report}, ctx.Err()
}

// copyOf returns a project that nobody changes.
func (a *API) copyOf(ctx context.Context, project string, min uint64) (*ledger.Project, error) {
	var out *ledger.Project
	err := a.read(ctx, min, func(st *ledger.State) error {
		p, err := projectOf(st, project)
		if err == nil {
			out = p.Copy()
		}
		return err
	})
	return out, err
}

func (a *API) listReferences(ctx context.Context, in *scanQuery) (*scanList, error) {
	if err := a.projectExists(ctx, in.Project); err != nil {
		return nil, err
	}
	scans, err := a.scans.List(ctx, in.Project)
	out := &scanList{}
	out.Body.Scans = append([]hygiene.Scan{}, scans...)
	if in.Flag == "" || err != nil {
		return out, err
	}
	for i, s := range scans {
		only := []hygiene.Reference{}
		for _, ref := range s.References {
			if ref.Flag == in.Flag {
				only = append(only, ref)
			}
		}
		out.Body.Scans[i].References = only
	}
	return out, nil
}

func (a *API) saveReferences(ctx context.Context, in *newScan) (*scanKept, error) {
	if err := a.projectExists(ctx, in.Project); err != nil {
		return nil, err
	}
	if err := ledger.CheckKey(in.Repository); err != nil {
		return nil, failure(codeInvalid, "the repository cannot be named so",
			&huma.ErrorDetail{Location: "path.repository", Message: err.Error(), Value: in.Repository})
	}
	b := &in.Body
	err := a.scans.Save(ctx, in.Project, hygiene.Scan{
		Repository: in.Repository, Commit: b.Commit, Branch: b.Branch, URL: b.URL, At: a.now().UTC(), By: who(ctx).actor(),
		Files: b.Files, References: b.References,
	})
	if err != nil {
		return nil, fmt.Errorf("save references: %w", err)
	}
	out := &scanKept{}
	out.Body.Repository, out.Body.References = in.Repository, len(b.References)
	return out, nil
}

func (a *API) dropReferences(ctx context.Context, in *RepositoryPath) (*struct{}, error) {
	if err := a.projectExists(ctx, in.Project); err != nil {
		return nil, err
	}
	return &struct{}{}, a.scans.Drop(ctx, in.Project, in.Repository)
}
