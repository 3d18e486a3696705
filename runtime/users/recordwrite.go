package users

import (
	"database/sql"
	"net/http"
)

// createRecord serves POST data/<Table>. The table is made if there is none and
// the dynamic schema is on; who is logged in owns the record.
func (c *call) createRecord() (reply, error) {
	sent, err := c.sentRecord()
	if err != nil {
		return reply{}, err
	}
	return c.perform(func(t *tx) (effect, error) {
		sc, err := t.tables.table(c.table)
		if err := c.mayMake(t, sc); err != nil {
			return effect{}, err
		}
		if err != nil {
			if !t.settings.DynamicSchema {
				return effect{}, err
			}
			if sc, err = t.makeTable(c.table); err != nil {
				return effect{}, refuse(codeNoTable, "%s", sentence(err.Error()))
			}
		}
		e := entity{objectID: newGUID(), created: t.now, properties: []byte("{}")}
		if c.session != nil {
			e.ownerID = sql.NullString{String: c.session.objectID, Valid: true}
		}
		for _, column := range sc.columns {
			if _, ok := find(sent, column.Name); column.Required && !ok {
				return effect{}, refuse(codeBadRecord, "The property %s is required. Give it a value.", column.Name)
			}
		}
		if sc, err = t.fill(sc, &e, sent); err != nil {
			return effect{}, err
		}
		if err := t.exec(insertEntity, sc.table, e.objectID, e.ownerID, e.created, string(e.properties)); err != nil {
			return effect{}, err
		}
		after, err := e.json(sc, nil)
		return effect{reply: reply{status: http.StatusOK, body: after}, objectID: e.objectID, after: after}, err
	})
}

// saveRecord serves PUT data/<Table>: an update of the record whose objectId is
// in the body, or a new record if none is.
func (c *call) saveRecord() (reply, error) {
	id, _ := find(c.object, "objectId")
	if id.text == "" {
		return c.createRecord()
	}
	c.param = id.text
	return c.updateRecord()
}

// updateRecord serves PUT data/<Table>/<objectId>: the properties that are sent
// change, the others stay, and the whole record comes back. Its owner stays too.
func (c *call) updateRecord() (reply, error) {
	sent, err := c.sentRecord()
	if err != nil {
		return reply{}, err
	}
	return c.perform(func(t *tx) (effect, error) {
		sc, e, before, err := c.ownRecord(t, codeMayNotSave)
		if err != nil {
			return effect{}, err
		}
		if sc, err = t.fill(sc, &e, sent); err != nil {
			return effect{}, err
		}
		e.updated = sql.NullInt64{Int64: t.now, Valid: true}
		if err := t.exec(updateEntity, e.updated, string(e.properties), e.id); err != nil {
			return effect{}, err
		}
		after, err := e.json(sc, nil)
		return effect{reply: reply{status: http.StatusOK, body: after}, objectID: e.objectID, before: before, after: after}, err
	})
}

// deleteRecord serves DELETE data/<Table>/<objectId>.
func (c *call) deleteRecord() (reply, error) {
	return c.perform(func(t *tx) (effect, error) {
		_, e, before, err := c.ownRecord(t, codeMayNotDrop)
		if err != nil {
			return effect{}, err
		}
		if err := t.exec(deleteEntity, e.id); err != nil {
			return effect{}, err
		}
		var w objectWriter
		w.time("deletionTime", sql.NullInt64{Int64: t.now, Valid: true})
		return effect{reply: reply{status: http.StatusOK, body: w.end()}, objectID: e.objectID, before: before}, nil
	})
}

// ownRecord finds the record that the path names and refuses, with a code, who
// may not write it.
func (c *call) ownRecord(t *tx, refusal int) (sc *schema, e entity, before []byte, err error) {
	if sc, err = t.tables.table(c.table); err != nil {
		return nil, e, nil, err
	}
	if e, err = scanEntity(t.row(entityByID, sc.table, c.param)); err != nil {
		return nil, e, nil, err
	}
	own := c.session != nil && e.ownerID.Valid && c.session.objectID == e.ownerID.String
	operation := MayUpdate
	if refusal == codeMayNotDrop {
		operation = MayRemove
	}
	may, err := c.may(t.ask, t.ruled, operation, sc.table, c.param, own, t.settings.UpdatePolicy != PolicySelf)
	if err != nil {
		return nil, e, nil, err
	}
	if !may {
		return nil, e, nil, refuse(refusal, "Only a record's owner can change or delete it, and this one isn't yours. Log in as its owner, or use the CloudCode key.")
	}
	before, err = e.json(sc, nil)
	return sc, e, before, err
}

// mayMake refuses who may make no records: under PolicySelf, whoever isn't logged
// in. A table that isn't there yet has no permissions of its own.
func (c *call) mayMake(t *tx, sc *schema) error {
	table := int64(-1)
	if sc != nil {
		table = sc.table
	}
	may, err := c.may(t.ask, t.ruled, MayCreate, table, "", false, t.settings.UpdatePolicy != PolicySelf || c.session != nil)
	if err == nil && !may {
		err = refuse(codeMayNotMake, "You have no permission to make records here. Log in, use the CloudCode key, or set updatePolicy to permissive.")
	}
	return err
}

// sentRecord is the body without what no client sets.
func (c *call) sentRecord() ([]property, error) {
	if c.object == nil {
		return nil, refuse(codeBadRecord, "The body must be a JSON object with the record's properties.")
	}
	var own []property
	for _, p := range c.object {
		if !recordFields[p.name] {
			own = append(own, p)
		}
	}
	return own, nil
}

// fill puts properties into a record, and makes the columns that they need.
func (t *tx) fill(sc *schema, e *entity, sent []property) (*schema, error) {
	own, fresh, err := recording.fit(sc, &t.settings, sent)
	if err != nil {
		return nil, err
	}
	if sc, err = t.addColumns(sc, fresh...); err != nil {
		return nil, err
	}
	e.properties, err = merge(e.properties, own)
	return sc, err
}
