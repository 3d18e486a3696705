-- +goose Up

-- Files that flows and apps keep beside their records.
CREATE TABLE files (
	id       INTEGER PRIMARY KEY,
	path     TEXT NOT NULL UNIQUE,  -- "reports/2026/may.txt"
	owner_id TEXT,
	created  INTEGER NOT NULL,
	updated  INTEGER,
	content  BLOB NOT NULL
) STRICT;

-- +goose Down
DROP TABLE files;
