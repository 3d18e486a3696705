-- +goose Up
CREATE TABLE outbox (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	kind      TEXT NOT NULL,            -- restore or confirm
	recipient TEXT NOT NULL,
	mail      BLOB,                     -- sealed: it has a link that opens an account; NULL once it is sent
	created   INTEGER NOT NULL,
	sent      INTEGER,
	tries     INTEGER NOT NULL DEFAULT 0,
	next_try  INTEGER NOT NULL,
	fault     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX outbox_waiting ON outbox (next_try) WHERE sent IS NULL;
CREATE INDEX outbox_created ON outbox (created);

CREATE TABLE mail_tokens (
	token_hash BLOB PRIMARY KEY,
	user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	kind       TEXT NOT NULL,
	created    INTEGER NOT NULL,
	expires    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_tokens_of_user ON mail_tokens (user_id, kind);
CREATE INDEX mail_tokens_expires ON mail_tokens (expires);

-- +goose Down
DROP TABLE mail_tokens;
DROP TABLE outbox;
