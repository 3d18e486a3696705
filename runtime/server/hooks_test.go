package server

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"blockflow/runtime"
)

// signature is HMAC-SHA-256 in hexadecimal.
func signature(key string, parts ...string) string {
	mac := hmac.New(sha256.New, []byte(key))
	for _, p := range parts {
		mac.Write([]byte(p))
	}
	return hex.EncodeToString(mac.Sum(nil))
}

func TestWebhooksKnowTheirCallers(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.gives("PUT", "/api/secrets/pair", `{"value":"ada:engine"}`, 204)
	b.gives("PUT", "/api/secrets/key", `{"value":"wh-secret"}`, 204)
	for auth, secret := range map[string]string{"TOKEN": "", "BASIC": "pair", "HEADER": "key", "BEARER": "key", "GITHUB": "key", "STRIPE": "key", "HMAC": "key"} {
		b.flow("h-"+strings.ToLower(auth), stack(webhook("auth/"+auth, "AUTH", auth, "SECRET", secret), returns(text("in"))))
	}
	now := fmt.Sprint(time.Now().Unix())
	old := fmt.Sprint(time.Now().Add(-6 * time.Minute).Unix())
	ahead := fmt.Sprint(time.Now().Add(6 * time.Minute).Unix())
	body := `{"a": 1}`
	github := signature("wh-secret", body)
	stripe := func(at, key string) string { return signature(key, at, ".", body) }
	for _, test := range []struct {
		auth, what string
		header     []string
		status     int
	}{
		{"TOKEN", "a token of this server", nil, 200},
		{"TOKEN", "no token", []string{"Authorization", ""}, 401},
		{"TOKEN", "a token that may only read", []string{"Authorization", b.bearer("read")}, 401},
		{"TOKEN", "a token that may run", []string{"Authorization", b.bearer("run")}, 200},
		{"BASIC", "name and password", []string{"Authorization", "Basic YWRhOmVuZ2luZQ=="}, 200},
		{"BASIC", "a wrong password", []string{"Authorization", "Basic YWRhOmVuZ2luZXM="}, 401},
		{"BASIC", "nothing", []string{"Authorization", ""}, 401},
		{"HEADER", "the token", []string{"X-Webhook-Token", "wh-secret"}, 200},
		{"HEADER", "a longer token", []string{"X-Webhook-Token", "wh-secret2"}, 401},
		{"HEADER", "nothing", nil, 401},
		{"BEARER", "the token", []string{"Authorization", "Bearer wh-secret"}, 200},
		{"BEARER", "another scheme", []string{"Authorization", "Token wh-secret"}, 401},
		{"BEARER", "nothing", []string{"Authorization", ""}, 401},
		{"GITHUB", "the signature", []string{"X-Hub-Signature-256", "sha256=" + github}, 200},
		{"GITHUB", "in capitals", []string{"X-Hub-Signature-256", "sha256=" + strings.ToUpper(github)}, 401},
		{"GITHUB", "cut short", []string{"X-Hub-Signature-256", "sha256=" + github[:62]}, 401},
		{"GITHUB", "without saying how", []string{"X-Hub-Signature-256", github}, 401},
		{"GITHUB", "of another algorithm", []string{"X-Hub-Signature-256", "sha1=" + github}, 401},
		{"GITHUB", "empty", []string{"X-Hub-Signature-256", "sha256="}, 401},
		{"GITHUB", "missing", nil, 401},
		{"GITHUB", "with another key", []string{"X-Hub-Signature-256", "sha256=" + signature("", body)}, 401},
		{"GITHUB", "of another body", []string{"X-Hub-Signature-256", "sha256=" + signature("wh-secret", `{"a":1}`)}, 401},
		{"STRIPE", "the signature", []string{"Stripe-Signature", "t=" + now + ",v1=" + stripe(now, "wh-secret")}, 200},
		{"STRIPE", "two, of which one is right", []string{"Stripe-Signature", "t=" + now + ",v1=" + stripe(now, "old") + ",v1=" + stripe(now, "wh-secret") + ",v0=x"}, 200},
		{"STRIPE", "of an old time", []string{"Stripe-Signature", "t=" + old + ",v1=" + stripe(old, "wh-secret")}, 401},
		{"STRIPE", "of another time", []string{"Stripe-Signature", "t=" + now + ",v1=" + stripe(old, "wh-secret")}, 401},
		{"STRIPE", "with two times", []string{"Stripe-Signature", "t=" + old + ",t=" + now + ",v1=" + stripe(old, "wh-secret")}, 401},
		{"STRIPE", "without a time", []string{"Stripe-Signature", "v1=" + signature("wh-secret", ".", body)}, 401},
		{"STRIPE", "only of a form that is gone", []string{"Stripe-Signature", "t=" + now + ",v0=" + stripe(now, "wh-secret")}, 401},
		{"HMAC", "the signature", []string{"X-Timestamp", now, "X-Signature", "sha256=" + stripe(now, "wh-secret")}, 200},
		{"HMAC", "of an old time", []string{"X-Timestamp", old, "X-Signature", stripe(old, "wh-secret")}, 401},
		{"HMAC", "of the future", []string{"X-Timestamp", ahead, "X-Signature", stripe(ahead, "wh-secret")}, 401},
		{"HMAC", "of no time", []string{"X-Timestamp", "soon", "X-Signature", stripe("soon", "wh-secret")}, 401},
		{"HMAC", "without a time", []string{"X-Signature", github}, 401},
	} {
		if status, answer := b.call("POST", "/hooks/auth/"+test.auth, body, test.header...); status != test.status {
			t.Errorf("%s, %s: %d %s, want %d", test.auth, test.what, status, answer, test.status)
		}
	}

	twice, _ := http.NewRequest("POST", b.http.URL+"/hooks/auth/GITHUB", strings.NewReader(body))
	twice.Header["X-Hub-Signature-256"] = []string{"sha256=" + github, "sha256=x"}
	if res, err := http.DefaultClient.Do(twice); err != nil || res.StatusCode != 401 {
		t.Errorf("two signatures: %v %v", res, err)
	}
	b.gives("DELETE", "/api/secrets/key", "", 204)
	for _, auth := range []string{"HEADER", "BEARER", "GITHUB", "STRIPE", "HMAC"} {
		for _, key := range []string{"", "wh-secret"} {
			status, answer := b.call("POST", "/hooks/auth/"+auth, body, "X-Webhook-Token", key, "Authorization", "Bearer "+key, "X-Hub-Signature-256", "sha256="+signature(key, body))
			if status != 503 || !strings.Contains(answer, "not_ready") {
				t.Errorf("%s without its secret: %d %s", auth, status, answer)
			}
		}
	}
	b.gives("PUT", "/api/flows/open", `{"blocks":{"blocks":[`+stack(webhook("open", "AUTH", "HMAC"), returns(text("in")))+`]}}`, 200, `"code":"wrong_field"`)
}

