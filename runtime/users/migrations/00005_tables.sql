-- +goose Up

-- Tables of one's own. Users is the first of them: its columns are kept like
-- any other's, its records have a table to themselves for what only users have.
CREATE TABLE tables (
	id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE COLLATE NOCASE
) STRICT;
INSERT INTO tables (id, name) VALUES (1, 'Users');

CREATE TABLE columns_of_tables (
	position INTEGER PRIMARY KEY,
	table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
	name     TEXT NOT NULL COLLATE NOCASE,
	type     TEXT NOT NULL,
	required INTEGER NOT NULL DEFAULT 0,
	identity INTEGER NOT NULL DEFAULT 0,
	UNIQUE (table_id, name)
) STRICT;
INSERT INTO columns_of_tables (position, table_id, name, type, required, identity)
	SELECT position, 1, name, type, required, identity FROM columns;
DROP TABLE columns;
ALTER TABLE columns_of_tables RENAME TO columns;

CREATE TABLE records (
	id         INTEGER PRIMARY KEY,
	table_id   INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
	object_id  TEXT NOT NULL,
	owner_id   TEXT,
	created    INTEGER NOT NULL,
	updated    INTEGER,
	properties TEXT NOT NULL,           -- a JSON object, as in users
	UNIQUE (table_id, object_id)
) STRICT;
CREATE INDEX records_created ON records (table_id, created);
CREATE INDEX records_of_owner ON records (table_id, owner_id, created);

-- +goose Down
DROP TABLE records;
CREATE TABLE columns_of_users (
	position INTEGER PRIMARY KEY,
	name     TEXT NOT NULL UNIQUE COLLATE NOCASE,
	type     TEXT NOT NULL,
	required INTEGER NOT NULL DEFAULT 0,
	identity INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO columns_of_users SELECT position, name, type, required, identity FROM columns WHERE table_id = 1;
DROP TABLE columns;
ALTER TABLE columns_of_users RENAME TO columns;
DROP TABLE tables;
