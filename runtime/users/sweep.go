package users

import (
	"context"
	"errors"
	"time"
)

// sweepInterval is how often expired sessions and old Idempotency-Keys are
// cleared away. It is also how long another process's new settings can take to
// be seen by a service that writes nothing.
const sweepInterval = time.Minute

func (s *Service) sweepLoop() {
	defer close(s.swept)
	ticker := time.NewTicker(sweepInterval)
	defer ticker.Stop()
	for {
		if err := s.sweep(); err != nil && !errors.Is(err, errClosed) {
			s.log.Error("the user service could not clear away what has expired", "error", err)
		}
		select {
		case <-ticker.C:
		case <-s.stop:
			return
		}
		// Not at once: whoever sets a hook says when it may hear of what was before.
		if err := s.TellAgain(context.Background()); err != nil && !errors.Is(err, errClosed) {
			s.log.Error("the user service could not tell what happened to users", "error", err)
		}
	}
}

// sweepBatch bounds how many rows one transaction clears away, and with it how
// long other writes wait for it.
const sweepBatch = 2000

// sweep clears away what has expired. The memory of what was performed is in
// the order of time, so only its beginning is looked at.
func (s *Service) sweep() error {
	for {
		more := false
		err := s.write(context.Background(), func(t *tx) error {
			age := int64(t.settings.IdempotencyDays) * 24 * 60 * 60 * 1000
			sessions, err := t.count(expiredSessions, t.settings.deadline(t.now), sweepBatch)
			if err != nil {
				return err
			}
			performed, err := t.count(forgetPerformed, t.now-age, sweepBatch)
			if err != nil {
				return err
			}
			failures, err := t.count(oldFailures, t.now-failuresKept.Milliseconds(), sweepBatch)
			if err != nil {
				return err
			}
			addresses, err := t.count(oldAddresses, t.now-addressesKept.Milliseconds(), sweepBatch)
			if err != nil {
				return err
			}
			mails, err := t.count(oldMails, t.now-outboxKept.Milliseconds(), sweepBatch)
			if err != nil {
				return err
			}
			tokens, err := t.count(oldMailToken, t.now, sweepBatch)
			more = max(sessions, performed, failures, addresses, mails, tokens) == sweepBatch
			return err
		})
		if err != nil || !more {
			return err
		}
	}
}
