-- +goose Up

-- What lists are ordered by, as a JSON list; the flow file has it too.
ALTER TABLE flows ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
