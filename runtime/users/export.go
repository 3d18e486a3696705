package users

import (
	"bufio"
	"encoding/csv"
	"net/http"
	"strings"
)

var everyRecord = prepared("SELECT " + recordColumns + " FROM users ORDER BY id")

// export serves GET /export?format=csv or json: all users, as they are in one
// moment. Neither form ever has a password or what is kept of it.
func (a *adminCall) export() (any, error) {
	format := a.URL.Query().Get("format")
	if format == "" {
		format = "json"
	}
	if format != "csv" && format != "json" {
		return nil, &adminError{http.StatusBadRequest, "bad_format", "The format is csv or json."}
	}
	rows, err := a.service.db.reads[everyRecord].QueryContext(a.Context())
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // an error is in rows.Err already
	a.w.Header().Set("Content-Disposition", `attachment; filename="users.`+format+`"`)
	a.w.Header().Set("Cache-Control", "no-store")
	a.w.Header().Set("X-Content-Type-Options", "nosniff")
	schema := a.service.schema.Load()
	next := func() (*record, error) {
		if !rows.Next() {
			return nil, rows.Err()
		}
		user, err := scanRecord(rows)
		return &user, err
	}
	out := bufio.NewWriter(a.w)
	if format == "csv" {
		a.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		err = exportCSV(out, schema, next)
	} else {
		a.w.Header().Set("Content-Type", "application/json")
		err = exportJSON(out, schema, next)
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		// The answer has begun; cutting it off is how to say that it isn't whole.
		a.service.log.Error("an export of users ended early", "error", err)
		panic(http.ErrAbortHandler)
	}
	return streamed{}, nil
}

func exportJSON(out *bufio.Writer, sc *schema, next func() (*record, error)) error {
	between := "[\n"
	for {
		user, err := next()
		if err != nil {
			return err
		}
		if user == nil {
			break
		}
		text, err := user.json(sc, nil, "")
		if err != nil {
			return err
		}
		if _, err := out.WriteString(between + string(text)); err != nil {
			return err
		}
		between = ",\n"
	}
	end := "\n]\n"
	if between == "[\n" {
		end = "[]\n"
	}
	_, err := out.WriteString(end)
	return err
}

func exportCSV(out *bufio.Writer, sc *schema, next func() (*record, error)) error {
	w := csv.NewWriter(out)
	var names []string
	for _, c := range sc.all() {
		names = append(names, c.Name)
	}
	if err := w.Write(names); err != nil {
		return err
	}
	for {
		user, err := next()
		if err != nil || user == nil {
			w.Flush()
			if err == nil {
				err = w.Error()
			}
			return err
		}
		text, err := user.json(sc, nil, "")
		if err != nil {
			return err
		}
		fields, err := parseObject(text)
		if err != nil {
			return err
		}
		cells := make([]string, len(names))
		for i, name := range names {
			p, _ := find(fields, name)
			cells[i] = p.cell()
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
}

// cell is a value in CSV. Nothing is an empty cell.
func (p property) cell() string {
	switch p.kind {
	case 'n', 0:
		return ""
	case 's':
		return guardCell(p.text)
	}
	return string(p.raw)
}

// formulaStarts begin what spreadsheets calculate, in wide letters too.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// guardCell puts a ' before a text that a spreadsheet would take for a formula,
// before one that begins with ' itself, so that the way back is clear, and in
// the place of an empty one, which otherwise would be nothing.
func guardCell(text string) string {
	if text == "" || text[0] == '\'' || strings.IndexFunc(text, func(r rune) bool { return strings.ContainsRune(formulaStarts, r) }) == 0 {
		return "'" + text
	}
	return text
}

// unguardCell is the way back.
func unguardCell(text string) string { return strings.TrimPrefix(text, "'") }
