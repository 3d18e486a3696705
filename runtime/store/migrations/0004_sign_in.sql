-- +goose Up

-- Nothing here lets its reader in: passwords are argon2id, everything else that
-- opens a door is kept as its SHA-256.
CREATE TABLE people (
    name     TEXT PRIMARY KEY,
    role     TEXT NOT NULL,
    password TEXT NOT NULL,
    created  INTEGER NOT NULL
) STRICT;

CREATE TABLE setup_links (
    hash    BLOB PRIMARY KEY,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    hash    BLOB PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (name) ON DELETE CASCADE,
    created INTEGER NOT NULL,
    seen    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_seen ON sessions (seen);

CREATE TABLE tokens (
    id      TEXT PRIMARY KEY,
    hash    BLOB NOT NULL UNIQUE,
    name    TEXT NOT NULL,
    role    TEXT NOT NULL,
    by      TEXT NOT NULL,
    created INTEGER NOT NULL,
    used    INTEGER
) STRICT;
