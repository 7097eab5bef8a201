package httpapi

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// projectView is a project as the API shows it.
type projectView struct {
	Key          string               `json:"key"`
	Name         string               `json:"name"`
	Seq          uint64               `json:"seq,string" doc:"Newest event of anything in the project."`
	CreatedAt    time.Time            `json:"createdAt"`
	Environments []ledger.Environment `json:"environments"`
	Flags        int                  `json:"flags" doc:"How many flags are not archived."`
}

func viewProject(p *ledger.Project) projectView {
	v := projectView{
		Key: p.Key, Name: p.Name, Seq: p.Seq, CreatedAt: p.CreatedAt, Environments: p.Environments,
	}
	for _, f := range p.Flags {
		if !f.Archived {
			v.Flags++
		}
	}
	return v
}

type projectList struct {
	Body struct {
		Projects []projectView `json:"projects"`
	}
}

// ProjectPath names a project in a path. Like all that requests embed it is
// exported, because huma looks no further than exported fields.
type ProjectPath struct {
	Project string `path:"project"`
}

type oneProject struct{ Body projectView }

type newProject struct {
	Idempotency
	Body struct {
		Key          string               `json:"key" required:"true"`
		Name         string               `json:"name,omitempty" maxLength:"200" doc:"The key, if empty."`
		Environments []ledger.Environment `json:"environments,omitempty" maxItems:"100" doc:"development, staging and production, if empty."`
		Reason       string               `json:"reason,omitempty" maxLength:"1000"`
	}
}

type projectChanged struct {
	Seq     uint64      `json:"seq,string"`
	Project projectView `json:"project"`
}

type newEnvironment struct {
	Idempotency
	ProjectPath
	Body struct {
		Key            string `json:"key" required:"true"`
		Name           string `json:"name,omitempty" maxLength:"200" doc:"The key, if empty."`
		Production     bool   `json:"production,omitempty" doc:"Marks the environment where mistakes hurt."`
		ReasonRequired bool   `json:"reasonRequired,omitempty" doc:"Refuses changes of flags there without a reason, but for the kill switch."`
		Reason         string `json:"reason,omitempty" maxLength:"1000"`
	}
}

type environmentChange struct {
	Idempotency
	EnvironmentPath
	Body struct {
		Name           string `json:"name,omitempty" maxLength:"200" doc:"The key, if empty."`
		Production     bool   `json:"production" required:"true" doc:"Marks the environment where mistakes hurt."`
		ReasonRequired bool   `json:"reasonRequired" required:"true" doc:"Refuses changes of flags there without a reason, but for the kill switch."`
		Reason         string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (a *API) projectRoutes() {
	const tag = "projects"
	viewer, owner := admin(ledger.RoleViewer), admin(ledger.RoleAdmin)
	founder := owner
	founder.everywhere = true
	register(a, route{
		method: "GET", path: "/api/v1/projects", id: "listProjects", tag: tag, need: viewer,
		summary: "List the projects that the token may see",
	}, a.listProjects)
	register(a, route{
		method: "POST", path: "/api/v1/projects", id: "createProject", tag: tag, need: founder, status: 201,
		summary: "Create a project with its environments, standard metrics and default plan",
	}, a.createProject)
	register(a, route{
		method: "GET", path: "/api/v1/projects/{project}", id: "getProject", tag: tag, need: viewer,
		summary: "Show a project",
	}, a.getProject)
	register(a, route{
		method: "POST", path: "/api/v1/projects/{project}/environments", id: "createEnvironment", tag: tag, need: owner, status: 201,
		summary: "Add an environment; every flag is off in it",
	}, a.createEnvironment)
	register(a, route{
		method: "PUT", path: "/api/v1/projects/{project}/environments/{environment}", id: "changeEnvironment", tag: tag, need: owner,
		summary: "Replace what is set of an environment",
	}, a.changeEnvironment)
}

func (a *API) listProjects(ctx context.Context, in *Freshness) (*projectList, error) {
	out := &projectList{}
	out.Body.Projects = []projectView{}
	only := who(ctx).key.Project
	err := a.read(ctx, in.MinSeq, func(st *ledger.State) error {
		for _, key := range slices.Sorted(maps.Keys(st.Projects)) {
			if only == "" || only == key {
				out.Body.Projects = append(out.Body.Projects, viewProject(st.Projects[key]))
			}
		}
		return nil
	})
	return out, err
}

func (a *API) createProject(ctx context.Context, in *newProject) (*changed[projectChanged], error) {
	b := &in.Body
	receipt, err := a.do(ctx, order{
		command: ledger.CreateProject{Project: b.Key, Name: b.Name, Environments: b.Environments},
		id:      in.CommandID, reason: b.Reason,
		at: under("", map[string]string{"project": "body.key"}),
	})
	if err != nil {
		return nil, err
	}
	return a.showProject(ctx, b.Key, receipt)
}

func (a *API) showProject(ctx context.Context, key string, receipt ledger.Receipt) (*changed[projectChanged], error) {
	var v projectView
	err := a.read(ctx, receipt.Last, func(st *ledger.State) error {
		p := st.Projects[key]
		if p == nil {
			return errReused()
		}
		v = viewProject(p)
		return nil
	})
	return answer(receipt, projectChanged{receipt.Last, v}), err
}

func (a *API) getProject(ctx context.Context, in *struct {
	ProjectPath
	Freshness
},
) (*oneProject, error) {
	out := &oneProject{}
	err := a.read(ctx, in.MinSeq, func(st *ledger.State) error {
		p, err := projectOf(st, in.Project)
		if err == nil {
			out.Body = viewProject(p)
		}
		return err
	})
	return out, err
}

func (a *API) createEnvironment(ctx context.Context, in *newEnvironment) (*changed[projectChanged], error) {
	b := &in.Body
	receipt, err := a.do(ctx, order{
		command: ledger.CreateEnvironment{
			Project:     in.Project,
			Environment: ledger.Environment{Key: b.Key, Name: b.Name, Production: b.Production, ReasonRequired: b.ReasonRequired},
		},
		id: in.CommandID, reason: b.Reason,
		at: under("", map[string]string{"environment": "body.key"}),
	})
	if err != nil {
		return nil, err
	}
	return a.showProject(ctx, in.Project, receipt)
}

func (a *API) changeEnvironment(ctx context.Context, in *environmentChange) (*changed[projectChanged], error) {
	b := &in.Body
	receipt, err := a.do(ctx, order{
		command: ledger.ChangeEnvironment{Project: in.Project, Environment: ledger.Environment{
			Key: in.Environment, Name: b.Name, Production: b.Production, ReasonRequired: b.ReasonRequired,
		}},
		id: in.CommandID, reason: b.Reason, at: under("", map[string]string{"environment": "path.environment"}),
	})
	if err != nil {
		return nil, err
	}
	return a.showProject(ctx, in.Project, receipt)
}
