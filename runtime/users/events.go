package users

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
)

// An event is written in the transaction of what it tells of, told when that is
// durable, and forgotten when the hook has taken it. A process that dies in
// between tells it when the next one begins: never none, at times twice, with the
// same id.

var (
	insertEvent = prepared("INSERT INTO events (id, kind, object_id, caller_id, record, happened) VALUES (?, ?, ?, ?, ?, ?)")
	forgetEvent = prepared("DELETE FROM events WHERE id = ?")
	oldEvents   = prepared("SELECT seq, id, kind, object_id, caller_id, record FROM events WHERE seq > ? AND happened <= ? ORDER BY seq LIMIT 200")
)

// note writes down what has happened.
func (t *tx) note(e *Event, done effect) error {
	e.Values = nil
	if record, err := parseObject(done.reply.body); err == nil && e.Kind != EventRemove {
		id, _ := find(record, "objectId")
		e.ObjectID, e.Values = id.text, public(record)
	}
	if e.ObjectID == "" {
		e.ObjectID = done.objectID
	}
	e.ID = newGUID()
	return t.exec(insertEvent, e.ID, e.Kind, e.ObjectID, e.CallerID, textOrNull(e.Values), t.now)
}

// tell tells the hook. What it doesn't take is told again by the next sweep.
func (s *Service) tell(ctx context.Context, after func(context.Context, Event) error, e Event) {
	if err := after(context.WithoutCancel(ctx), e); err != nil {
		s.log.Error("an event of a user can't be told yet", "event", e.Kind, "error", err)
		return
	}
	s.told.Lock()
	s.told.ids = append(s.told.ids, e.ID)
	s.told.Unlock()
}

// forgetTold forgets, along with what is being written anyway, the events that
// were told.
func (t *tx) forgetTold() error {
	s := t.service
	s.told.Lock()
	ids := s.told.ids
	s.told.ids = nil
	s.told.Unlock()
	for _, id := range ids {
		if err := t.exec(forgetEvent, id); err != nil {
			return err // with the transaction all of them stay; the next start tells them once more
		}
	}
	return nil
}

// TellAgain tells the hook what happened up to now and was never taken: before
// the last stop, or while the hook couldn't. It returns when that is done.
func (s *Service) TellAgain(ctx context.Context) error {
	if !s.enter() {
		return errClosed
	}
	defer s.callers.Done()
	hook := s.hook.Load()
	if hook == nil || hook.After == nil {
		return nil
	}
	for seq, until := int64(0), s.now(); ; {
		events, last, err := s.untold(ctx, seq, until)
		if err != nil || len(events) == 0 {
			return err
		}
		for _, e := range events {
			s.tell(ctx, hook.After, e)
		}
		seq = last
	}
}

func (s *Service) untold(ctx context.Context, seq, until int64) (events []Event, last int64, err error) {
	rows, err := s.db.reads[oldEvents].QueryContext(ctx, seq, until)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e Event
		var record sql.NullString
		if err := rows.Scan(&last, &e.ID, &e.Kind, &e.ObjectID, &e.CallerID, &record); err != nil {
			return nil, 0, err
		}
		if record.Valid {
			e.Values = json.RawMessage(record.String)
		}
		events = append(events, e)
	}
	return events, last, rows.Err()
}
