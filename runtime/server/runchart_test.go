package server

import (
	"encoding/json"
	"strings"
	"testing"

	"blockflow/runtime"
)

func TestRunsAreCountedSearchedAndExported(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.gives("POST", "/hooks/update-user", "", 200)
	b.gives("POST", "/api/flows/update-user/run", `{"input":{"password":"wrong"}}`, 200, `"failed"`)
	b.idle()
	var chart struct {
		Parts []struct{ Succeeded, Failed int }
	}
	read := func(query string) (succeeded, failed int) {
		t.Helper()
		if err := json.Unmarshal([]byte(b.gives("GET", "/api/runs/chart"+query, "", 200)), &chart); err != nil {
			t.Fatal(err)
		}
		for _, p := range chart.Parts {
			succeeded, failed = succeeded+p.Succeeded, failed+p.Failed
		}
		return succeeded, failed
	}
	if good, bad := read(""); good != 1 || bad != 1 || len(chart.Parts) != chartParts {
		t.Errorf("%d succeeded and %d failed in %d parts", good, bad, len(chart.Parts))
	}
	if good, bad := read("?trigger=webhook&parts=1"); good != 1 || bad != 0 || len(chart.Parts) != 1 {
		t.Errorf("of webhooks %d succeeded and %d failed", good, bad)
	}
	if good, bad := read("?flow=another"); good != 0 || bad != 0 {
		t.Errorf("of another flow %d succeeded and %d failed", good, bad)
	}
	b.gives("GET", "/api/runs/chart?since=2030-01-01T00:00:00Z&until=2029-01-01T00:00:00Z", "", 400, `"code":"bad_query"`)
	b.gives("GET", "/api/runs/chart?parts=0", "", 400)

	found := b.gives("GET", "/api/runs?search=INVALID%20login", "", 200, `"status":"failed"`, `"next":""`)
	if strings.Contains(found, `"succeeded"`) {
		t.Errorf("the search found %s", found)
	}
	b.gives("GET", "/api/runs?search=webhook", "", 200, `"trigger":"webhook"`)
	b.gives("GET", "/api/runs?search=nothing%20like%20it", "", 200, `"runs":[]`)
	var page struct {
		Runs []struct{ ID string }
		Next string
	}
	for n, query := 0, "?search=update-user&limit=1"; n < 2; n++ {
		if err := json.Unmarshal([]byte(b.gives("GET", "/api/runs"+query, "", 200)), &page); err != nil || len(page.Runs) != 1 {
			t.Fatalf("page %d: %v %+v", n, err, page)
		}
		query = "?search=update-user&limit=1&before=" + page.Next
	}
	file := b.gives("GET", "/api/runs/export?flow=update-user", "", 200, "id,flow,version", ",webhook,succeeded,", ",manual,failed,")
	if lines := strings.Count(strings.TrimSpace(file), "\n"); lines != 2 {
		t.Errorf("%d runs were exported: %s", lines, file)
	}
	if got := textCell("=HYPERLINK()"); got != "'=HYPERLINK()" {
		t.Error(got)
	}
}
