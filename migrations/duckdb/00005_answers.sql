-- +goose Up

-- What was counted for questions that take long, to go on from after a restart.
-- Each row is a copy of what the other tables say, and may be dropped.
CREATE TABLE answers (
    name     VARCHAR   NOT NULL, -- hash of the question
    kept_at  TIMESTAMP NOT NULL,
    question VARCHAR   NOT NULL, -- JSON; empty: not asked again by itself
    data     VARCHAR   NOT NULL, -- JSON
    CONSTRAINT answer_is_kept_once PRIMARY KEY (name)
);

-- +goose Down
DROP TABLE answers;
