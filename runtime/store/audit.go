package store

import (
	"context"
	"math"
	"time"
)

// An AuditEntry says who did what. It must contain no secret.
type AuditEntry struct {
	At      time.Time // filled in by Audit
	By      string    // "owner", "token: ci", "" if nobody is known
	Action  string    // "flow.publish", "session.refused", …
	Subject string    // what it was done to
	Detail  string
}

// Audit appends to the audit log. Entries are never changed.
func (s *Store) Audit(ctx context.Context, e AuditEntry) error {
	return s.write(ctx, func(t *tx) error {
		return t.do(`INSERT INTO audit (at, by, action, subject, detail) VALUES (?, ?, ?, ?, ?)`,
			stamp(s.now()), e.By, e.Action, e.Subject, e.Detail)
	})
}

// AuditLog returns the newest limit entries, the newest first.
func (s *Store) AuditLog(ctx context.Context, limit int) ([]AuditEntry, error) {
	entries, _, err := s.AuditPage(ctx, 0, limit)
	return entries, err
}

// AuditPage returns limit entries, the newest first, that are older than a place
// in the log, or the newest for 0; next is the place for the page after it, or 0
// if there is none.
func (s *Store) AuditPage(ctx context.Context, before int64, limit int) (entries []AuditEntry, next int64, err error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	err = s.read(ctx, func(q querier) error {
		entries, next = nil, 0
		last := int64(0)
		return q.query(func(scan func(...any) error) error {
			if len(entries) == limit { // one more than asked for: there is a next page
				next = last
				return nil
			}
			var e AuditEntry
			var at int64
			if err := scan(&last, &at, &e.By, &e.Action, &e.Subject, &e.Detail); err != nil {
				return err
			}
			e.At = fromStamp(at)
			entries = append(entries, e)
			return nil
		}, `SELECT id, at, by, action, subject, detail FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?`, before, limit+1)
	})
	return entries, next, err
}
