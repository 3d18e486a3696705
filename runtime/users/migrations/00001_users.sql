-- +goose Up

-- A user's own properties are one JSON object, so that a number keeps the
-- digits it was sent with, a new property costs no ALTER TABLE over a million
-- rows, and a record is read and written as a whole. A property that has to be
-- searched fast gets an index on json_extract, or a virtual column, when that
-- need comes.
CREATE TABLE users (
	id            INTEGER PRIMARY KEY,
	object_id     TEXT NOT NULL UNIQUE,
	identity      TEXT UNIQUE,          -- folded for comparison; the properties hold it as it was written
	password_hash TEXT,
	status        TEXT NOT NULL,
	owner_id      TEXT,
	locale        TEXT NOT NULL,
	created       INTEGER NOT NULL,     -- this and all times: milliseconds since 1970
	updated       INTEGER,
	last_login    INTEGER,
	properties    TEXT NOT NULL
) STRICT;
CREATE INDEX users_created ON users (created);

CREATE TABLE sessions (
	token_hash BLOB PRIMARY KEY,        -- SHA-256 of the token, which is kept nowhere
	user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	created    INTEGER NOT NULL,
	last_used  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions (user_id, created);
CREATE INDEX sessions_last_used ON sessions (last_used);

-- Names that differ only in capitals would be one name to most clients.
CREATE TABLE columns (
	position INTEGER PRIMARY KEY,
	name     TEXT NOT NULL UNIQUE COLLATE NOCASE,
	type     TEXT NOT NULL,
	required INTEGER NOT NULL DEFAULT 0,
	identity INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO columns (name, type, required, identity) VALUES
	('email', 'STRING', 1, 1),
	('name', 'STRING', 0, 0);

CREATE TABLE settings (
	name  TEXT PRIMARY KEY,
	value TEXT NOT NULL                 -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE credentials (
	name  TEXT PRIMARY KEY,             -- APP, REST, JS or BL
	value TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

-- What was performed under an Idempotency-Key, in the transaction that
-- performed it.
CREATE TABLE performed (
	seq       INTEGER PRIMARY KEY AUTOINCREMENT,
	key       TEXT NOT NULL UNIQUE,
	secret    BLOB NOT NULL,            -- names the secret that made the next two
	digest    BLOB NOT NULL,
	response  BLOB,                     -- sealed; NULL: the response is "after"
	status    INTEGER NOT NULL,
	performed INTEGER NOT NULL,
	object_id TEXT,
	before    TEXT,                     -- the user record, never with a password or token
	after     TEXT
) STRICT;

-- +goose Down
DROP TABLE performed;
DROP TABLE credentials;
DROP TABLE settings;
DROP TABLE columns;
DROP TABLE sessions;
DROP TABLE users;
