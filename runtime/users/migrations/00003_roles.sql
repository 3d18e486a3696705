-- +goose Up
CREATE TABLE roles (
	id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE COLLATE NOCASE
) STRICT;

CREATE TABLE user_roles (
	role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	PRIMARY KEY (role_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_roles_of_user ON user_roles (user_id);

-- +goose Down
DROP TABLE user_roles;
DROP TABLE roles;
