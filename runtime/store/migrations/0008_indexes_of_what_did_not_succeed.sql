-- +goose Up

-- Most runs succeed, and a list of those is a walk along all of them; so only the
-- others are worth two more rows. A query uses these indexes if it says of a status
-- that it is not 'succeeded'.
DROP INDEX runs_status;
DROP INDEX runs_flow_status;
CREATE INDEX runs_status ON runs (status) WHERE status <> 'succeeded';
CREATE INDEX runs_flow_status ON runs (flow, status) WHERE status <> 'succeeded';
