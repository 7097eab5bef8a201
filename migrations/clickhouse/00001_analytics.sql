-- +goose Up

-- What makes the deduplication tokens of this database its own: numbers begin
-- anew in another one.
CREATE TABLE identity (id UUID) ENGINE = MergeTree ORDER BY tuple();
INSERT INTO identity SELECT generateUUIDv4();

-- The log in front of the other tables. A write is one row here first, which is
-- there or not; then its parts go to the other tables, and its number to
-- applied. What a crash has left out is put in again from here. Readers see rows
-- whose write is applied.
CREATE TABLE staged (
    number      UInt64,
    digest      FixedString(32),          -- SHA-256 of payload: whose row has the number
    epoch       Int64,                    -- the position of the stream after this write
    seq         UInt64,
    received_us Int64,                    -- 0: none
    payload     String CODEC(ZSTD(1))     -- the batches, as JSON
) ENGINE = MergeTree
ORDER BY number
PARTITION BY intDiv(number, 64)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE applied (number UInt64) ENGINE = ReplacingMergeTree(number)
ORDER BY tuple()
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- The names of the batches stored, so that a retry counts for nothing.
CREATE TABLE batches (
    name        UUID,                     -- of project, environment and id: first 16 bytes of a SHA-256
    received_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested    UInt64 CODEC(Delta, ZSTD(1))
) ENGINE = MergeTree
ORDER BY name
PARTITION BY toYYYYMM(received_at)
SETTINGS index_granularity = 256, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- A gate and a result read one flag; a unit's exposures lie together, so that
-- they are grouped as they are read.
CREATE TABLE exposures (
    project      LowCardinality(String),
    environment  LowCardinality(String),
    flag         LowCardinality(String),
    variant      LowCardinality(String),
    bucketed_by  LowCardinality(String),  -- attribute
    unit         String CODEC(ZSTD(1)),
    unit_id      UInt64,                  -- hash of project, environment, attribute and unit: what queries join on
    rule         LowCardinality(String),  -- empty: the default
    flag_version UInt64 CODEC(T64, LZ4),
    happened_at  DateTime64(6, 'UTC') CODEC(Delta, LZ4),
    attributes   Map(LowCardinality(String), String),
    ingested     UInt64 CODEC(T64, LZ4), -- number of the write
    -- What is new lies in the youngest parts; the others are passed over whole.
    INDEX written ingested TYPE minmax GRANULARITY 1024,
    INDEX happened happened_at TYPE minmax GRANULARITY 1024
) ENGINE = MergeTree
ORDER BY (project, environment, flag, unit_id, happened_at)
PARTITION BY toYYYYMM(happened_at)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- A row for each unit of an event, so that a gate, which looks at one attribute,
-- joins on a plain column. All events of a unit lie together: an answer is brought
-- up to date by reading the units for which something has changed. Names are few,
-- and quickly compared. What every query reads is packed for speed, the rest for
-- size.
CREATE TABLE event_units (
    project     LowCardinality(String),
    environment LowCardinality(String),
    name        LowCardinality(String),
    attribute   LowCardinality(String),   -- of the unit
    unit        String CODEC(ZSTD(1)),
    unit_id     UInt64,                   -- as in exposures
    ordinal     UInt8 CODEC(T64, ZSTD(1)), -- 0 for the first unit: count those to count events
    failed      Bool CODEC(T64, LZ4),
    value       Nullable(Float64),
    happened_at DateTime64(6, 'UTC') CODEC(Delta, LZ4),
    attributes  Map(LowCardinality(String), String), -- beside ordinal 0 only
    flags       Array(LowCardinality(String)), -- that the event names; empty: it counts for all
    ingested    UInt64 CODEC(T64, LZ4),
    INDEX written ingested TYPE minmax GRANULARITY 1024, -- as in exposures
    INDEX happened happened_at TYPE minmax GRANULARITY 1024
) ENGINE = MergeTree
ORDER BY (project, environment, attribute, unit_id, happened_at)
PARTITION BY toYYYYMM(happened_at)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- What was counted for questions that take long, to go on from after a restart.
-- Each row is a copy of what the other tables say, and may be dropped.
CREATE TABLE answers (
    name     FixedString(32),             -- hash of the question
    kept_at  DateTime64(6, 'UTC'),
    question String CODEC(ZSTD(1)),       -- JSON; empty: not asked again by itself
    data     String CODEC(ZSTD(1))        -- JSON
) ENGINE = ReplacingMergeTree(kept_at)
ORDER BY name
TTL toDateTime(kept_at) + INTERVAL 3 DAY;

-- +goose Down
DROP TABLE answers;
DROP TABLE event_units;
DROP TABLE exposures;
DROP TABLE batches;
DROP TABLE applied;
DROP TABLE staged;
DROP TABLE identity;
