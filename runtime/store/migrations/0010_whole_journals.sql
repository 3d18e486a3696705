-- +goose Up

-- The journal of a run that was written with its end in one go stands in the run's
-- own row, sealed whole: one row a run instead of one more for each effect. Such a
-- run has no rows in the table journal.
ALTER TABLE runs ADD COLUMN journal BLOB;
