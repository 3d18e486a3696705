-- +goose Up

CREATE TABLE settings (
    key    TEXT PRIMARY KEY,
    sealed INTEGER NOT NULL,
    value  BLOB NOT NULL
) STRICT;

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    by      TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL
) STRICT;