func TestAddressesOfWebhooks(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("one", stack(webhook("orders/:id", "METHOD", "GET"), returns(expression(`"order " + input.params.id`))))
	b.flow("word", stack(webhook("orders/new", "METHOD", "GET"), returns(text("a new one"))))
	b.flow("any", stack(webhook("any/:a/:b", "METHOD", "ANY"), returns(expression(`input.method + " " + input.params.a + " " + input.params.b + " " + input.query.q`))))
	for _, test := range []struct {
		method, path string
		status       int
		answer       string
	}{
		{"GET", "/hooks/orders/7", 200, `"order 7"`},
		{"GET", "/hooks/orders/new", 200, `"a new one"`},
		{"GET", "/hooks/orders/new/", 200, `"a new one"`},
		{"GET", "/hooks/orders/a%2Fb", 200, `"order a/b"`},
		{"GET", "/hooks/orders/%F0%9F%90%87", 200, `"order 🐇"`},
		{"GET", "/hooks/orders", 404, ""},
		{"GET", "/hooks/orders/7/8", 404, ""},
		{"GET", "/hooks//orders/7", 404, ""},
		{"GET", "/hooks/orders//", 404, ""},
		{"GET", "/hooks/orders/%2e%2e", 404, ""},
		{"GET", "/hooks/x/%2e%2e/orders/new", 404, ""},
		{"GET", "/hooks/Orders/new", 404, ""},
		{"GET", "/hooks/orders/%00", 404, ""},
		{"GET", "/hooks/orders/%ff", 404, ""},
		{"GET", "/hooks%2Forders/new", 200, "the editor"},
		{"POST", "/hooks/orders/new", 404, ""},
		{"PUT", "/hooks/any/x/y?q=1", 200, `"PUT x y 1"`},
		{"DELETE", "/hooks/any/x/y?q=1&q=2", 200, `"DELETE x y 1,2"`},
	} {
		if status, answer := b.call(test.method, test.path, ""); status != test.status || !strings.Contains(answer, test.answer) {
			t.Errorf("%s %s: %d %s, want %d %s", test.method, test.path, status, answer, test.status, test.answer)
		}
	}
	if status, _ := b.call("GET", "/hooks/orders/new", "", "X-HTTP-Method-Override", "DELETE"); status != 200 {
		t.Error("a header decides about the method")
	}
	for _, path := range []string{"", "a//b", "../x", "a/:", "a/:x/:x", "a b", "a?b"} {
		b.gives("PUT", "/api/flows/bad", `{"blocks":{"blocks":[`+stack(webhook(path), returns(text("x")))+`]}}`, 200, `"code":"wrong_field"`)
	}
	b.gives("PUT", "/api/flows/taken", `{"blocks":{"blocks":[`+stack(webhook("orders/:key", "METHOD", "GET"), returns(text("x")))+`]}}`, 200)
	b.gives("POST", "/api/flows/taken/publish", "", 409, `"code":"hook_taken"`)
	b.gives("DELETE", "/api/flows/word", "", 204)
	b.gives("GET", "/hooks/orders/new", "", 200, `"order new"`)
}

