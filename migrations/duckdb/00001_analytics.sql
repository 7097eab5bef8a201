-- +goose Up

-- How far the stream of batches has been read. One row, changed in the
-- transaction that stores what was read.
CREATE TABLE stream_position (
    epoch       BIGINT  NOT NULL, -- creation of the stream; sequences of two lives cannot be compared
    seq         UBIGINT NOT NULL,
    received_at TIMESTAMP         -- of that sequence by the stream, which may use a lost sequence again
);
INSERT INTO stream_position VALUES (0, 0, NULL);

-- The names of the batches stored, so that a retry counts for nothing.
CREATE TABLE batches (
    name        UUID      NOT NULL, -- of project, environment and id: first 16 bytes of a SHA-256
    received_at TIMESTAMP NOT NULL,
    CONSTRAINT batch_counts_once PRIMARY KEY (name)
);

-- All times are UTC. Rows arrive about in the order of time, so that a scan
-- bounded by time skips most row groups; no index would be faster.
CREATE TABLE exposures (
    project      VARCHAR   NOT NULL,
    environment  VARCHAR   NOT NULL,
    flag         VARCHAR   NOT NULL,
    variant      VARCHAR   NOT NULL,
    bucketed_by  VARCHAR   NOT NULL, -- attribute
    unit         VARCHAR   NOT NULL,
    unit_id      UBIGINT   NOT NULL, -- hash of project, environment, attribute and unit: what queries join on
    rule         VARCHAR,            -- null: the default
    flag_version BIGINT    NOT NULL,
    happened_at  TIMESTAMP NOT NULL
);

-- A row for each unit of an event, so that a gate, which looks at one
-- attribute, joins on a plain column.
CREATE TABLE event_units (
    project     VARCHAR   NOT NULL,
    environment VARCHAR   NOT NULL,
    name        VARCHAR   NOT NULL,
    attribute   VARCHAR   NOT NULL, -- of the unit
    unit        VARCHAR   NOT NULL,
    unit_id     UBIGINT   NOT NULL, -- as in exposures
    ordinal     UTINYINT  NOT NULL, -- 0 for the first unit: count those to count events
    failed      BOOLEAN   NOT NULL,
    value       DOUBLE,
    happened_at TIMESTAMP NOT NULL,
    attributes  VARCHAR             -- JSON object, beside ordinal 0 only
);

-- +goose Down
DROP TABLE event_units;
DROP TABLE exposures;
DROP TABLE batches;
DROP TABLE stream_position;
