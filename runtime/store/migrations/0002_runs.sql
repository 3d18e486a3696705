-- +goose Up

-- seq is the order in which runs came in. Every index of this table ends in it,
-- so that each list, newest first, is one walk along an index, and the rows that
-- belong to a run say which in a few bytes. What may be long stands last: a list
-- never reads it. input, error, result and log are sealed.
CREATE TABLE runs (
    seq         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    flow        TEXT NOT NULL,
    version     INTEGER NOT NULL,
    document    INTEGER NOT NULL REFERENCES documents (id),
    entry       TEXT NOT NULL,
    trigger     TEXT NOT NULL,
    seed        INTEGER NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
    started     INTEGER NOT NULL,
    ended       INTEGER,
    effects     INTEGER NOT NULL DEFAULT 0,
    steps       INTEGER NOT NULL DEFAULT 0,
    duration    INTEGER NOT NULL DEFAULT 0,
    wait_until  INTEGER,
    wait_event  TEXT,
    error       BLOB,
    input       BLOB,
    result      BLOB,
    log         BLOB
) STRICT;

CREATE INDEX runs_status ON runs (status);
CREATE INDEX runs_flow_status ON runs (flow, status);
CREATE INDEX runs_flow ON runs (flow);
CREATE INDEX runs_due ON runs (wait_until) WHERE wait_until IS NOT NULL;
CREATE INDEX runs_awaiting ON runs (wait_event) WHERE wait_event IS NOT NULL;

-- One row an effect: the intent is the row, the outcome is its last column. A
-- row without outcome is an effect that was begun and of which nothing is known.
-- args, attempts and outcome are sealed.
CREATE TABLE journal (
    ordinal  INTEGER PRIMARY KEY,
    run      INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
    place    TEXT NOT NULL,
    block    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    digest   TEXT NOT NULL,
    intended INTEGER NOT NULL,
    recorded INTEGER,
    attempts BLOB,
    args     BLOB,
    outcome  BLOB,
    UNIQUE (run, place)
) STRICT;
