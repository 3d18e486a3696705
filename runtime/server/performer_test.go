package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"blockflow/runtime"
)

// A service of users elsewhere, of which every second request to read fails.
func unreliable(t *testing.T) (url string, reads *atomic.Int64) {
	t.Helper()
	reads = &atomic.Int64{}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/users/login") {
			_, _ = w.Write([]byte(`{"objectId":"u1","user-token":"a-token-of-the-user","name":"Bob"}`))
			return
		}
		if reads.Add(1)%2 == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte(`{"objectId":"u1","name":"Bobby"}`))
	}))
	t.Cleanup(service.Close)
	return service.URL, reads
}

func TestAnEffectThatChangesNothingIsTriedAgain(t *testing.T) {
	url, reads := unreliable(t)
	b := &bench{t: t, dir: t.TempDir(), key: [32]byte{1}}
	b.open(runtime.Connection{Subdomain: url})
	reload := `{"type":"users_get_current_user","id":"reload","inputs":{"reload":{"block":{"type":"logic_boolean","fields":{"BOOL":"TRUE"}}}}}`
	b.flow("reads", stack(whenRun, login, returns(reload)), "user")
	b.gives("PUT", "/api/flows/reads/policy", `{"pauseMs":1}`, 200)
	id := field(t, b.gives("POST", "/api/flows/reads/run", "", 200, `"name":"Bobby"`), "id")
	if reads.Load() != 2 {
		t.Errorf("it was read %d times", reads.Load())
	}
	b.gives("GET", "/api/runs/"+id+"/journal", "", 200, `"attempts":[{"at":`, `"code":"unreachable"`)

	b.gives("PUT", "/api/flows/reads/policy", `{"attempts":1}`, 200)
	b.gives("POST", "/api/flows/reads/run", "", 200, `"status":"failed"`, `"code":"unreachable"`, `"block":"reload"`)
}

func TestARunIsExportedWithoutItsSecrets(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	id := field(t, b.gives("POST", "/api/flows/update-user/run", `{"input":{"password":"wonderland"}}`, 200), "id")
	file := b.gives("GET", "/api/runs/"+id+"/export", "", 200, `"blockflow":"journal"`, `"kind":"users.login"`, "••••••")
	if strings.Contains(file, "wonderland") || strings.Count(file, "\n") != 3 {
		t.Errorf("the file is %s", file)
	}
}
