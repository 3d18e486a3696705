-- +goose Up

-- Failed logins in a row. account and address are keyed digests: people type
-- passwords into the wrong field, and who logs in from where is nobody's
-- business. An empty address counts for all that never logged in to the account.
CREATE TABLE login_failures (
	account      BLOB NOT NULL,
	address      BLOB NOT NULL,
	failures     INTEGER NOT NULL,
	last         INTEGER NOT NULL,
	locked_until INTEGER NOT NULL,
	PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX login_failures_last ON login_failures (last);

CREATE TABLE known_addresses (
	account BLOB NOT NULL,
	address BLOB NOT NULL,
	last    INTEGER NOT NULL,
	PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_addresses_last ON known_addresses (last);

-- +goose Down
DROP TABLE known_addresses;
DROP TABLE login_failures;
