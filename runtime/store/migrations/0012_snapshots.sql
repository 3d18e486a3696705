-- +goose Up

-- Where a long run stands, so that it goes on from there and not from its
-- beginning. Entries of its journal up to ordinal led there; of those, pending (a
-- JSON list of places) were asked for and not answered yet. state is sealed.
CREATE TABLE snapshots (
    run     INTEGER PRIMARY KEY REFERENCES runs (seq) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    pending TEXT NOT NULL,
    state   BLOB NOT NULL
) STRICT;
