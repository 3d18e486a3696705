package users

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"
)

var everyRecord = prepared("SELECT " + recordColumns + " FROM users ORDER BY id")

// Forms in which users are exported and imported.
const (
	FormatCSV  = "csv"
	FormatJSON = "json"
)

// export serves GET /export?format=csv or json.
func (a *adminCall) export() (any, error) {
	format := a.URL.Query().Get("format")
	switch format {
	case FormatCSV:
		a.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	case FormatJSON, "":
		format = FormatJSON
		a.w.Header().Set("Content-Type", "application/json")
	default:
		return nil, &adminError{http.StatusBadRequest, "bad_format", "The format is csv or json."}
	}
	a.w.Header().Set("Content-Disposition", `attachment; filename="users.`+format+`"`)
	a.w.Header().Set("Cache-Control", "no-store")
	a.w.Header().Set("X-Content-Type-Options", "nosniff")
	if err := a.service.exportTo(a.Context(), a.w, format); err != nil {
		// The answer has begun; cutting it off is how to say that it isn't whole.
		a.service.log.Error("an export of users ended early", "error", err)
		panic(http.ErrAbortHandler)
	}
	return streamed{}, nil
}

// Export writes all users, as they are in one moment, in one of the formats.
// Neither ever has a password or what is kept of it. In CSV, a text that a
// spreadsheet would calculate has a ' before it, which Import takes away.
func (s *Service) Export(ctx context.Context, w io.Writer, format string) error {
	if format != FormatCSV && format != FormatJSON {
		return fmt.Errorf("users are exported as %s or %s, not as %q", FormatCSV, FormatJSON, format)
	}
	if !s.enter() {
		return errClosed
	}
	defer s.callers.Done()
	return s.exportTo(ctx, w, format)
}

func (s *Service) exportTo(ctx context.Context, w io.Writer, format string) error {
	rows, err := s.db.reads[everyRecord].QueryContext(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // an error is in rows.Err already
	schema := s.schema.Load()
	next := func() (*record, error) {
		if !rows.Next() {
			return nil, rows.Err()
		}
		user, err := scanRecord(rows)
		return &user, err
	}
	out := bufio.NewWriter(w)
	if format == FormatCSV {
		err = exportCSV(out, schema, next)
	} else {
		err = exportJSON(out, schema, next)
	}
	if err == nil {
		err = out.Flush()
	}
	return err
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
