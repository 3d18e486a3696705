-- +goose Up

-- Every index costs each run a write. The oldest runs are found by their ids,
-- which begin with the time.
DROP INDEX runs_ended;
