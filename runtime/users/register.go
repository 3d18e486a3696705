package users

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// register serves POST users/register. It does not log in.
func (c *call) register() (reply, error) {
	if err := c.mayRegister(); err != nil {
		return reply{}, err
	}
	if c.object == nil {
		return reply{}, refuse(codeArgument, "The body must be an object with the user's properties.")
	}
	guest, err := c.guestToConvert()
	if err != nil {
		return reply{}, err
	}
	applicant, err := c.service.applicant(c.ctx, c.object)
	if err != nil {
		return reply{}, err
	}
	base := c.publicBase()
	return c.perform(func(t *tx) (effect, error) {
		status := statusEnabled
		if t.settings.EmailConfirmationRequired && !c.admin {
			status = statusPending
		}
		var made *record
		var before []byte
		var err error
		if guest == "" {
			made, err = t.make(applicant, "", status)
		} else {
			made, before, err = t.convert(guest, applicant, status)
		}
		if err != nil {
			return effect{}, err
		}
		if status == statusPending {
			if err := t.confirmation(base, made); err != nil {
				return effect{}, err
			}
		}
		text, err := made.json(t.schema, nil, "")
		return effect{reply: reply{status: http.StatusOK, body: text}, objectID: made.objectID, before: before, after: text}, err
	})
}

// An applicant is a user to be made, with the password hashed already.
type applicant struct {
	changes
	identity     string // folded
	passwordHash string
	passwordless bool // imported: who has no password restores it by mail
}

// applicant checks all that can be checked before the slow hash. create checks
// it again, since the schema may be another by then.
func (s *Service) applicant(ctx context.Context, body []property) (*applicant, error) {
	sent, err := registering.sort(body)
	if err != nil {
		return nil, err
	}
	a := &applicant{changes: sent}
	schema, settings := s.schema.Load(), s.settings.Load()
	if a.identity, _, _, err = a.check(schema, settings); err != nil {
		return nil, err
	}
	_, err = scanRecord(s.db.reads[recordByIdentity].QueryRowContext(ctx, a.identity))
	if err == nil {
		return nil, a.exists(schema)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	a.passwordHash, err = s.hasher.hash(ctx, *a.password)
	return a, err
}

// check looks at the password before the identity, as clients expect.
func (a *applicant) check(sc *schema, settings *Settings) (identity string, own []property, fresh []Column, err error) {
	if !a.passwordless && (a.password == nil || *a.password == "") {
		return "", nil, nil, refuse(codeNoPassword, "The user needs a password.")
	}
	p, ok := find(a.own, sc.identity)
	if !ok || p.kind == 'n' || p.kind == 's' && p.text == "" {
		return "", nil, nil, refuse(codeNoIdentity, "The user needs the property %s, to log in with.", sc.identity)
	}
	if own, fresh, err = registering.fit(sc, settings, a.own); err != nil {
		return "", nil, nil, err
	}
	for _, column := range sc.columns {
		if _, sent := find(a.own, column.Name); column.Required && !sent {
			return "", nil, nil, refuse(codeMissing, "The property %s is required. Give it a value.", column.Name)
		}
	}
	return foldIdentity(p.text), own, fresh, nil
}

func (a *applicant) exists(sc *schema) *Error {
	return refuse(codeIdentityExists, "There is a user with this %s already.", sc.identity)
}

// create makes the user, and the columns that its properties need.
func (t *tx) create(a *applicant) (*record, error) { return t.make(a, newGUID(), statusEnabled) }

// make is create with an id of the caller's; "" stands for a new one.
func (t *tx) make(a *applicant, objectID, status string) (*record, error) {
	if objectID == "" {
		objectID = newGUID()
	}
	identity, own, err := t.admitApplicant(a)
	if err != nil {
		return nil, err
	}
	properties, err := merge([]byte("{}"), own)
	if err != nil {
		return nil, err
	}
	locale := a.locale
	if locale == "" {
		locale = "en"
	}
	hash := sql.NullString{String: a.passwordHash, Valid: a.passwordHash != ""}
	if err := t.exec(insertRecord, objectID, identity, hash, status, objectID,
		locale, t.now, string(properties)); err != nil {
		return nil, err
	}
	made, err := scanRecord(t.row(recordByObjectID, objectID))
	return &made, err
}

// admitApplicant checks what can be checked only now, and makes the columns.
func (t *tx) admitApplicant(a *applicant) (identity string, own []property, err error) {
	identity, own, fresh, err := a.check(t.schema, &t.settings)
	if err != nil {
		return "", nil, err
	}
	taken, err := t.identityTaken(identity, 0)
	if err != nil {
		return "", nil, err
	}
	if taken {
		return "", nil, a.exists(t.schema)
	}
	for _, column := range fresh {
		if err := t.saveColumn(column); err != nil {
			return "", nil, err
		}
	}
	return identity, own, nil
}

func (t *tx) identityTaken(identity string, by int64) (bool, error) {
	var taken bool
	err := t.row(otherByIdentity, identity, by).Scan(&taken)
	return taken, err
}

// Create makes a user from a JSON object of its properties, the plain password
// among them, and returns the record. Registration may be switched off; apart
// from that it is what POST users/register does, with the same refusals
// (*Error).
func (s *Service) Create(ctx context.Context, user json.RawMessage) (json.RawMessage, error) {
	body, err := parseObject(user)
	if err != nil {
		return nil, refuse(codeRegisterFailed, "The user can't be used: %s.", err)
	}
	if !s.enter() {
		return nil, errClosed
	}
	defer s.callers.Done()
	a, err := s.applicant(ctx, body)
	if err != nil {
		return nil, err
	}
	var text []byte
	err = s.write(ctx, func(t *tx) error {
		made, err := t.create(a)
		if err == nil {
			text, err = made.json(t.schema, nil, "")
		}
		return err
	})
	return text, err
}

// Seed makes the users of a JSON list of objects, each with its plain password.
// A user whose identity is there already is left alone, so seeding twice is
// seeding once. If one of them can't be made, none is.
func (s *Service) Seed(ctx context.Context, from io.Reader) error {
	var list []json.RawMessage
	if err := json.NewDecoder(from).Decode(&list); err != nil {
		return fmt.Errorf("the users must be a JSON list of objects: %w", err)
	}
	var fresh []*applicant
	for i, user := range list {
		body, err := parseObject(user)
		if err != nil {
			return fmt.Errorf("user %d of the list can't be used: %w", i+1, err)
		}
		a, err := s.applicant(ctx, body)
		if isCode(err, codeIdentityExists) {
			continue
		}
		if err != nil {
			return fmt.Errorf("user %d of the list can't be made: %w", i+1, err)
		}
		fresh = append(fresh, a)
	}
	if len(fresh) == 0 {
		return nil
	}
	return s.write(ctx, func(t *tx) error {
		for _, a := range fresh {
			if _, err := t.create(a); err != nil && !isCode(err, codeIdentityExists) {
				return err
			}
		}
		return nil
	})
}

func isCode(err error, code int) bool {
	var refusal *Error
	return errors.As(err, &refusal) && refusal.Code == code
}
