package store

import (
	"context"
	"fmt"
	"runtime"
	"testing"
)

// BenchmarkCommit shows what group commit gives: the same writes by as many
// callers, at most one write a transaction and as many as have gathered.
func BenchmarkCommit(b *testing.B) {
	payload := make([]byte, 500)
	for _, what := range []struct {
		name  string
		write func(s *Store) error
	}{
		{"row", func(s *Store) error {
			return s.write(context.Background(), func(t *tx) error {
				return t.do("INSERT INTO audit (at, by, action, subject, detail) VALUES (1, '', '', '', ?)", string(payload))
			})
		}},
		{"run", func(s *Store) error {
			r := newRun("f")
			r.Input = payload
			return s.SaveRun(context.Background(), r, nil, Outcome{Status: Succeeded, Result: payload})
		}},
		{"run with 2 effects", func(s *Store) error {
			r := newRun("f")
			r.Input = payload
			e := []Entry{{Place: "1", Block: "b", Kind: "users.login", Args: payload, Outcome: payload}}
			if err := s.CreateRun(context.Background(), r); err != nil {
				return err
			}
			if err := s.Intend(context.Background(), r.ID, e); err != nil {
				return err
			}
			if err := s.Record(context.Background(), r.ID, e); err != nil {
				return err
			}
			e[0].Place = "2"
			if err := s.Intend(context.Background(), r.ID, e); err != nil {
				return err
			}
			return s.RecordAndFinish(context.Background(), r.ID, e, Outcome{Status: Succeeded, Result: payload})
		}},
	} {
		for _, each := range []int{1, 32} {
			callers := each * runtime.GOMAXPROCS(0)
			for _, most := range []int{1, maxBatch} {
				b.Run(fmt.Sprintf("%s/callers=%d/batch=%d", what.name, callers, most), func(b *testing.B) {
					s := open(b, b.TempDir())
					s.writer.most = most
					b.SetParallelism(each)
					b.ResetTimer()
					b.RunParallel(func(p *testing.PB) {
						for p.Next() {
							if err := what.write(s); err != nil {
								b.Error(err)
							}
						}
					})
				})
			}
		}
	}
}
