package store

import (
	"context"
	"errors"
)

// Reseal seals everything anew with the newest key, a few hundred rows a write,
// and returns how many values that were. What can't be opened stays as it is. It
// can be cut off and begun again.
func (s *Store) Reseal(ctx context.Context) (int, error) {
	all := 0
	for _, c := range sealedColumns {
		for after := int64(-1); after != 0; {
			n, last, err := s.resealSome(ctx, c, after)
			if err != nil {
				return all, err
			}
			all, after = all+n, last
		}
	}
	return all, nil
}

// A sealedColumn is one whose values are sealed. query reads rowid, the parts of
// the identity, and the value, behind a rowid.
type sealedColumn struct {
	query, update string
	identity      func(a, b string) string
}

func runColumn(name string) sealedColumn {
	return sealedColumn{
		`SELECT seq, id, '', ` + name + ` FROM runs WHERE seq > ? AND ` + name + ` IS NOT NULL ORDER BY seq LIMIT 300`,
		`UPDATE runs SET ` + name + ` = ? WHERE seq = ?`,
		func(run, _ string) string { return runIdentity(name, run) },
	}
}

func journalColumn(name string) sealedColumn {
	return sealedColumn{
		`SELECT j.ordinal, r.id, j.place, j.` + name + ` FROM journal j JOIN runs r ON r.seq = j.run
		  WHERE j.ordinal > ? AND j.` + name + ` IS NOT NULL ORDER BY j.ordinal LIMIT 300`,
		`UPDATE journal SET ` + name + ` = ? WHERE ordinal = ?`,
		func(run, place string) string { return entryIdentity(name, run, place) },
	}
}

var sealedColumns = []sealedColumn{
	{
		`SELECT rowid, key, '', value FROM settings WHERE rowid > ? AND sealed ORDER BY rowid LIMIT 300`,
		`UPDATE settings SET value = ? WHERE rowid = ?`, func(key, _ string) string { return settingIdentity(key) },
	},
	{
		`SELECT rowid, name, '', value FROM secrets WHERE rowid > ? ORDER BY rowid LIMIT 300`,
		`UPDATE secrets SET value = ? WHERE rowid = ?`, func(name, _ string) string { return secretIdentity(name) },
	},
	runColumn("error"), runColumn("input"), runColumn("result"), runColumn("log"), runColumn("journal"),
	{
		`SELECT s.run, r.id, '', s.state FROM snapshots s JOIN runs r ON r.seq = s.run WHERE s.run > ? ORDER BY s.run LIMIT 300`,
		`UPDATE snapshots SET state = ? WHERE run = ?`, func(run, _ string) string { return runIdentity("snapshot", run) },
	},
	journalColumn("args"), journalColumn("attempts"), journalColumn("outcome"),
}

// resealSome returns the last row it has seen, 0 if there are no more.
func (s *Store) resealSome(ctx context.Context, c sealedColumn, after int64) (n int, last int64, err error) {
	err = s.write(ctx, func(t *tx) error {
		type value struct {
			row    int64
			sealed []byte
		}
		var list []value
		n, last = 0, 0
		err := t.query(func(scan func(...any) error) error {
			var v value
			var a, b string
			if err := scan(&v.row, &a, &b, &v.sealed); err != nil {
				return err
			}
			last = v.row
			identity := c.identity(a, b)
			plain, err := s.seals.open(v.sealed, identity)
			if errors.Is(err, errSeal) {
				return nil
			}
			v.sealed = s.seals.seal(notNil(plain), identity)
			list = append(list, v)
			return err
		}, c.query, after)
		if err != nil {
			return err
		}
		for _, v := range list {
			if err := t.do(c.update, v.sealed, v.row); err != nil {
				return err
			}
		}
		n = len(list)
		return nil
	})
	return n, last, err
}
