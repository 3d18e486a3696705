package store

import (
	"context"
	"fmt"
)

// Tidy gives the disk back what deletions have freed, at most pages of 4 KiB,
// so that other writes are not held up for long. Call it now and then.
func (s *Store) Tidy(ctx context.Context, pages int) error {
	return s.write(ctx, func(t *tx) error {
		// Each step frees one page, and only walking to the end frees them all.
		// A pragma takes no parameters.
		return t.query(func(func(...any) error) error { return nil }, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", pages))
	})
}

// LimitPages bounds how many pages of 4 KiB the database may have, though not
// below what it has now. A write that needs more fails with DiskFull.
func (s *Store) LimitPages(ctx context.Context, pages int) error {
	return s.write(ctx, func(t *tx) error {
		return t.query(func(func(...any) error) error { return nil }, fmt.Sprintf("PRAGMA max_page_count(%d)", pages))
	})
}
