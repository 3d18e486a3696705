package users

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Types of columns, under Backendless's names. A column made by a dynamic
// property is TypeString, TypeDouble or TypeBoolean.
const (
	TypeString   = "STRING"
	TypeDouble   = "DOUBLE"
	TypeInt      = "INT" // a whole number of at most 53 bits
	TypeBoolean  = "BOOLEAN"
	TypeDatetime = "DATETIME" // milliseconds since 1970, a whole number
)

// A Column is one property that every user record has.
type Column struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Required bool   `json:"required"` // never null or empty
	Identity bool   `json:"identity"` // the one to log in with
	System   bool   `json:"system"`   // kept by the service, not by clients
}

const (
	maxColumns    = 500 // bounds what strangers can add by dynamic properties
	maxNameLength = 64  // characters
)

// A schema is immutable: a transaction that adds a column makes a new one.
type schema struct {
	columns  []Column
	byName   map[string]Column
	byFolded map[string]string // lower case name to name
	identity string
}

func newSchema(columns []Column) *schema {
	sc := &schema{columns: columns, byName: map[string]Column{}, byFolded: map[string]string{}}
	for _, c := range columns {
		sc.byName[c.Name] = c
		sc.byFolded[strings.ToLower(c.Name)] = c.Name
		if c.Identity {
			sc.identity = c.Name
		}
	}
	return sc
}

// with returns the schema with a column more, or with that column's new form.
func (sc *schema) with(c Column) *schema {
	columns := make([]Column, 0, len(sc.columns)+1)
	found := false
	for _, old := range sc.columns {
		if old.Name == c.Name {
			old, found = c, true
		}
		columns = append(columns, old)
	}
	if !found {
		columns = append(columns, c)
	}
	return newSchema(columns)
}

// systemColumns follow a record's own columns; objectId stands before them.
var (
	objectIDColumn = Column{Name: "objectId", Type: "STRING_ID", System: true}
	systemColumns  = []Column{
		{Name: "userStatus", Type: TypeString, System: true},
		{Name: "created", Type: TypeDatetime, System: true},
		{Name: "updated", Type: TypeDatetime, System: true},
		{Name: "lastLogin", Type: TypeDatetime, System: true},
		{Name: "ownerId", Type: TypeString, System: true},
		{Name: "socialAccount", Type: TypeString, System: true},
		{Name: "accountType", Type: TypeString, System: true},
		{Name: "oAuthIdentities", Type: "JSON", System: true},
		{Name: "blUserLocale", Type: TypeString, System: true},
	}
)

func (sc *schema) all() []Column {
	all := append([]Column{objectIDColumn}, sc.columns...)
	return append(all, systemColumns...)
}

// Columns returns all columns of the user table in the order in which records
// show them, system columns included, the password left out.
func (s *Service) Columns(ctx context.Context) ([]Column, error) {
	if !s.enter() {
		return nil, errClosed
	}
	defer s.callers.Done()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.schema.Load().all(), nil
}

// DefineColumn adds a column, or changes whether an existing one is required.
// The type of a column that is there can't change, nor can the identity.
func (s *Service) DefineColumn(ctx context.Context, c Column) error {
	return s.write(ctx, func(t *tx) error {
		if old, ok := t.schema.byName[c.Name]; ok {
			if old.Type != c.Type || old.Identity != c.Identity || old.Identity && !c.Required {
				return fmt.Errorf("the column %s is there with another type or purpose, which can't change", c.Name)
			}
		} else if c.Identity {
			return fmt.Errorf("the identity column can't be moved from %s", t.schema.identity)
		} else if err := t.schema.checkNew(c.Name); err != nil {
			return err
		}
		switch c.Type {
		case TypeString, TypeDouble, TypeInt, TypeBoolean, TypeDatetime:
		default:
			return fmt.Errorf("%q is not a type of column", c.Type)
		}
		c.System = false
		return t.saveColumn(c)
	})
}

// checkNew says why a property can't become a column.
func (sc *schema) checkNew(name string) error {
	other, taken := sc.byFolded[strings.ToLower(name)]
	switch {
	case taken:
		return fmt.Errorf("%q differs from the property %q only in capital letters; write it as %q", name, other, other)
	case len(sc.columns) >= maxColumns:
		return fmt.Errorf("%q would be one property too many; users have at most %d", name, maxColumns)
	case reservedNames[strings.ToLower(name)]:
		return fmt.Errorf("%q can't be the name of a property; choose another", name)
	case utf8.RuneCountInString(name) > maxNameLength:
		return fmt.Errorf("the name of a property has at most %d characters; the one that begins with %q has more", maxNameLength, string([]rune(name)[:20]))
	case !validName(name):
		return fmt.Errorf("%q can't be the name of a property; a name begins with a letter and has letters, digits and _ only", name)
	}
	return nil
}

func validName(name string) bool {
	for i, r := range name {
		if !unicode.IsLetter(r) && (i == 0 || r != '_' && !unicode.IsDigit(r) && !unicode.IsMark(r)) {
			return false
		}
	}
	return name != ""
}

// reservedNames, in lower case, are names of system fields in any spelling, and
// names that would overwrite something in the objects of JavaScript clients.
var reservedNames = func() map[string]bool {
	names := map[string]bool{
		"id": true, "password": true, "bluserlocale": true,
		"constructor": true, "prototype": true, "tostring": true, "valueof": true, "hasownproperty": true,
	}
	for name := range systemFields {
		names[strings.ToLower(name)] = true
	}
	return names
}()

var (
	allColumns = prepared("SELECT name, type, required, identity FROM columns ORDER BY position")
	saveColumn = prepared("INSERT INTO columns (name, type, required, identity) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET required = excluded.required")
)

func readSchema(from *sql.Tx) (*schema, error) {
	rows, err := from.Query(queryTexts[allColumns])
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // an error is in rows.Err already
	var columns []Column
	for rows.Next() {
		var c Column
		if err := rows.Scan(&c.Name, &c.Type, &c.Required, &c.Identity); err != nil {
			return nil, err
		}
		columns = append(columns, c)
	}
	return newSchema(columns), rows.Err()
}

func (t *tx) saveColumn(c Column) error {
	t.schema = t.schema.with(c)
	return t.exec(saveColumn, c.Name, c.Type, c.Required, c.Identity)
}
