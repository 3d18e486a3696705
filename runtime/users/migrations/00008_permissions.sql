-- +goose Up

-- Who may do what beyond the policy: for one record, a table or all tables, by a
-- user or a role.
CREATE TABLE permissions (
	id        INTEGER PRIMARY KEY,
	operation TEXT NOT NULL,                                          -- create, find, update or remove
	table_id  INTEGER REFERENCES tables (id) ON DELETE CASCADE,       -- NULL: all tables
	object_id TEXT,                                                   -- NULL: all records
	user_id   TEXT,                                                   -- an objectId, or * for all users
	role      TEXT COLLATE NOCASE,                                    -- or a role, or * for all roles
	granted   INTEGER NOT NULL,
	CHECK ((user_id IS NULL) <> (role IS NULL)),
	CHECK (table_id IS NOT NULL OR object_id IS NULL)
) STRICT;
CREATE UNIQUE INDEX permissions_once ON permissions
	(operation, coalesce(table_id, 0), coalesce(object_id, ''), coalesce(user_id, ''), coalesce(role, ''));
CREATE INDEX permissions_of ON permissions (operation, table_id, object_id);

-- +goose Down
DROP TABLE permissions;
