package users

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// A reply is what a client gets.
type reply struct {
	status   int
	body     []byte // JSON, or nothing
	html     bool   // the body is a page instead
	file     string // the body is a file of this name instead
	repeated bool   // performed earlier, under the same Idempotency-Key
}

// An effect is what a write did.
type effect struct {
	reply         reply
	objectID      string
	before, after []byte // the user record as JSON; nil: there was none
}

// keyring holds the secrets that what is remembered under an Idempotency-Key is
// kept with. A login's response holds a token and its request a password, so
// responses are sealed and digests keyed: neither tells anything to someone who
// has only the file.
type keyring struct {
	id     []byte // names the secret without telling it
	digest []byte
	sealer cipher.AEAD
}

func newKeyring(secret []byte) (*keyring, error) {
	if len(secret) == 0 {
		secret = make([]byte, 32)
		_, _ = rand.Read(secret) // never fails
	} else if len(secret) < 16 {
		return nil, fmt.Errorf("the user service's key has %d bytes; it needs 16 or more", len(secret))
	}
	k := &keyring{}
	var err error
	if k.id, err = hkdf.Key(sha256.New, secret, nil, "blockflow users key id", 8); err != nil {
		return nil, err
	}
	if k.digest, err = hkdf.Key(sha256.New, secret, nil, "blockflow users request digest", 32); err != nil {
		return nil, err
	}
	sealing, err := hkdf.Key(sha256.New, secret, nil, "blockflow users response", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return nil, err
	}
	k.sealer, err = cipher.NewGCMWithRandomNonce(block)
	return k, err
}

// digestOf is the same for two requests only if they ask for the same thing as
// the same person.
func (k *keyring) digestOf(parts ...string) []byte {
	mac := hmac.New(sha256.New, k.digest)
	for _, part := range parts {
		_, _ = fmt.Fprintf(mac, "%d:%s", len(part), part) // a hash takes everything
	}
	return mac.Sum(nil)
}

var (
	performedByKey    = prepared("SELECT secret, digest, response, status, after FROM performed WHERE key = ?")
	insertPerformed   = prepared("INSERT INTO performed (key, secret, digest, response, status, performed, object_id, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
	forgetPerformed   = prepared("DELETE FROM performed WHERE performed <= ? AND seq IN (SELECT seq FROM performed ORDER BY seq LIMIT ?)")
	performedByPrefix = prepared("SELECT key, object_id, before, after FROM performed WHERE key >= ? AND key < ? AND (before IS NOT NULL OR after IS NOT NULL) ORDER BY seq")
)

// perform runs a write exactly once for an Idempotency-Key: the write and the
// memory of it are one transaction, so there is no moment at which one of them
// is there without the other. Without a key it just runs it.
//
// A refused write has changed nothing and is not remembered: repeating it is safe.
func (c *call) perform(run func(*tx) (effect, error)) (reply, error) {
	var out reply
	err := c.service.write(c.ctx, func(t *tx) error {
		if c.key != "" {
			earlier, err := c.earlier(t.row(performedByKey, c.key))
			if err != nil || earlier != nil {
				if earlier != nil {
					out = *earlier
				}
				return err
			}
		}
		done, err := run(t)
		if err != nil {
			return err
		}
		out = done.reply
		if c.event != nil {
			if err := t.note(c.event, done); err != nil {
				return err
			}
		}
		if c.key == "" {
			return nil
		}
		return c.remember(t, done)
	})
	return out, err
}

func (c *call) remember(t *tx, done effect) error {
	k := c.service.keys
	var response []byte
	if done.after == nil || !bytes.Equal(done.reply.body, done.after) {
		response = k.sealer.Seal(nil, nil, done.reply.body, []byte(c.key))
	}
	return t.exec(insertPerformed, c.key, k.id, c.digest, response, done.reply.status, t.now,
		done.objectID, textOrNull(done.before), textOrNull(done.after))
}

func textOrNull(text []byte) sql.NullString {
	return sql.NullString{String: string(text), Valid: text != nil}
}

// earlier returns the reply of the request that came first with this key, or
// nil if this is the first.
func (c *call) earlier(row *sql.Row) (*reply, error) {
	var secret, digest, response []byte
	var after sql.NullString
	found := reply{repeated: true}
	err := row.Scan(&secret, &digest, &response, &found.status, &after)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	k := c.service.keys
	if !bytes.Equal(secret, k.id) {
		return nil, keyRefused("This Idempotency-Key was used before the service's key was changed or lost. The request was performed then and is not performed again; its answer can't be read any more.")
	}
	if !hmac.Equal(digest, c.digest) {
		return nil, keyRefused("This Idempotency-Key was used for another request. Use a new key for each request.")
	}
	if response == nil {
		found.body = []byte(after.String)
		return &found, nil
	}
	found.body, err = k.sealer.Open(nil, nil, response, []byte(c.key))
	if err != nil {
		return nil, fmt.Errorf("a stored response is damaged: %w", err)
	}
	return &found, nil
}

func keyRefused(message string) *Error {
	return &Error{Code: codeUpdateFailed, Status: http.StatusUnprocessableEntity, Message: message}
}

// maxKeyLength bounds an Idempotency-Key.
const maxKeyLength = 200

func checkKey(key string) error {
	for _, c := range []byte(key) {
		if c <= ' ' || c > '~' {
			return keyRefused("An Idempotency-Key has printable ASCII characters only, and no spaces.")
		}
	}
	if len(key) > maxKeyLength {
		return keyRefused(fmt.Sprintf("An Idempotency-Key has at most %d characters.", maxKeyLength))
	}
	return nil
}

// A Change is what one write with an Idempotency-Key did to a user record. A
// nil Before means that the user was made, a nil After that it was deleted.
// Neither ever holds a password or a token.
type Change struct {
	Key      string          `json:"key"`
	ObjectID string          `json:"objectId"`
	Before   json.RawMessage `json:"before"`
	After    json.RawMessage `json:"after"`
}

// Changes returns the changes written under all keys that begin with keyPrefix
// (a run's id and a colon, say), in the order of writing. They are forgotten
// after Settings.IdempotencyDays.
func (s *Service) Changes(ctx context.Context, keyPrefix string) ([]Change, error) {
	if !s.enter() {
		return nil, errClosed
	}
	defer s.callers.Done()
	// Keys are ASCII, so this is above every key with the prefix and below all others.
	rows, err := s.db.reads[performedByPrefix].QueryContext(ctx, keyPrefix, keyPrefix+"\x7f")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // an error is in rows.Err already
	var all []Change
	for rows.Next() {
		var c Change
		var before, after []byte
		if err := rows.Scan(&c.Key, &c.ObjectID, &before, &after); err != nil {
			return nil, err
		}
		c.Before, c.After = before, after
		all = append(all, c)
	}
	return all, rows.Err()
}