func TestBodiesOfWebhooks(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("echo", stack(webhook("echo"), returns(expression("input.body"))))
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("name", "Ada")
	file, _ := w.CreateFormFile("file", `C:\secret\..\notes.txt`)
	_, _ = io.WriteString(file, "hello")
	_ = w.Close()
	var parts bytes.Buffer
	many := multipart.NewWriter(&parts)
	for range mostParts + 1 {
		_ = many.WriteField("x", "")
	}
	_ = many.Close()
	for _, test := range []struct {
		name, kind, body string
		status           int
		answer           string
	}{
		{"JSON", "application/json", `{"a":[1,null]}`, 200, `{"a":[1,null]}`},
		{"JSON of a kind of its own", "application/cloudevents+json; charset=utf-8", `{"a":1}`, 200, `{"a":1}`},
		{"two keys that are the same", "application/json", `{"a":1,"a":2}`, 400, "bad_json"},
		{"a form", "application/x-www-form-urlencoded", "a=1&b=x+y&a=2", 200, `{"a":["1","2"],"b":"x y"}`},
		{"a form with a file", w.FormDataContentType(), form.String(), 200, `{"name":"Ada","file":{"name":"notes.txt","type":"application/octet-stream","size":5,"data":"aGVsbG8="}}`},
		{"JSON that pretends to be a form with files", "multipart/form-data; boundary=x", `{"file":{"path":"/etc/passwd"}}`, 400, "bad_form"},
		{"a form with files without a boundary", "multipart/form-data", "x", 400, "bad_form"},
		{"too many parts", many.FormDataContentType(), parts.String(), 413, "too_big"},
		{"too many fields", "application/x-www-form-urlencoded", strings.Repeat("a&", mostFields), 413, "too_big"},
		{"text", "text/plain", "hello", 200, `"hello"`},
		{"bytes", "application/octet-stream", "\xff\xfe", 200, `{"type":"application/octet-stream","size":2,"data":"//4="}`},
		{"a content type that can't be read", "a/b/c; ;", "x", 415, "wrong_content_type"},
		{"JSON that isn't", "application/json", `{"a":`, 400, "bad_json"},
		{"too much", "text/plain", strings.Repeat("x", 2<<20), 413, "too_big"},
	} {
		status, answer := b.call("POST", "/hooks/echo", test.body, "Content-Type", test.kind)
		if status != test.status || !strings.Contains(answer, test.answer) {
			t.Errorf("%s: %d %.300s, want %d %s", test.name, status, answer, test.status, test.answer)
		}
	}
	if status, _ := b.call("POST", "/hooks/echo", "x", "Content-Encoding", "gzip"); status != 415 {
		t.Errorf("a compressed body is answered with %d", status)
	}
}

func TestResponding(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	respond := func(status, headers, body string) string {
		return `{"type":"respond","inputs":{"status":{"block":` + status + `},"headers":{"block":` + headers + `},"body":{"block":` + body + `}}}`
	}
	b.flow("html", stack(webhook("html"), respond(expression("201"), expression(`{"Content-Type":"text/html","X-Own":"a"}`), text("<b>hi</b>")), returns(text("ignored"))))
	b.flow("json", stack(webhook("json"), respond(expression("202"), `{"type":"logic_null"}`, expression(`{a: 1}`))))
	b.flow("twice", stack(webhook("twice"), respond(expression("200"), `{"type":"logic_null"}`, text("first")), respond(expression("500"), `{"type":"logic_null"}`, text("second"))))
	b.flow("late", stack(webhook("late"), respond(expression("200"), `{"type":"logic_null"}`, text("early")), forever))
	b.flow("evil", stack(webhook("evil"), respond(expression("200"), expression(`{"x": "a\r\nSet-Cookie: b=c"}`), text("x"))))

	res, err := http.Post(b.http.URL+"/hooks/html", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	if h := res.Header; res.StatusCode != 201 || string(body) != "<b>hi</b>" || h.Get("Content-Type") != "text/html" || h.Get("X-Own") != "a" ||
		!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %s %v", res.StatusCode, body, res.Header)
	}
	b.gives("GET", "/api/runs/"+res.Header.Get("Blockflow-Run"), "", 200, `"status":"succeeded"`, `"result":"ignored"`)
	b.gives("POST", "/hooks/json", "", 202, `{"a":1}`)
	b.gives("POST", "/hooks/twice", "", 200, "first")
	b.gives("POST", "/hooks/late", "", 200, "early") // while it runs on for ever
	b.gives("GET", "/api/runs?flow=late", "", 200, `"status":"running"`)
	b.gives("POST", "/hooks/evil", "", 500, `"code":"wrong_value"`)
}

