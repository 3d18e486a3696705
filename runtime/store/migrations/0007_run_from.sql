-- +goose Up

-- A run may also go on from an effect of another that somebody chose.
CREATE TABLE run_links_wider (
    run    INTEGER PRIMARY KEY REFERENCES runs (seq) ON DELETE CASCADE,
    origin TEXT NOT NULL,
    kind   TEXT NOT NULL CHECK (kind IN ('retry', 'repeat', 'from', 'call', 'failure')),
    depth  INTEGER NOT NULL
) STRICT;

INSERT INTO run_links_wider (run, origin, kind, depth) SELECT run, origin, kind, depth FROM run_links;
DROP TABLE run_links;
ALTER TABLE run_links_wider RENAME TO run_links;
CREATE INDEX run_links_origin ON run_links (origin);
