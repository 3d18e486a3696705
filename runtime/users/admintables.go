package users

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

func (a *adminCall) properties() (any, error) {
	return map[string]any{"properties": a.service.schema.Load().all()}, nil
}

// defineProperty takes {"name","type","required"}.
func (a *adminCall) defineProperty() (any, error) { return a.define(class) }

// defineTableProperty is defineProperty for a table of one's own.
func (a *adminCall) defineTableProperty() (any, error) { return a.define(a.PathValue("name")) }

func (a *adminCall) define(table string) (any, error) {
	fields, err := a.object()
	if err != nil {
		return nil, err
	}
	column := Column{Type: TypeString}
	for _, p := range fields {
		switch {
		case p.name == "name" && p.kind == 's':
			column.Name = p.text
		case p.name == "type" && p.kind == 's':
			column.Type = p.text
		case p.name == "required" && p.kind == 'b':
			column.Required = string(p.raw) == "true"
		default:
			return nil, &adminError{http.StatusBadRequest, "bad_property", fmt.Sprintf("A property has a name and a type (texts) and required (true or false); %q isn't one of them or has another type.", cut(p.name, 40))}
		}
	}
	if old, ok := a.service.schema.Load().byName[column.Name]; ok && table == class {
		column.Identity = old.Identity
	}
	if err := a.service.DefineTable(a.Context(), table, column); err != nil {
		return nil, asAdminError(err, "bad_property")
	}
	return column, nil
}

func (a *adminCall) tables() (any, error) {
	type table struct {
		Name       string   `json:"name"`
		Properties []Column `json:"properties"`
	}
	var others []table
	for _, sc := range *a.service.tables.Load() {
		others = append(others, table{sc.class, sc.all()})
	}
	slices.SortFunc(others, func(x, y table) int { return strings.Compare(x.Name, y.Name) })
	all := append([]table{{class, a.service.schema.Load().all()}}, others...)
	return map[string]any{"tables": all}, nil
}

func (a *adminCall) dropTable() (any, error) {
	err := a.service.DropTable(a.Context(), a.PathValue("name"))
	var refusal *Error
	if errors.As(err, &refusal) {
		return nil, err
	}
	return nil, asAdminError(err, "bad_table")
}
