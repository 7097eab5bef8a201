-- +goose Up

-- The number of the write that brought a row, counted beside the position: what
-- is new since a number is read alone. Those before this change have 0.
ALTER TABLE stream_position ADD COLUMN number UBIGINT DEFAULT 0;
ALTER TABLE exposures ADD COLUMN ingested UBIGINT DEFAULT 0;
ALTER TABLE event_units ADD COLUMN ingested UBIGINT DEFAULT 0;

-- +goose Down
ALTER TABLE event_units DROP COLUMN ingested;
ALTER TABLE exposures DROP COLUMN ingested;
ALTER TABLE stream_position DROP COLUMN number;
