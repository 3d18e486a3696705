-- +goose Up

-- Flow files that something must be able to run again: published versions and
-- the drafts that were run. Each is kept once, under the SHA-256 of its bytes.
CREATE TABLE documents (
    id   INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    file BLOB NOT NULL
) STRICT;

-- A deleted flow keeps its row: its runs and versions still speak of it, and a
-- flow of the same name goes on counting where it stopped.
CREATE TABLE flows (
    name        TEXT PRIMARY KEY,
    title       TEXT NOT NULL,
    description TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    problems    INTEGER NOT NULL,
    published   INTEGER,
    created     INTEGER NOT NULL,
    updated     INTEGER NOT NULL,
    updated_by  TEXT NOT NULL,
    deleted     INTEGER,
    draft       BLOB NOT NULL
) STRICT;

CREATE TABLE versions (
    flow     TEXT NOT NULL REFERENCES flows (name),
    version  INTEGER NOT NULL,
    document INTEGER NOT NULL REFERENCES documents (id),
    at       INTEGER NOT NULL,
    by       TEXT NOT NULL,
    note     TEXT NOT NULL,
    PRIMARY KEY (flow, version)
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER versions_never_change BEFORE UPDATE ON versions
BEGIN
    SELECT RAISE(ABORT, 'a published version never changes');
END;
-- +goose StatementEnd

-- The routes of the version each flow has published now.
CREATE TABLE hooks (
    method  TEXT NOT NULL,
    path    TEXT NOT NULL,
    flow    TEXT NOT NULL REFERENCES flows (name),
    version INTEGER NOT NULL,
    block   TEXT NOT NULL,
    PRIMARY KEY (method, path)
) STRICT, WITHOUT ROWID;

CREATE INDEX hooks_flow ON hooks (flow);
