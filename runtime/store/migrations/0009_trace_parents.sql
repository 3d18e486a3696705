-- +goose Up

-- The trace that an event came with, so that its run stays in it wherever it goes on.
CREATE TABLE trace_parents (
    run    INTEGER PRIMARY KEY REFERENCES runs (seq) ON DELETE CASCADE,
    parent TEXT NOT NULL
) STRICT;

-- +goose Down
DROP TABLE trace_parents;
