package users

import (
	"database/sql"
	"slices"
	"strconv"
)

// class is what ___class says in every user record.
const class = "Users"

// Values of userStatus.
const (
	statusEnabled  = "ENABLED"
	statusDisabled = "DISABLED"
	statusGuest    = "GUEST"
	statusPending  = "EMAIL_CONFIRMATION_PENDING"
)

// A record is a row of the users table.
type record struct {
	id           int64
	objectID     string
	identity     sql.NullString
	passwordHash sql.NullString
	status       string
	ownerID      sql.NullString
	locale       string
	created      int64
	updated      sql.NullInt64
	lastLogin    sql.NullInt64
	properties   []byte
}

const recordColumns = "id, object_id, identity, password_hash, status, owner_id, locale, created, updated, last_login, properties"

var (
	recordByObjectID = prepared("SELECT " + recordColumns + " FROM users WHERE object_id = ?")
	recordByIdentity = prepared("SELECT " + recordColumns + " FROM users WHERE identity = ?")
	otherByIdentity  = prepared("SELECT EXISTS (SELECT 1 FROM users WHERE identity = ? AND id <> ?)")
	insertRecord     = prepared("INSERT INTO users (object_id, identity, password_hash, status, owner_id, locale, created, properties) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
	updateRecord     = prepared("UPDATE users SET identity = ?, password_hash = ?, owner_id = ?, locale = ?, updated = ?, properties = ? WHERE id = ?")
	setLastLogin     = prepared("UPDATE users SET last_login = ? WHERE id = ?")
	setStatus        = prepared("UPDATE users SET status = ?, updated = ? WHERE id = ?")
	deleteRecord     = prepared("DELETE FROM users WHERE id = ?")
)

// scanner is a *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

func scanRecord(row scanner) (record, error) {
	var r record
	err := row.Scan(&r.id, &r.objectID, &r.identity, &r.passwordHash, &r.status, &r.ownerID,
		&r.locale, &r.created, &r.updated, &r.lastLogin, &r.properties)
	return r, err
}

// json gives the record as clients see it: the columns in the order in which
// they were made, absent ones null, then the system fields. The password is
// never part of it. Names in only, if there are any, leave out the rest.
func (r *record) json(sc *schema, only []string, token string) ([]byte, error) {
	w := objectWriter{only: only}
	w.text("objectId", r.objectID)
	w.text("___class", class)
	if err := w.own(sc, r.properties); err != nil {
		return nil, err
	}
	w.text("userStatus", r.status)
	w.time("created", sql.NullInt64{Int64: r.created, Valid: true})
	w.time("updated", r.updated)
	w.time("lastLogin", r.lastLogin)
	if r.ownerID.Valid {
		w.text("ownerId", r.ownerID.String)
	} else {
		w.raw("ownerId", []byte("null"))
	}
	w.text("socialAccount", "BACKENDLESS")
	w.text("accountType", "BACKENDLESS")
	w.raw("oAuthIdentities", []byte("null"))
	w.text("blUserLocale", r.locale)
	if token != "" {
		w.text("user-token", token)
	}
	return w.end(), nil
}

// systemFields are the members of a record that no client sets by sending
// them. Whole records are sent back in updates, so they are ignored and not
// refused.
var systemFields = map[string]bool{
	"objectId": true, "___class": true, "___jsonclass": true, "__meta": true,
	"created": true, "updated": true, "lastLogin": true, "ownerId": true,
	"user-token": true, "userStatus": true, "socialAccount": true,
	"accountType": true, "oAuthIdentities": true,
}

// own writes a record's own properties.
func (w *objectWriter) own(sc *schema, properties []byte) error {
	own, err := parseObject(properties)
	if err != nil {
		return err
	}
	values := make(map[string]value, len(own))
	for _, p := range own {
		values[p.name] = p.value
	}
	for _, c := range sc.columns {
		if v, ok := values[c.Name]; ok {
			w.raw(c.Name, v.raw)
		} else {
			w.raw(c.Name, []byte("null"))
		}
	}
	// A column that another process made a moment ago.
	for _, p := range own {
		if _, known := sc.byName[p.name]; !known {
			w.raw(p.name, p.raw)
		}
	}
	return nil
}

// An objectWriter writes one JSON object.
type objectWriter struct {
	only []string
	out  []byte
}

func (w *objectWriter) raw(name string, value []byte) {
	if w.key(name) {
		w.out = append(w.out, value...)
	}
}

func (w *objectWriter) text(name, text string) {
	if w.key(name) {
		w.out = appendText(w.out, text)
	}
}

func (w *objectWriter) time(name string, at sql.NullInt64) {
	if !at.Valid {
		w.raw(name, []byte("null"))
	} else if w.key(name) {
		w.out = strconv.AppendInt(w.out, at.Int64, 10)
	}
}

func (w *objectWriter) key(name string) bool {
	if len(w.only) > 0 && !slices.Contains(w.only, name) {
		return false
	}
	if len(w.out) == 0 {
		w.out = append(make([]byte, 0, 512), '{')
	} else {
		w.out = append(w.out, ',')
	}
	w.out = append(appendText(w.out, name), ':')
	return true
}

func (w *objectWriter) end() []byte {
	if len(w.out) == 0 {
		return []byte("{}")
	}
	return append(w.out, '}')
}
