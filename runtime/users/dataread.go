package users

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// maxQueryTime bounds how long one query may read: a where-clause can ask for a
// look at every record.
const maxQueryTime = 10 * time.Second

// scope is the part of a table that a request may look for, as SQL. Beside what
// permissions say, it is all of it under PolicyPermissive, and one's own records
// under PolicySelf, so that nobody can list the users of an app by having its
// address. The CloudCode key sees all.
func (c *call) scope(table int64, ownerIs string) (where string, args []any, err error) {
	open := c.service.settings.Load().UpdatePolicy != PolicySelf
	if !open && c.keyKind != keyBL && c.session == nil && !c.service.ruled.Load() {
		return "", nil, refuse(codeMayNotFind, "Who isn't logged in can't look for records here. Log in, use the CloudCode key, or set updatePolicy to permissive.")
	}
	return c.visible(table, ownerIs, open)
}

// usersSource is Users, or the part of it that the request may see.
func (c *call) usersSource() (*tableSource, error) {
	where, args, err := c.scope(usersTable, "object_id")
	if err != nil {
		return nil, err
	}
	return &tableSource{
		columns: userColumns(c.service.schema.Load()),
		table:   "users",
		within:  where,
		args:    args,
		fields:  recordColumns,
		byAge:   "created, id",
	}, nil
}

// findUsers serves GET data/Users and POST data/Users/find.
func (c *call) findUsers() (reply, error) {
	q, err := c.queryOf(c.route)
	if err != nil {
		return reply{}, err
	}
	source, err := c.usersSource()
	if err != nil {
		return reply{}, err
	}
	return c.usersPage(q, source)
}

// usersPage answers with a page of user records.
func (c *call) usersPage(q *dataQuery, source *tableSource) (reply, error) {
	schema := c.service.schema.Load()
	return c.pageOf(q, source, func(row scanner) ([]byte, error) {
		user, err := scanRecord(row)
		if err != nil {
			return nil, err
		}
		return user.json(schema, q.shown(schema), "")
	})
}

// shown are the properties of a record that a query wants; nil: all.
func (q *dataQuery) shown(sc *schema) []string {
	if len(q.exclude) == 0 {
		return q.props
	}
	names := q.props
	if names == nil {
		names = sc.shownNames()
	}
	kept := []string{"\x00"} // a name that nothing has: nothing is not everything
	for _, n := range names {
		if !slices.Contains(q.exclude, n) {
			kept = append(kept, n)
		}
	}
	return kept
}

// shownNames gives the properties of a record as clients see them.
func (sc *schema) shownNames() []string {
	names := []string{"___class"}
	for _, c := range sc.all() {
		names = append(names, c.Name)
	}
	return names
}

// pageOf answers with a list of records.
func (c *call) pageOf(q *dataQuery, source *tableSource, read func(scanner) ([]byte, error)) (reply, error) {
	page, err := c.page(q, source, read)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, body: listOf(page)}, nil
}

// page reads the rows of a query. read asks the database nothing more: this holds
// a connection, and who holds one and waits for another may wait for ever.
func (c *call) page(q *dataQuery, source *tableSource, read func(scanner) ([]byte, error)) ([][]byte, error) {
	text, args, err := q.page(source)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(c.ctx, maxQueryTime)
	defer cancel()
	rows, err := c.service.db.readers.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, c.tooSlow(ctx, err)
	}
	defer func() { _ = rows.Close() }() // an error is in rows.Err already
	var page [][]byte
	for rows.Next() {
		one, err := read(rows)
		if err != nil {
			return nil, err
		}
		page = append(page, one)
	}
	if err := rows.Err(); err != nil {
		return nil, c.tooSlow(ctx, err)
	}
	return page, nil
}

// listOf is a JSON array of values that are JSON.
func listOf(values [][]byte) []byte {
	return append(append([]byte{'['}, bytes.Join(values, []byte{','})...), ']')
}

// tooSlow tells a query that ran out of time from one that failed.
func (c *call) tooSlow(ctx context.Context, err error) error {
	if c.ctx.Err() == nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return refuse(codeQuery, "The query took longer than %d seconds. Ask for less.", int(maxQueryTime/time.Second))
	}
	return err
}

// countUsers serves POST data/Users/count and GET data/Users/count.
func (c *call) countUsers() (reply, error) {
	q, err := c.queryOf(c.route)
	if err != nil {
		return reply{}, err
	}
	source, err := c.usersSource()
	if err != nil {
		return reply{}, err
	}
	return c.countOf(q, source)
}

func (c *call) countOf(q *dataQuery, source *tableSource) (reply, error) {
	text, args, err := q.count(source)
	if err != nil {
		return reply{}, err
	}
	ctx, cancel := context.WithTimeout(c.ctx, maxQueryTime)
	defer cancel()
	var found int64
	if err := c.service.db.readers.QueryRowContext(ctx, text, args...).Scan(&found); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return reply{}, c.tooSlow(ctx, err)
	}
	return reply{status: http.StatusOK, body: strconv.AppendInt(nil, found, 10)}, nil
}
