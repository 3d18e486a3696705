-- +goose Up

-- Where a run came from, if from another: what it retries or repeats, the run
-- that called it, the run whose failure it handles. depth counts calls of flows
-- by flows.
CREATE TABLE run_links (
    run    INTEGER PRIMARY KEY REFERENCES runs (seq) ON DELETE CASCADE,
    origin TEXT NOT NULL,
    kind   TEXT NOT NULL CHECK (kind IN ('retry', 'repeat', 'call', 'failure')),
    depth  INTEGER NOT NULL
) STRICT;

CREATE INDEX run_links_origin ON run_links (origin);

-- Failed runs that nobody has dealt with: not retried, not put aside.
CREATE TABLE dead_letters (
    run  INTEGER PRIMARY KEY REFERENCES runs (seq) ON DELETE CASCADE,
    flow TEXT NOT NULL,
    at   INTEGER NOT NULL
) STRICT;

CREATE INDEX dead_letters_flow ON dead_letters (flow);

-- Events that came with a key of their own: one run each, however often they come.
CREATE TABLE event_keys (
    scope TEXT NOT NULL,
    key   BLOB NOT NULL,
    run   INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_keys_run ON event_keys (run);

CREATE INDEX runs_ended ON runs (ended) WHERE ended IS NOT NULL;
CREATE INDEX runs_draft_document ON runs (document) WHERE version = 0;

-- When the schedules of the version each flow has published fall due next. NULL:
-- never again.
CREATE TABLE schedules (
    flow    TEXT NOT NULL REFERENCES flows (name),
    block   TEXT NOT NULL,
    version INTEGER NOT NULL,
    spec    TEXT NOT NULL,
    next    INTEGER,
    PRIMARY KEY (flow, block)
) STRICT, WITHOUT ROWID;

CREATE INDEX schedules_next ON schedules (next) WHERE next IS NOT NULL;

-- value is sealed.
CREATE TABLE secrets (
    name    TEXT PRIMARY KEY,
    value   BLOB NOT NULL,
    updated INTEGER NOT NULL,
    by      TEXT NOT NULL
) STRICT;
