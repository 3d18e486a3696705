package users

import (
	"database/sql"
	"errors"
	"net/http"
	"strings"
)

// An entity is a record of a table other than Users.
type entity struct {
	id         int64
	objectID   string
	ownerID    sql.NullString
	created    int64
	updated    sql.NullInt64
	properties []byte
}

const entityColumns = "id, object_id, owner_id, created, updated, properties"

var (
	entityByID   = prepared("SELECT " + entityColumns + " FROM records WHERE table_id = ? AND object_id = ?")
	insertEntity = prepared("INSERT INTO records (table_id, object_id, owner_id, created, properties) VALUES (?, ?, ?, ?, ?)")
	updateEntity = prepared("UPDATE records SET updated = ?, properties = ? WHERE id = ?")
	deleteEntity = prepared("DELETE FROM records WHERE id = ?")
)

func scanEntity(row scanner) (entity, error) {
	var e entity
	err := row.Scan(&e.id, &e.objectID, &e.ownerID, &e.created, &e.updated, &e.properties)
	if errors.Is(err, sql.ErrNoRows) {
		err = noEntity()
	}
	return e, err
}

func (e *entity) json(sc *schema, only []string) ([]byte, error) {
	w := objectWriter{only: only}
	w.text("objectId", e.objectID)
	w.text("___class", sc.class)
	if err := w.own(sc, e.properties); err != nil {
		return nil, err
	}
	w.time("created", sql.NullInt64{Int64: e.created, Valid: true})
	w.time("updated", e.updated)
	if e.ownerID.Valid {
		w.text("ownerId", e.ownerID.String)
	} else {
		w.raw("ownerId", []byte("null"))
	}
	return w.end(), nil
}

// recordColumnsOf finds the columns of a table other than Users.
func recordColumnsOf(sc *schema) columnsOf {
	return func(name string) (sqlColumn, bool) {
		switch folded := strings.ToLower(name); folded {
		case "objectid":
			return sqlColumn{sql: "object_id", typ: TypeString, id: true}, true
		case "ownerid":
			return sqlColumn{sql: "owner_id", typ: TypeString, id: true}, true
		case "created":
			return sqlColumn{sql: "created", typ: TypeDatetime}, true
		case "updated":
			return sqlColumn{sql: "updated", typ: TypeDatetime}, true
		case "___class":
			return sqlColumn{sql: "?", args: []any{sc.class}, typ: TypeString}, true
		default:
			c, ok := sc.byName[sc.byFolded[folded]]
			return ownColumn(c), ok
		}
	}
}

// recordsSource is a table, or the part of it that the request may see.
func (c *call) recordsSource() (*schema, *tableSource, error) {
	sc, err := c.service.tables.Load().table(c.table)
	if err != nil {
		return nil, nil, err
	}
	where, args, err := c.scope(sc.table, "owner_id")
	if err != nil {
		return nil, nil, err
	}
	return sc, &tableSource{
		columns: recordColumnsOf(sc),
		table:   "records",
		within:  "table_id = ? AND " + where,
		args:    append([]any{sc.table}, args...),
		fields:  entityColumns,
		byAge:   "created, id",
	}, nil
}

// findRecords serves GET data/<Table> and POST data/<Table>/find.
func (c *call) findRecords() (reply, error) {
	q, err := c.queryOf(c.route)
	if err != nil {
		return reply{}, err
	}
	sc, source, err := c.recordsSource()
	if err != nil {
		return reply{}, err
	}
	return c.pageOf(q, source, func(row scanner) ([]byte, error) {
		e, err := scanEntity(row)
		if err != nil {
			return nil, err
		}
		return e.json(sc, q.shown(sc))
	})
}

// countRecords serves GET and POST data/<Table>/count.
func (c *call) countRecords() (reply, error) {
	q, err := c.queryOf(c.route)
	if err != nil {
		return reply{}, err
	}
	_, source, err := c.recordsSource()
	if err != nil {
		return reply{}, err
	}
	return c.countOf(q, source)
}

// getRecord serves GET data/<Table>/<objectId>[?props=a,b].
func (c *call) getRecord() (reply, error) {
	sc, err := c.service.tables.Load().table(c.table)
	if err != nil {
		return reply{}, err
	}
	e, err := scanEntity(c.service.db.reads[entityByID].QueryRowContext(c.ctx, sc.table, c.param))
	if err != nil {
		return reply{}, err
	}
	own := c.session != nil && e.ownerID.Valid && e.ownerID.String == c.session.objectID
	if err := c.mayRead(sc.table, own); err != nil {
		return reply{}, err
	}
	var only []string
	if props := c.request.URL.Query().Get("props"); props != "" {
		only = strings.Split(props, ",")
	}
	body, err := e.json(sc, only)
	return reply{status: http.StatusOK, body: body}, err
}

// describeTable serves GET data/<Table>/properties.
func (c *call) describeTable() (reply, error) {
	sc, err := c.service.tables.Load().table(c.table)
	if err != nil {
		return reply{}, err
	}
	return describe(sc.all())
}
