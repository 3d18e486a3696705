package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"regexp"
	"time"
)

// A FlowInfo is what a list shows of a flow.
type FlowInfo struct {
	Name               string
	Title, Description string
	Tags               []string
	Revision           int // of the draft; rises with each save
	Problems           int // of the draft, as its saver counted them
	Created, Updated   time.Time
	UpdatedBy          string
	Published          *VersionInfo // nil if no version is published
	LastRun            *LastRun     // nil if it never ran
}

// A LastRun is the newest run of a flow.
type LastRun struct {
	ID      string
	Status  Status
	Started time.Time
}

// A Flow is a flow with its draft.
type Flow struct {
	FlowInfo
	File []byte // the draft's flow file
}

// SaveOptions say what is known about a draft, and on which condition it is saved.
type SaveOptions struct {
	// IfRevision, if not nil, is the revision the saver has seen: the save is
	// refused with *ConflictError if the draft is at another, and with
	// *NotFoundError if the flow is gone.
	IfRevision *int
	// MustBeNew refuses the save with *ConflictError if there is such a flow.
	MustBeNew          bool
	By                 string // who saves
	Title, Description string
	Tags               []string // by which lists are ordered
	Problems           int
}

var flowName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// CheckFlowName returns a *NameError if no flow can have this name.
func CheckFlowName(name string) error {
	if !flowName.MatchString(name) {
		return &NameError{Name: name}
	}
	return nil
}

// selectFlow reads FlowInfo; what scanFlow scans. %s takes more columns.
const selectFlow = `
SELECT f.name, f.title, f.description, f.tags, f.revision, f.problems, f.created, f.updated, f.updated_by,
       v.version, v.at, v.by, v.note, d.hash, r.id, r.status, r.started, `

const fromFlow = `
  FROM flows f
  LEFT JOIN versions v ON v.flow = f.name AND v.version = f.published
  LEFT JOIN documents d ON d.id = v.document
  LEFT JOIN runs r ON r.seq = (SELECT max(seq) FROM runs WHERE flow = f.name)
 WHERE f.deleted IS NULL `

func scanFlow(scan func(...any) error, f *Flow) error {
	var created, updated int64
	var version, at, started sql.NullInt64
	var by, note, run, status sql.NullString
	var tags, hash []byte
	err := scan(&f.Name, &f.Title, &f.Description, &tags, &f.Revision, &f.Problems, &created, &updated, &f.UpdatedBy,
		&version, &at, &by, &note, &hash, &run, &status, &started, &f.File)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(tags, &f.Tags); err != nil {
		f.Tags = []string{} // they order lists; a list isn't stopped by one bad row
	}
	f.Created, f.Updated = fromStamp(created), fromStamp(updated)
	if version.Valid {
		f.Published = &VersionInfo{
			Flow: f.Name, Version: int(version.Int64), Document: hexHash(hash),
			At: fromStamp(at.Int64), By: by.String, Note: note.String,
		}
	}
	if run.Valid {
		f.LastRun = &LastRun{ID: run.String, Status: Status(status.String), Started: fromStamp(started.Int64)}
	}
	return nil
}

// ListFlows returns all flows in the order of their names, without their drafts.
func (s *Store) ListFlows(ctx context.Context) ([]FlowInfo, error) {
	var flows []FlowInfo
	err := s.read(ctx, func(q querier) error {
		flows = nil
		return q.query(func(scan func(...any) error) error {
			var f Flow
			if err := scanFlow(scan, &f); err != nil {
				return err
			}
			flows = append(flows, f.FlowInfo)
			return nil
		}, selectFlow+`NULL`+fromFlow+`ORDER BY f.name`)
	})
	return flows, err
}

// Flow returns a flow with its draft, or *NotFoundError.
func (s *Store) Flow(ctx context.Context, name string) (Flow, error) {
	var f Flow
	err := s.read(ctx, func(q querier) (err error) {
		f, err = readFlow(q, name)
		return err
	})
	return f, err
}

func readFlow(q querier, name string) (Flow, error) {
	var f Flow
	found := false
	err := q.query(func(scan func(...any) error) error {
		found = true
		return scanFlow(scan, &f)
	}, selectFlow+`f.draft`+fromFlow+`AND f.name = ?`, name)
	if err == nil && !found {
		err = &NotFoundError{What: "flow", Name: name}
	}
	return f, err
}

// SaveDraft saves file as the draft of the flow, creates the flow if there is
// none of this name, and returns the draft's new revision. Errors: *NameError,
// *ConflictError, *NotFoundError (see SaveOptions).
func (s *Store) SaveDraft(ctx context.Context, name string, file []byte, o SaveOptions) (revision int, err error) {
	if err := CheckFlowName(name); err != nil {
		return 0, err
	}
	if o.Tags == nil {
		o.Tags = []string{}
	}
	tags, err := json.Marshal(o.Tags)
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, func(t *tx) error {
		if err := mayRevise(t, name, o.IfRevision, o.MustBeNew); err != nil {
			return err
		}
		now := stamp(s.now())
		// A deleted flow is revived here; its revisions go on rising, so that an
		// editor left open on the old one notices.
		_, err := row(t, []any{&revision}, `
			INSERT INTO flows (name, title, description, tags, revision, problems, created, updated, updated_by, draft)
			VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET
			  title = excluded.title, description = excluded.description, tags = excluded.tags, revision = revision + 1,
			  problems = excluded.problems, updated = excluded.updated, updated_by = excluded.updated_by,
			  created = iif(deleted IS NULL, created, excluded.created), deleted = NULL, draft = excluded.draft
			RETURNING revision`,
			name, o.Title, o.Description, string(tags), o.Problems, now, now, o.By, notNil(file))
		return err
	})
	return revision, err
}

// mayRevise checks the draft's revision against the one its reader has seen.
func mayRevise(t *tx, name string, seen *int, mustBeNew bool) error {
	if seen == nil && !mustBeNew {
		return nil
	}
	var at int
	found, err := row(t, []any{&at}, `SELECT revision FROM flows WHERE name = ? AND deleted IS NULL`, name)
	switch {
	case err != nil:
		return err
	case !found && seen != nil:
		return &NotFoundError{What: "flow", Name: name}
	case !found || seen != nil && at == *seen && !mustBeNew:
		return nil
	}
	current, err := readFlow(t, name)
	if err != nil {
		return err
	}
	return &ConflictError{Current: current}
}

// DeleteFlow takes a flow out of the lists and gives up its webhooks and schedules. Its
// versions and runs stay. *NotFoundError if there is none.
func (s *Store) DeleteFlow(ctx context.Context, name string) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE flows SET deleted = ?, published = NULL WHERE name = ? AND deleted IS NULL`, stamp(s.now()), name)
		if err != nil {
			return err
		}
		if n == 0 {
			return &NotFoundError{What: "flow", Name: name}
		}
		if err := t.do(`DELETE FROM schedules WHERE flow = ?`, name); err != nil {
			return err
		}
		return t.do(`DELETE FROM hooks WHERE flow = ?`, name)
	})
}

// notNil keeps an empty value apart from NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
