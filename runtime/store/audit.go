package store

import (
	"context"
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
	var entries []AuditEntry
	err := s.read(ctx, func(q querier) error {
		entries = nil
		return q.query(func(scan func(...any) error) error {
			var e AuditEntry
			var at int64
			if err := scan(&at, &e.By, &e.Action, &e.Subject, &e.Detail); err != nil {
				return err
			}
			e.At = fromStamp(at)
			entries = append(entries, e)
			return nil
		}, `SELECT at, by, action, subject, detail FROM audit ORDER BY id DESC LIMIT ?`, limit)
	})
	return entries, err
}
