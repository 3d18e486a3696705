package users

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

const (
	maxImport     = 10_000   // users at once
	maxImportBody = 32 << 20 // bytes
)

// importUsers serves POST /import.
func (a *adminCall) importUsers() (any, error) {
	format := ""
	switch kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type")); kind {
	case "application/json":
		format = FormatJSON
	case "text/csv":
		format = FormatCSV
	default:
		return nil, badImport("the header Content-Type must be application/json or text/csv")
	}
	made, changed, err := a.service.Import(a.Context(), a.Body, format)
	if err != nil {
		return nil, err
	}
	return map[string]int{"created": made, "updated": changed}, nil
}

// Import takes a JSON list of users, or CSV whose first line has the names of
// the properties: at most 10,000 users and 32 MiB. A user is looked for by
// objectId, then by identity; one who is there is updated, others are made, with
// the objectId that is given. A password may be given, plain; who has none logs
// in after restoring it by mail. userStatus is taken over, the other system
// fields are ignored. If one user can't be imported, none is.
//
// In CSV an empty cell says nothing about its property, and a ' before a text is
// taken away, as Export puts it there.
func (s *Service) Import(ctx context.Context, r io.Reader, format string) (made, changed int, err error) {
	if !s.enter() {
		return 0, 0, errClosed
	}
	defer s.callers.Done()
	body, err := io.ReadAll(io.LimitReader(r, maxImportBody+1))
	if err != nil {
		return 0, 0, badImport("it could not be read to its end")
	}
	if len(body) > maxImportBody {
		return 0, 0, badImport("it is larger than %d bytes; send it in parts", maxImportBody)
	}
	var rows [][]property
	switch format {
	case FormatJSON:
		rows, err = importedJSON(body)
	case FormatCSV:
		rows, err = importedCSV(body, s.schema.Load())
	default:
		err = badImport("they are imported as %s or %s, not as %q", FormatCSV, FormatJSON, format)
	}
	if err != nil {
		return 0, 0, err
	}
	var all []*arrival
	for i, row := range rows {
		one, err := s.arrival(ctx, row)
		if err != nil {
			return 0, 0, atRow(i, err)
		}
		all = append(all, one)
	}
	err = s.writeInside(ctx, func(t *tx) error {
		made, changed = 0, 0
		for i, one := range all {
			fresh, err := t.arrive(one)
			if err != nil {
				return atRow(i, err)
			}
			if fresh {
				made++
			} else {
				changed++
			}
		}
		return nil
	})
	return made, changed, err
}

func badImport(format string, args ...any) error {
	return &adminError{http.StatusBadRequest, "bad_import", "The users can't be imported: " + fmt.Sprintf(format, args...) + "."}
}

// atRow says which user of the list a refusal is about.
func atRow(i int, err error) error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return &adminError{http.StatusBadRequest, "bad_import", fmt.Sprintf("User %d can't be imported: %s Nobody was imported.", i+1, refusal.Message)}
	}
	return err
}

func importedJSON(body []byte) (rows [][]property, err error) {
	var list []json.RawMessage
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, badImport("it isn't a JSON list of objects")
	}
	if len(list) > maxImport {
		return nil, badImport("there are more than %d of them; send them in parts", maxImport)
	}
	for i, one := range list {
		row, err := parseObject(one)
		if err != nil {
			return nil, badImport("user %d: %s", i+1, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func importedCSV(body []byte, sc *schema) (rows [][]property, err error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")) // which spreadsheets put there
	if !utf8.Valid(body) {
		return nil, badImport("it isn't valid UTF-8")
	}
	lines, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	switch {
	case err != nil:
		return nil, badImport("%s", err)
	case len(lines) == 0:
		return nil, badImport("the line with the names of the properties is missing")
	case len(lines) > maxImport+1:
		return nil, badImport("there are more than %d of them; send them in parts", maxImport)
	}
	names := lines[0]
	for i, n := range names {
		for _, other := range names[:i] {
			if n == other {
				return nil, badImport("the column %q is in it twice", cut(n, 40))
			}
		}
	}
	for _, line := range lines[1:] {
		var row []property
		for i, cell := range line {
			if cell != "" {
				row = append(row, property{names[i], cellValue(cell, sc.byName[names[i]].Type)})
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// cellValue reads a cell as its column's type. What doesn't fit stays a text,
// which the column then refuses.
func cellValue(cell, typ string) value {
	switch {
	case typ == TypeBoolean && (cell == "true" || cell == "false"):
		return value{kind: 'b', raw: []byte(cell)}
	case (typ == TypeDouble || typ == TypeInt || typ == TypeDatetime) && json.Valid([]byte(cell)):
		if p, err := parseObject([]byte(`{"x":` + cell + `}`)); err == nil && p[0].kind == 'd' {
			return p[0].value
		}
	}
	text := unguardCell(cell)
	return value{kind: 's', text: text, raw: appendText(nil, text)}
}

// An arrival is a user to be made or updated.
type arrival struct {
	applicant
	objectID, status string
}

func (s *Service) arrival(ctx context.Context, row []property) (*arrival, error) {
	one := &arrival{status: statusEnabled}
	if id, _ := find(row, "objectId"); id.text != "" {
		if len(id.text) > 64 || strings.Trim(id.text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			return nil, refuse(codeRegisterFailed, "An objectId has at most 64 letters, digits, - and _.")
		}
		one.objectID = id.text
	}
	if status, _ := find(row, "userStatus"); status.text == statusDisabled || status.text == statusPending {
		one.status = status.text
	}
	var err error
	if one.changes, err = registering.sort(row); err != nil {
		return nil, err
	}
	if one.password == nil || *one.password == "" {
		one.password, one.passwordless = nil, true
		return one, nil
	}
	one.passwordHash, err = s.hasher.hash(ctx, *one.password)
	return one, err
}

// arrive makes or updates one user and says which.
func (t *tx) arrive(one *arrival) (fresh bool, err error) {
	user, err := scanRecord(t.row(recordByObjectID, one.objectID))
	if errors.Is(err, sql.ErrNoRows) {
		identity, _ := find(one.own, t.schema.identity)
		user, err = scanRecord(t.row(recordByIdentity, foldIdentity(identity.text)))
	}
	if errors.Is(err, sql.ErrNoRows) {
		_, err := t.make(&one.applicant, one.objectID, one.status)
		return true, err
	}
	if err != nil {
		return false, err
	}
	if err := t.change(&user, &one.changes); err != nil {
		return false, err
	}
	if one.passwordHash != "" {
		user.passwordHash = sql.NullString{String: one.passwordHash, Valid: true}
		if err := t.exec(deleteSessions, user.id, []byte{}); err != nil {
			return false, err
		}
	}
	if user.status != statusGuest {
		if err := t.exec(setStatus, one.status, user.updated, user.id); err != nil {
			return false, err
		}
	}
	return false, t.exec(updateRecord, user.identity, user.passwordHash, user.ownerID, user.locale, user.updated,
		string(user.properties), user.id)
}
