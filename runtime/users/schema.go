package users

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
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

// A Column is one property that every record of a table has.
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

// A schema is what a table's records have. It is immutable: a transaction that
// adds a column makes a new one.
type schema struct {
	table    int64  // the table's row
	class    string // its name, which its records have as ___class
	columns  []Column
	byName   map[string]Column
	byFolded map[string]string // lower case name to name
	identity string
}

// newSchema is the schema of Users.
func newSchema(columns []Column) *schema { return newTableSchema(usersTable, class, columns) }

func newTableSchema(table int64, class string, columns []Column) *schema {
	sc := &schema{table: table, class: class, columns: columns, byName: map[string]Column{}, byFolded: map[string]string{}}
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
	return newTableSchema(sc.table, sc.class, columns)
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
	systemColumns := systemColumns
	if sc.table != usersTable {
		systemColumns = recordSystemColumns
	}
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
		if err := t.schema.admits(&c); err != nil {
			return err
		}
		return t.saveColumn(c)
	})
}

// admits says why a column can't be defined.
func (sc *schema) admits(c *Column) error {
	if old, ok := sc.byName[c.Name]; ok {
		if old.Type != c.Type || old.Identity != c.Identity || old.Identity && !c.Required {
			return fmt.Errorf("the column %s is there with another type or purpose, which can't change", c.Name)
		}
	} else if c.Identity {
		return fmt.Errorf("the identity column can't be moved from %s", sc.identity)
	} else if err := sc.checkNew(c.Name); err != nil {
		return err
	}
	switch c.Type {
	case TypeString, TypeDouble, TypeInt, TypeBoolean, TypeDatetime:
	default:
		return fmt.Errorf("%q is not a type of column", c.Type)
	}
	c.System = false
	return nil
}

// checkNew says why a property can't become a column.
func (sc *schema) checkNew(name string) error {
	other, taken := sc.byFolded[strings.ToLower(name)]
	switch {
	case taken:
		return fmt.Errorf("%q differs from the property %q only in capital letters; write it as %q", name, other, other)
	case len(sc.columns) >= maxColumns:
		return fmt.Errorf("%q would be one property too many; the records of a table have at most %d", name, maxColumns)
	case sc.reserves(name):
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

// jsNames, in lower case, would overwrite something in the objects of JavaScript
// clients. (A name that begins with _ is none anyway.)
var jsNames = map[string]bool{
	"constructor": true, "prototype": true, "tostring": true, "valueof": true, "hasownproperty": true,
}

// reservedNames, in lower case, are names that no column of Users may have: those
// of system fields in any spelling, and jsNames.
var reservedNames = func() map[string]bool {
	names := maps.Clone(jsNames)
	for _, name := range []string{"id", "password", "bluserlocale"} {
		names[name] = true
	}
	for name := range systemFields {
		names[strings.ToLower(name)] = true
	}
	return names
}()

var (
	allColumns = prepared("SELECT t.id, t.name, c.name, c.type, c.required, c.identity FROM tables t LEFT JOIN columns c ON c.table_id = t.id ORDER BY t.id, c.position")
	saveColumn = prepared("INSERT INTO columns (table_id, name, type, required, identity) VALUES (?, ?, ?, ?, ?) ON CONFLICT (table_id, name) DO UPDATE SET required = excluded.required")
)

// readSchemas reads the schemas of Users and of the other tables.
func readSchemas(from *sql.Tx) (*schema, tables, error) {
	rows, err := from.Query(queryTexts[allColumns])
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = rows.Close() }() // an error is in rows.Err already
	columns, names := map[int64][]Column{}, map[int64]string{}
	for rows.Next() {
		var table int64
		var class string
		var name, typ sql.NullString // null in a table that has no columns
		var required, identity sql.NullBool
		if err := rows.Scan(&table, &class, &name, &typ, &required, &identity); err != nil {
			return nil, nil, err
		}
		names[table] = class
		if name.Valid {
			columns[table] = append(columns[table], Column{Name: name.String, Type: typ.String, Required: required.Bool, Identity: identity.Bool})
		}
	}
	others := tables{}
	for table, class := range names {
		if table != usersTable {
			others[strings.ToLower(class)] = newTableSchema(table, class, columns[table])
		}
	}
	return newSchema(columns[usersTable]), others, rows.Err()
}

// saveColumn saves a column of Users.
func (t *tx) saveColumn(c Column) error {
	t.schema = t.schema.with(c)
	return t.saveColumnOf(t.schema, c)
}

func (t *tx) saveColumnOf(sc *schema, c Column) error {
	return t.exec(saveColumn, sc.table, c.Name, c.Type, c.Required, c.Identity)
}
