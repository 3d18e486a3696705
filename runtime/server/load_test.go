package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gin-gonic/gin"

	"blockflow/runtime"
	"blockflow/runtime/store"
)

// connections is how many callers there are at a time.
const connections = 32

// load sends b.N requests over as many connections and reports how many a second.
func load(b *testing.B, url, body string, header ...string) float64 {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	var left atomic.Int64
	left.Store(int64(b.N))
	var all sync.WaitGroup
	b.ResetTimer()
	for range connections {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				req, err := http.NewRequest("POST", url, bytes.NewReader([]byte(body)))
				if err != nil {
					b.Error(err)
					return
				}
				req.Header.Set("Content-Type", "application/json")
				res, err := client.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				answer, _ := io.ReadAll(res.Body)
				res.Body.Close()
				if res.StatusCode != http.StatusOK {
					b.Errorf("status %d: %s", res.StatusCode, answer)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "req/s")
	return rate
}

// BenchmarkWebhook compares, in one run: a bare Gin handler that inserts one row
// in group commit, with a webhook that computes and responds, durable, with its
// full history.
func BenchmarkWebhook(b *testing.B) {
	b.Run("bare Gin and one row", func(b *testing.B) {
		s, err := store.Open(context.Background(), b.TempDir(), store.Options{Key: [32]byte{1}})
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		gin.SetMode(gin.ReleaseMode)
		r := gin.New()
		r.POST("/hook", func(c *gin.Context) {
			body, err := io.ReadAll(c.Request.Body)
			if err == nil {
				err = s.Audit(c, store.AuditEntry{Action: "hook", Detail: string(body)})
			}
			if err != nil {
				c.Status(http.StatusInternalServerError)
				return
			}
			c.JSON(http.StatusOK, gin.H{"sum": 3})
		})
		web := httptest.NewServer(r)
		defer web.Close()
		load(b, web.URL+"/hook", `{"a":1,"b":2}`)
	})
	for _, x := range []struct{ name, answer string }{
		{"compute and return", returns(expression(`{sum: input.body.a + input.body.b}`))},
		{"compute and respond", `{"type":"respond","id":"r","inputs":{"body":{"block":` + expression(`{sum: input.body.a + input.body.b}`) + `}}}`},
	} {
		b.Run(x.name, func(b *testing.B) {
			d := newBenchFor(b)
			d.flow("sum", stack(webhook("sum"), x.answer))
			load(b, d.http.URL+"/hooks/sum", `{"a":1,"b":2}`)
		})
	}
	b.Run("log in, change and return", func(b *testing.B) {
		d := newBenchFor(b)
		update := `{"type":"users_update","id":"u","inputs":{"user":{"block":` + expression(`{objectId: user.objectId, address: "27 Rose Street"}`) + `}}}`
		d.flow("update", stack(webhook("update"), login, returns(update)), "user")
		load(b, d.http.URL+"/hooks/update", `{}`)
	})
	b.Run("change with a token and respond", func(b *testing.B) {
		d := newBenchFor(b)
		user := d.signUp()
		update := `{"type":"users_update","id":"u","inputs":{"user":{"block":` + expression(`{objectId: input.body.objectId, address: "27 Rose Street"}`) + `}}}`
		d.flow("token", stack(webhook("token"), `{"type":"users_set_token","id":"t","inputs":{"token":{"block":`+expression(`input.body.token`)+`}}}`,
			`{"type":"respond","id":"r","inputs":{"body":{"block":`+update+`}}}`))
		load(b, d.http.URL+"/hooks/token", user)
	})
}

// signUp registers a user and logs in; it returns the body that the webhook
// "token" takes.
func (b *bench) signUp() string {
	b.t.Helper()
	var user struct {
		ObjectID string `json:"objectId"`
		Token    string `json:"user-token"`
	}
	for _, path := range []string{"register", "login"} {
		res, err := http.Post(b.http.URL+"/api/users/"+path, "application/json", strings.NewReader(`{"email":"load@example.org","login":"load@example.org","password":"wonderland"}`))
		if err != nil {
			b.t.Fatal(err)
		}
		err = json.NewDecoder(res.Body).Decode(&user)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			b.t.Fatal(res.StatusCode, err)
		}
	}
	return `{"objectId":"` + user.ObjectID + `","token":"` + user.Token + `"}`
}

// newBenchFor is newBench for a benchmark.
func newBenchFor(b *testing.B) *bench {
	b.Helper()
	return furnish(&bench{t: b, dir: b.TempDir(), key: [32]byte{1}}, runtime.Connection{})
}
