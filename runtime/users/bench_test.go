package users

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// BenchmarkUpdate measures durable updates per second through the whole
// service, 32 clients at a time, with and without an Idempotency-Key.
func BenchmarkUpdate(b *testing.B) {
	for _, keyed := range []bool{false, true} {
		b.Run(fmt.Sprintf("keyed=%v", keyed), func(b *testing.B) {
			s, err := Open(context.Background(), filepath.Join(b.TempDir(), "users.db"), Options{PasswordCost: cheap})
			if err != nil {
				b.Fatal(err)
			}
			defer func() {
				if err := s.Close(); err != nil {
					b.Error(err)
				}
			}()
			var paths []string
			for i := range 1000 {
				made, err := s.Create(context.Background(), fmt.Appendf(nil, `{"email":"user%d@x.org","password":"x"}`, i))
				if err != nil {
					b.Fatal(err)
				}
				paths = append(paths, "http://x/"+s.Keys().AppID+"/"+s.Keys().BL+"/users/"+answer{text: string(made)}.field("objectId"))
			}
			client := http.Client{Transport: s.Transport()}
			var count atomic.Int64
			b.SetParallelism(16) // times two processors
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n := count.Add(1)
					request, err := http.NewRequest("PUT", paths[n%1000], strings.NewReader(fmt.Sprintf(`{"address":"%d Rose Street","score":%d}`, n, n)))
					if err != nil {
						b.Error(err)
						return
					}
					request.Header.Set("Content-Type", "application/json")
					if keyed {
						request.Header.Set("Idempotency-Key", fmt.Sprintf("run:%d", n))
					}
					response, err := client.Do(request)
					if err != nil || response.StatusCode != http.StatusOK {
						b.Error(response, err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
		})
	}
}

// BenchmarkPassword is what a login costs at least.
func BenchmarkPassword(b *testing.B) {
	h, err := newHasher(PasswordCost{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := h.hash(context.Background(), "wonderland"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLogin measures logins through the whole service at the cost of
// production; beside BenchmarkPassword it shows what a login takes but the hash.
func BenchmarkLogin(b *testing.B) {
	s, err := Open(context.Background(), filepath.Join(b.TempDir(), "users.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	}()
	if _, err := s.Create(context.Background(), []byte(`{"email":"alice@x.org","password":"wonderland"}`)); err != nil {
		b.Fatal(err)
	}
	client := http.Client{Transport: s.Transport()}
	b.SetParallelism(16) // times two processors
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			response, err := client.Post("http://x/api/users/login", "application/json", strings.NewReader(`{"login":"alice@x.org","password":"wonderland"}`))
			if err != nil || response.StatusCode != http.StatusOK {
				b.Error(response, err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "logins/s")
}
