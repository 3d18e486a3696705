-- +goose Up

-- What happened to users and has not been told yet, written together with what
-- happened. The id never comes again, not even in a database that was restored.
CREATE TABLE events (
	seq       INTEGER PRIMARY KEY,
	id        TEXT NOT NULL UNIQUE,
	kind      TEXT NOT NULL,
	object_id TEXT NOT NULL,
	caller_id TEXT NOT NULL,
	record    TEXT,                  -- the user's record after it, without password and token
	happened  INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE events;
