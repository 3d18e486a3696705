package users

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// A Mail is a message to one person, in plain text.
type Mail struct {
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

// A Mailer hands mails on. It is called from one goroutine, with a context that
// ends after half a minute or when the service closes. A mail whose Send gave
// an error is tried again later, so one that was sent after all comes twice.
type Mailer interface {
	Send(context.Context, Mail) error
}

// Mails are written into the outbox by the transaction that makes what they
// tell of. With a mailer they are sent from there; without one they stay and
// an editor reads them there, so that everything works on a laptop.
const (
	maxTries   = 12
	firstRetry = time.Minute
	lastRetry  = 6 * time.Hour
	sendTime   = 30 * time.Second
	outboxKept = 7 * 24 * time.Hour
	mailRounds = 20 * time.Second
)

var (
	insertMail   = prepared("INSERT INTO outbox (kind, recipient, mail, created, next_try) VALUES (?, ?, ?, ?, ?)")
	waitingMail  = prepared("SELECT id, mail, tries FROM outbox WHERE sent IS NULL AND next_try <= ? AND tries < ? ORDER BY next_try LIMIT 1")
	mailSent     = prepared("UPDATE outbox SET sent = ?, mail = NULL, fault = '' WHERE id = ?")
	mailFailed   = prepared("UPDATE outbox SET tries = tries + 1, next_try = ?, fault = ? WHERE id = ?")
	readOutbox   = prepared("SELECT id, kind, recipient, mail, created, sent, tries, fault FROM outbox ORDER BY id DESC LIMIT ?")
	oldMails     = prepared("DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE created <= ? ORDER BY created LIMIT ?)")
	oldMailToken = prepared("DELETE FROM mail_tokens WHERE token_hash IN (SELECT token_hash FROM mail_tokens WHERE expires <= ? LIMIT ?)")
)

// An OutboxMail is a mail in the outbox. Times are milliseconds since 1970.
type OutboxMail struct {
	ID      int64  `json:"id"`
	Kind    string `json:"kind"` // restore or confirm
	To      string `json:"to"`
	Subject string `json:"subject"` // these two are empty once the mail is sent
	Text    string `json:"text"`
	Created int64  `json:"created"`
	Sent    *int64 `json:"sent"`  // nil: not yet
	Tries   int    `json:"tries"` // that failed
	Fault   string `json:"fault"` // of the last one
}

// Outbox returns the newest mails, at most 500, newest first. They are kept for
// a week. What they say opens accounts: show it to editors only.
func (s *Service) Outbox(ctx context.Context, limit int) ([]OutboxMail, error) {
	if !s.enter() {
		return nil, errClosed
	}
	defer s.callers.Done()
	rows, err := s.db.reads[readOutbox].QueryContext(ctx, max(0, min(limit, 500)))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // an error is in rows.Err already
	all := []OutboxMail{}
	for rows.Next() {
		var m OutboxMail
		var sealed []byte
		if err := rows.Scan(&m.ID, &m.Kind, &m.To, &sealed, &m.Created, &m.Sent, &m.Tries, &m.Fault); err != nil {
			return nil, err
		}
		if sealed != nil {
			mail, err := s.openMail(sealed)
			if err != nil {
				m.Fault = err.Error()
			}
			m.Subject, m.Text = mail.Subject, mail.Text
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

const mailSeal = "mail" // binds what is sealed to its use

func (s *Service) openMail(sealed []byte) (mail Mail, err error) {
	text, err := s.keys.sealer.Open(nil, nil, sealed, []byte(mailSeal))
	if err != nil {
		return mail, errors.New("the mail was written before the service's key was changed or lost, and can't be read")
	}
	return mail, json.Unmarshal(text, &mail)
}

// post puts a mail into the outbox.
func (t *tx) post(kind string, mail Mail) error {
	text, err := json.Marshal(mail)
	if err != nil {
		return err
	}
	sealed := t.service.keys.sealer.Seal(nil, nil, text, []byte(mailSeal))
	t.posted = true
	return t.exec(insertMail, kind, mail.To, sealed, t.now, t.now)
}

func (s *Service) wakePostman() {
	select {
	case s.posted <- struct{}{}:
	default:
	}
}

// postLoop sends what is in the outbox.
func (s *Service) postLoop() {
	defer close(s.postman)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-s.stop
		cancel()
	}()
	ticker := time.NewTicker(mailRounds)
	defer ticker.Stop()
	for {
		if err := s.sendWaiting(ctx); err != nil && !errors.Is(err, errClosed) && ctx.Err() == nil {
			s.log.Error("the user service could not look after its outbox", "error", err)
		}
		select {
		case <-ticker.C:
		case <-s.posted:
		case <-s.stop:
			return
		}
	}
}

// sendWaiting tries each mail whose time has come once.
func (s *Service) sendWaiting(ctx context.Context) error {
	if !s.enter() {
		return errClosed
	}
	defer s.callers.Done()
	mailer, err := s.mailer(ctx)
	if mailer == nil || err != nil {
		return err
	}
	for ctx.Err() == nil {
		var id int64
		var sealed []byte
		var tries int
		err := s.db.reads[waitingMail].QueryRowContext(ctx, s.now(), maxTries).Scan(&id, &sealed, &tries)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		mail, err := s.openMail(sealed)
		if err == nil {
			err = sendOne(ctx, mailer, mail)
		}
		if err := s.settle(id, tries, err); err != nil {
			return err
		}
	}
	return nil
}

func sendOne(ctx context.Context, mailer Mailer, mail Mail) (err error) {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the mailer panicked: %v", p)
		}
	}()
	return mailer.Send(ctx, mail)
}

// settle writes down what became of a try.
func (s *Service) settle(id int64, tries int, fault error) error {
	return s.writeInside(context.Background(), func(t *tx) error {
		if fault == nil {
			return t.exec(mailSent, t.now, id)
		}
		wait := min(firstRetry<<tries, lastRetry)
		return t.exec(mailFailed, t.now+wait.Milliseconds(), cut(fault.Error(), 300), id)
	})
}
