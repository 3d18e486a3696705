package store

import (
	"context"
	"fmt"
	"time"
)

// PruneOlder deletes up to limit runs that were begun and ended before a time, the
// oldest first, with their journals, and returns how many. Each call is one short write,
// so that pruning much holds nothing up: call it until it returns 0.
func (s *Store) PruneOlder(ctx context.Context, before time.Time, limit int) (int, error) {
	return s.prune(ctx, `SELECT seq FROM runs WHERE id < ? AND ended < ? ORDER BY id LIMIT ?`, begunBefore(before), stamp(before), limit)
}

// begunBefore is greater than the ids of all runs that were begun before a time:
// an id begins with 48 bits of Unix milliseconds.
func begunBefore(t time.Time) string {
	hex := fmt.Sprintf("%012x", max(stamp(t), 0))
	return hex[:8] + "-" + hex[8:]
}

// PruneFlowOlder is PruneOlder for one flow.
func (s *Store) PruneFlowOlder(ctx context.Context, flow string, before time.Time, limit int) (int, error) {
	return s.prune(ctx, `
		SELECT seq FROM runs WHERE flow = ? AND ended < ?
		   AND seq <= (SELECT seq FROM runs WHERE id < ? ORDER BY id DESC LIMIT 1)
		 ORDER BY seq LIMIT ?`, flow, stamp(before), begunBefore(before), limit)
}

// PruneBeyond deletes up to limit runs of a flow that have ended and are not
// among its newest keep, and returns how many.
func (s *Store) PruneBeyond(ctx context.Context, flow string, keep, limit int) (int, error) {
	return s.prune(ctx, `
		SELECT seq FROM runs WHERE flow = ?1 AND ended IS NOT NULL
		   AND seq <= (SELECT seq FROM runs WHERE flow = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)
		 ORDER BY seq LIMIT ?3`, flow, keep, limit)
}

func (s *Store) prune(ctx context.Context, which string, args ...any) (n int, err error) {
	err = s.write(ctx, func(t *tx) error {
		n = 0
		drafts := map[int64]bool{}
		err := t.query(func(scan func(...any) error) error {
			var document int64
			var version int
			if err := scan(&document, &version); err != nil {
				return err
			}
			n++
			if version == 0 {
				drafts[document] = true
			}
			return nil
		}, `DELETE FROM runs WHERE seq IN (`+which+`) RETURNING document, version`, args...)
		if err != nil {
			return err
		}
		// A draft that was run is kept for its runs only.
		for document := range drafts {
			if err := t.do(`DELETE FROM documents WHERE id = ?1
				AND NOT EXISTS (SELECT 1 FROM runs WHERE document = ?1 AND version = 0)
				AND NOT EXISTS (SELECT 1 FROM versions WHERE document = ?1)`, document); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// DeleteRun deletes a run that has ended. Errors: *NotFoundError, *StateError.
func (s *Store) DeleteRun(ctx context.Context, run string) error {
	n, err := s.prune(ctx, `SELECT seq FROM runs WHERE id = ? AND ended IS NOT NULL`, run)
	if err == nil && n == 0 {
		return s.write(ctx, func(t *tx) error { return stateError(t, run, "Only a run that has ended can be deleted.") })
	}
	return err
}

// Counts returns how many runs there are of each status that isn't an end, and
// how many dead letters.
func (s *Store) Counts(ctx context.Context) (queued, running, waiting, dead int, err error) {
	err = s.read(ctx, func(q querier) error {
		_, err := row(q, []any{&queued, &running, &waiting, &dead}, `SELECT
			(SELECT count(*) FROM runs WHERE status = 'queued' AND status <> 'succeeded'), (SELECT count(*) FROM runs WHERE status = 'running' AND status <> 'succeeded'),
			(SELECT count(*) FROM runs WHERE status = 'waiting' AND status <> 'succeeded'), (SELECT count(*) FROM dead_letters)`)
		return err
	})
	return queued, running, waiting, dead, err
}
