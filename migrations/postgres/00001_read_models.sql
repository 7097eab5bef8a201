-- Everything here is derived from the ledger and can be built again. It stands
-- in the schema that search_path names, so that a new one can be built beside
-- the one that is read.

-- +goose Up
CREATE TABLE checkpoint (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq  bigint NOT NULL,
    hash text   NOT NULL
);
INSERT INTO checkpoint (seq, hash) VALUES (0, '');

-- The stored bytes of every event: the second copy of the ledger.
CREATE TABLE events (
    seq     bigint PRIMARY KEY,
    subject text   NOT NULL,
    data    bytea  NOT NULL,
    hash    text   NOT NULL
);

CREATE TABLE history (
    seq         bigint PRIMARY KEY,
    at          timestamptz, -- null when the event cannot be read
    type        text NOT NULL,
    project     text NOT NULL,
    kind        text NOT NULL,
    key         text NOT NULL,
    environment text,
    actor_kind  text NOT NULL,
    actor_id    text NOT NULL,
    actor_name  text NOT NULL,
    reason      text NOT NULL,
    command     text NOT NULL,
    cause       text NOT NULL,
    data        jsonb
);
CREATE INDEX history_by_subject ON history (project, kind, key, seq);
CREATE INDEX history_by_time ON history USING brin (at);
CREATE INDEX history_by_actor ON history (actor_id, seq);

CREATE TABLE projects (
    project    text PRIMARY KEY,
    name       text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE environments (
    project     text,
    environment text,
    name        text NOT NULL,
    production  boolean NOT NULL,
    since       bigint NOT NULL,
    PRIMARY KEY (project, environment)
);

CREATE TABLE flags (
    project         text,
    flag            text,
    seq             bigint NOT NULL,
    type            text NOT NULL,
    name            text NOT NULL,
    description     text NOT NULL,
    owner           text NOT NULL,
    tags            text[] NOT NULL,
    permanent       boolean NOT NULL,
    remove_by       timestamptz,
    archived        boolean NOT NULL,
    variants        jsonb NOT NULL,
    off_variant     text NOT NULL,
    on_variant      text NOT NULL,
    created_at      timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    changed_by      text NOT NULL,
    changed_by_name text NOT NULL,
    PRIMARY KEY (project, flag)
);

-- A flag has a row for each environment in which it was ever touched.
CREATE TABLE flag_environments (
    project            text,
    flag               text,
    environment        text,
    version            bigint NOT NULL,
    is_on              boolean NOT NULL,
    config             jsonb NOT NULL,
    rollout            text,
    rollout_status     text,
    rollout_percentage numeric,
    experiment         text,
    experiment_status  text,
    PRIMARY KEY (project, flag, environment)
);

CREATE TABLE rollouts (
    project     text,
    flag        text,
    environment text,
    rollout     text,
    plan        text NOT NULL,
    status      text NOT NULL,
    stage       integer NOT NULL,
    stages      integer NOT NULL,
    percentage  numeric NOT NULL,
    treatment   text NOT NULL,
    control     text NOT NULL,
    unit        text NOT NULL,
    started_at  timestamptz NOT NULL,
    started_by  text NOT NULL,
    ended_at    timestamptz,
    definition  jsonb NOT NULL,
    PRIMARY KEY (project, flag, environment, rollout)
);

CREATE TABLE decisions (
    seq         bigint PRIMARY KEY,
    project     text NOT NULL,
    flag        text NOT NULL,
    environment text NOT NULL,
    rollout     text NOT NULL,
    decision    text NOT NULL,
    at          timestamptz NOT NULL,
    actor_kind  text NOT NULL,
    actor_id    text NOT NULL,
    reason      text NOT NULL,
    evidence    jsonb
);
CREATE INDEX decisions_by_rollout ON decisions (project, flag, environment, rollout, seq);

CREATE TABLE experiments (
    project     text,
    flag        text,
    environment text,
    experiment  text,
    name        text NOT NULL,
    status      text NOT NULL,
    unit        text NOT NULL,
    imported    boolean NOT NULL,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    design      jsonb NOT NULL,
    decision    jsonb,
    PRIMARY KEY (project, flag, environment, experiment)
);

CREATE TABLE segments (
    project    text,
    segment    text,
    seq        bigint NOT NULL,
    name       text NOT NULL,
    archived   boolean NOT NULL,
    definition jsonb NOT NULL,
    PRIMARY KEY (project, segment)
);

CREATE TABLE metrics (
    project    text,
    metric     text,
    seq        bigint NOT NULL,
    archived   boolean NOT NULL,
    definition jsonb NOT NULL,
    PRIMARY KEY (project, metric)
);

CREATE TABLE plans (
    project    text,
    plan       text,
    seq        bigint NOT NULL,
    archived   boolean NOT NULL,
    definition jsonb NOT NULL,
    PRIMARY KEY (project, plan)
);

-- Never the secret, nor its hash.
CREATE TABLE access_keys (
    id          text PRIMARY KEY,
    kind        text NOT NULL,
    name        text NOT NULL,
    role        text NOT NULL,
    project     text NOT NULL,
    environment text NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz,
    revoked     boolean NOT NULL
);

-- Subjects that stopped at their last good state, because an event of theirs
-- cannot be read.
CREATE TABLE frozen (
    subject text PRIMARY KEY,
    seq     bigint NOT NULL,
    reason  text NOT NULL
);

-- What docs/postgres.md describes, for BI tools.
CREATE VIEW flags_now AS
SELECT f.project, f.flag, e.environment, e.production, f.type, f.owner, f.tags, f.archived, f.permanent, f.remove_by,
       COALESCE(fe.is_on, false) AND NOT f.archived AS is_on, fe.rollout_status, fe.rollout_percentage, fe.experiment_status,
       GREATEST(fe.version, f.seq) AS version, f.created_at, f.changed_at, f.changed_by, f.changed_by_name
FROM flags f
JOIN environments e USING (project)
LEFT JOIN flag_environments fe USING (project, flag, environment);

CREATE VIEW flag_history AS
SELECT seq, at, project, key AS flag, environment, type, actor_kind, actor_id, actor_name, reason, command, cause, data
FROM history
WHERE kind = 'flag';

CREATE VIEW rollout_decisions AS
SELECT d.seq, d.at, d.project, d.flag, d.environment, d.rollout, d.decision, d.actor_kind, d.actor_id, d.reason,
       (d.evidence ->> 'rolloutTreatment')::bigint AS treated_units, (d.evidence ->> 'srmP')::double precision AS srm_p, d.evidence
FROM decisions d;

CREATE VIEW changes_by_actor AS
SELECT project, actor_kind, actor_id, max(actor_name) AS actor_name, date_trunc('day', at, 'UTC') AS day, count(*) AS changes
FROM history
GROUP BY project, actor_kind, actor_id, date_trunc('day', at, 'UTC');

-- +goose Down
DROP VIEW changes_by_actor, rollout_decisions, flag_history, flags_now;
DROP TABLE checkpoint, events, history, projects, environments, flags, flag_environments, rollouts, decisions,
    experiments, segments, metrics, plans, access_keys, frozen;