func TestAnEventRunsOnce(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("once", stack(webhook("once"), `{"type":"respond","id":"respond","inputs":{"status":{"block":`+expression("201")+`},"body":{"block":`+expression("input.body")+`}}}`))
	b.flow("later", stack(webhook("later", "ANSWER", "LATER"), returns(expression("input.body"))))
	var all sync.WaitGroup
	answers := make([]string, 200)
	for i := range answers {
		all.Go(func() {
			status, answer := b.call("POST", "/hooks/once", `"same"`, "Idempotency-Key", "k1")
			answers[i] = fmt.Sprint(status, " ", answer)
		})
	}
	all.Wait()
	for _, a := range answers {
		if a != "201 same" {
			t.Fatalf("an answer is %q", a)
		}
	}
	if runs := b.gives("GET", "/api/runs?flow=once", "", 200); strings.Count(runs, `"id":`) != 1 {
		t.Errorf("the event ran more than once: %s", runs)
	}
	if status, _ := b.call("POST", "/hooks/once", `"other"`, "Idempotency-Key", strings.Repeat("k", 256)); status != 400 {
		t.Errorf("a key that is too long: %d", status)
	}
	first, second := "", ""
	if status, answer := b.call("POST", "/hooks/later", `1`, "Idempotency-Key", "k1"); status != 202 {
		t.Errorf("%d %s", status, answer)
	} else {
		first = field(t, answer, "id")
	}
	b.idle()
	if status, answer := b.call("POST", "/hooks/later", `1`, "Idempotency-Key", "k1"); status != 202 {
		t.Errorf("%d %s", status, answer)
	} else {
		second = field(t, answer, "id")
	}
	if first != second {
		t.Errorf("two runs: %s and %s", first, second)
	}
	b.gives("GET", "/api/runs/"+first, "", 200, `"status":"succeeded"`, `"result":1`)
}

func TestPagesOfOtherSitesCallWhatTheyMay(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("cors", stack(webhook("cors"), returns(text("x"))))
	allowed := func(origin string, header ...string) string {
		method := "POST"
		if len(header) > 0 {
			method = "OPTIONS"
		}
		req, _ := http.NewRequest(method, b.http.URL+"/hooks/cors", nil)
		req.Header.Set("Origin", origin)
		for i := 0; i+1 < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Error("cookies are allowed")
		}
		return res.Header.Get("Access-Control-Allow-Origin")
	}
	if got := allowed("https://shop.example.com"); got != "" {
		t.Errorf("without a policy %s may call", got)
	}
	b.gives("PUT", "/api/flows/cors/policy", `{"origins":["https://shop.example.com/"]}`, 400)
	b.gives("PUT", "/api/flows/cors/policy", `{"origins":["https://shop.example.com"]}`, 200)
	for origin, want := range map[string]string{
		"https://shop.example.com": "https://shop.example.com", "https://shop.example.com.evil.org": "", "https://evil.org": "", "http://shop.example.com": "", "null": "",
	} {
		if got := allowed(origin); got != want {
			t.Errorf("%s gets %q", origin, got)
		}
		if got := allowed(origin, "Access-Control-Request-Method", "POST"); got != want {
			t.Errorf("%s gets %q before", origin, got)
		}
	}
}

func TestTheTestAddressRunsTheDraft(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("drafted", stack(webhook("drafted"), returns(text("live"))))
	b.gives("PUT", "/api/flows/drafted", `{"blocks":{"blocks":[`+stack(webhook("drafted"), returns(text("draft")))+`]}}`, 200)
	hooks := b.gives("GET", "/api/flows/drafted/hooks", "", 200, `"path":"/hooks/drafted"`, `"live":true`)
	test := hooks[strings.Index(hooks, `/hooks-test/`):]
	test = test[:strings.IndexByte(test, '"')]
	b.gives("POST", "/hooks/drafted", "", 200, `"live"`)
	b.gives("POST", test, "", 200, `"draft"`)
	b.gives("GET", "/api/runs?flow=drafted&trigger=test", "", 200, `"version":"draft"`)
	b.gives("POST", "/hooks-test/drafted/0123456789abcdef0123456789abcdef/drafted", "", 404)
	b.gives("POST", strings.Replace(test, "drafted", "update-user", 1), "", 404)
}
