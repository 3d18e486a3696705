package store

import (
	"context"
	"fmt"
	"time"
)

// A VersionInfo describes a published version. It never changes.
type VersionInfo struct {
	Flow     string
	Version  int    // 1, 2, 3, …
	Document string // the file's SHA-256 in hex
	At       time.Time
	By       string
	Note     string
}

// A Version is a published version with its flow file.
type Version struct {
	VersionInfo
	File []byte
}

// PublishOptions say what is published and what belongs to it.
type PublishOptions struct {
	Revision int // the draft's revision the publisher has seen and checked
	By, Note string
	// File is what is published, nil for the draft as it is: the draft with what
	// belongs to it at this moment.
	File []byte
	// Hooks are all webhooks of the new version; they replace those of the one
	// before. Flow and Version are filled in.
	Hooks []Hook
	// Schedules are all schedules of the new version, likewise.
	Schedules []Schedule
}

// Publish makes the draft the flow's next version and routes its webhooks to it,
// both or neither. Errors: *NotFoundError, *ConflictError if the draft is at
// another revision, *HookTakenError.
func (s *Store) Publish(ctx context.Context, name string, o PublishOptions) (VersionInfo, error) {
	v := VersionInfo{Flow: name, By: o.By, Note: o.Note}
	err := s.write(ctx, func(t *tx) error {
		if err := mayRevise(t, name, &o.Revision, false); err != nil {
			return err
		}
		var draft []byte
		if _, err := row(t, []any{&draft}, `SELECT draft FROM flows WHERE name = ?`, name); err != nil {
			return err
		}
		if _, err := row(t, []any{&v.Version}, `SELECT coalesce(max(version), 0) + 1 FROM versions WHERE flow = ?`, name); err != nil {
			return err
		}
		if o.File != nil {
			draft = o.File
		}
		hash := sum(draft)
		at := stamp(s.now())
		v.Document, v.At = hexHash(hash), fromStamp(at)
		if err := keepDocument(t, hash, draft); err != nil {
			return err
		}
		if err := t.do(`
			INSERT INTO versions (flow, version, document, at, by, note)
			VALUES (?, ?, (SELECT id FROM documents WHERE hash = ?), ?, ?, ?)`,
			name, v.Version, hash, at, o.By, o.Note); err != nil {
			return err
		}
		if err := t.do(`UPDATE flows SET published = ? WHERE name = ?`, v.Version, name); err != nil {
			return err
		}
		if err := replaceSchedules(t, name, v.Version, o.Schedules); err != nil {
			return err
		}
		return replaceHooks(t, name, v.Version, o.Hooks)
	})
	if err != nil {
		return VersionInfo{}, err
	}
	return v, nil
}

const selectVersion = `SELECT v.flow, v.version, v.at, v.by, v.note, d.hash, `

const fromVersion = `
  FROM versions v JOIN documents d ON d.id = v.document `

func scanVersion(scan func(...any) error, v *Version) error {
	var at int64
	var hash []byte
	if err := scan(&v.Flow, &v.Version, &at, &v.By, &v.Note, &hash, &v.File); err != nil {
		return err
	}
	v.At, v.Document = fromStamp(at), hexHash(hash)
	return nil
}

// Version returns version n of a flow, a deleted flow's too. Errors:
// *NotFoundError, *CorruptError.
func (s *Store) Version(ctx context.Context, name string, n int) (Version, error) {
	var v Version
	found := false
	err := s.read(ctx, func(q querier) error {
		return q.query(func(scan func(...any) error) error {
			found = true
			return scanVersion(scan, &v)
		}, selectVersion+`d.file`+fromVersion+`WHERE v.flow = ? AND v.version = ?`, name, n)
	})
	switch {
	case err != nil:
		return Version{}, err
	case !found:
		return Version{}, &NotFoundError{What: "version", Name: fmt.Sprintf("%s %d", name, n)}
	}
	return v, checkDocument(v.Document, v.File)
}

// Versions returns the versions of a flow, the newest first, without files. A
// flow that was never published, or never was, has none.
func (s *Store) Versions(ctx context.Context, name string) ([]VersionInfo, error) {
	var versions []VersionInfo
	err := s.read(ctx, func(q querier) error {
		versions = nil
		return q.query(func(scan func(...any) error) error {
			var v Version
			if err := scanVersion(scan, &v); err != nil {
				return err
			}
			versions = append(versions, v.VersionInfo)
			return nil
		}, selectVersion+`NULL`+fromVersion+`WHERE v.flow = ? ORDER BY v.version DESC`, name)
	})
	return versions, err
}
