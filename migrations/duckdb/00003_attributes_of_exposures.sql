-- +goose Up

-- What results can be broken down by, such as country and plan.
ALTER TABLE exposures ADD COLUMN attributes MAP(VARCHAR, VARCHAR);

-- +goose Down
ALTER TABLE exposures DROP COLUMN attributes;
