-- +goose Up

-- The flags that an event names, in every row of it; null: the event counts
-- for all flags. A column that is null throughout takes no space and no time.
ALTER TABLE event_units ADD COLUMN flags VARCHAR[];

-- +goose Down
ALTER TABLE event_units DROP COLUMN flags;
