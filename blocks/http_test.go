package blocks

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"blockflow/engine"
)

// echo is a web service that tells what it was sent.
func echo(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/missing":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"message":"There is no such thing."}`)
	case "/binary":
		_, _ = w.Write([]byte{0xff, 0xfe, 0})
	case "/large":
		_, _ = w.Write(make([]byte, mostAnswer+1))
	case "/bomb": // 100 MB of nothing in a few kilobytes
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 100 {
			if _, err := z.Write(zeros); err != nil {
				return // the reader has had enough
			}
		}
		_ = z.Close()
	case "/loop":
		http.Redirect(w, r, "/loop", http.StatusFound)
	case "/away":
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	case "/silent":
		<-r.Context().Done()
	default:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Add("X-Seen", "a")
		w.Header().Add("X-Seen", "b")
		_ = json.NewEncoder(w).Encode(map[string]any{
			"method": r.Method, "query": r.URL.RawQuery, "body": string(body), "type": r.Header.Get("Content-Type"),
			"key": r.Header.Get("Idempotency-Key"), "auth": r.Header.Get("Authorization"),
		})
	}
}

// askWeb runs one block, with %s in it for the service's address.
func askWeb(t *testing.T, address, block string, kit *Kit) (result string, failed *engine.Error, journal string) {
	t.Helper()
	p, err := compile([]byte(flowOf(t, strings.ReplaceAll(block, "%s", address))))
	if err != nil {
		return "", err.(*engine.Error), ""
	}
	m, err := engine.New(p, engine.Start{RunID: "run"})
	if err != nil {
		t.Fatal(err)
	}
	var kept engine.Memory
	y, err := engine.Host{Perform: kit.Perform, Journal: &kept}.Drive(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range kept.Records {
		journal += fmt.Sprint(r.Kind, " ")
		if b, err := engine.AppendJSON(nil, r.Args); err == nil {
			journal += string(b) + "\n"
		}
	}
	if y.Err != nil {
		return "", y.Err, journal
	}
	b, err := engine.AppendJSON(nil, y.Result)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), nil, journal
}

func TestRequestsAreSentAsTheBlockSays(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(echo))
	defer service.Close()
	open, err := NewEgress([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	kit := &Kit{HTTP: open.Transport()}
	for name, c := range map[string]struct {
		block string
		has   []string
		fails engine.Code
	}{
		"reading":       {`{"type":"http_get","inputs":{"URL":"%s/a?x=1"}}`, []string{`"method":"GET"`, `"query":"x=1"`, `"key":""`}, ""},
		"query":         {`{"type":"http_request","inputs":{"path":"%s?x=1","query":{"a b":"c&d","n":[1,2],"none":null}}}`, []string{`"query":"x=1&`, `a+b=c%26d`, `n=1&n=2`}, ""},
		"JSON":          {`{"type":"http_request","inputs":{"path":"%s","method":"post","body":{"b":[1,null]}}}`, []string{`"body":"{\"b\":[1,null]}"`, `"type":"application/json"`, `"method":"POST"`, `"key":"run:1"`}, ""},
		"text":          {`{"type":"http_request","inputs":{"path":"%s","method":"PUT","body":"hi"}}`, []string{`"body":"hi"`, `"type":"text/plain; charset=utf-8"`}, ""},
		"text as JSON":  {`{"type":"http_request","fields":{"BODY_AS":"json"},"inputs":{"path":"%s","method":"PUT","body":"hi"}}`, []string{`"body":"\"hi\""`}, ""},
		"form":          {`{"type":"http_request","fields":{"BODY_AS":"form"},"inputs":{"path":"%s","method":"POST","body":{"a":"ä b","c":true}}}`, []string{`a=%C3%A4+b`, `c=true`, "x-www-form-urlencoded"}, ""},
		"multipart":     {`{"type":"http_request","fields":{"BODY_AS":"multipart"},"inputs":{"path":"%s","method":"POST","body":{"a":"b"}}}`, []string{`name=\"a\"`, "multipart/form-data"}, ""},
		"headers":       {`{"type":"http_request","inputs":{"path":"%s","headers":{"authorization":"Bearer hush-hush"}}}`, []string{`"auth":"Bearer hush-hush"`}, ""},
		"whole answer":  {`{"type":"http_request","fields":{"ANSWER":"answer"},"inputs":{"path":"%s/missing"}}`, []string{`"status":404`, `"content-type":"application/json"`, `"message":"There is no such thing."`}, ""},
		"joined header": {`{"type":"http_request","fields":{"ANSWER":"answer"},"inputs":{"path":"%s"}}`, []string{`"x-seen":"a, b"`}, ""},
		"base64":        {`{"type":"http_request","fields":{"encoding":"base64"},"inputs":{"path":"%s/binary"}}`, []string{`"//4A"`}, ""},
		"no text":       {`{"type":"http_get","inputs":{"URL":"%s/binary"}}`, nil, engine.WrongType},
		"refused":       {`{"type":"http_get","inputs":{"URL":"%s/missing"}}`, []string{"There is no such thing."}, "http.404"},
		"too large":     {`{"type":"http_get","inputs":{"URL":"%s/large"}}`, nil, engine.LimitOutcome},
		"bomb":          {`{"type":"http_get","inputs":{"URL":"%s/bomb"}}`, nil, engine.LimitOutcome},
		"in circles":    {`{"type":"http_get","inputs":{"URL":"%s/loop"}}`, nil, engine.WrongValue},
		"silence":       {`{"type":"http_request","fields":{"TIMEOUT":0},"inputs":{"path":"%s/silent"}}`, nil, engine.Unreachable},
		"split header":  {`{"type":"http_request","inputs":{"path":"%s","headers":{"a":"b\r\nc: d"}}}`, nil, engine.WrongValue},
	} {
		t.Run(name, func(t *testing.T) {
			got, failed, journal := askWeb(t, service.URL, c.block, kit)
			if (failed == nil) != (c.fails == "") || failed != nil && failed.Code != c.fails {
				t.Fatalf("gives %s %v", got, failed)
			}
			if failed != nil {
				got = failed.Message
			}
			for _, part := range c.has {
				if !strings.Contains(got, part) {
					t.Errorf("%s has no %s", got, part)
				}
			}
			if strings.Contains(journal, "hush-hush") {
				t.Errorf("the journal tells the secret: %s", journal)
			}
		})
	}
}

func TestFlowsReachPublicAddressesOnly(t *testing.T) {
	reached := 0
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:9") // who asks a proxy reaches anything that it does
	service := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	defer service.Close()
	port := service.URL[strings.LastIndex(service.URL, ":"):]
	for _, address := range []string{
		service.URL, "http://localhost" + port, "http://[::1]" + port, "http://0.0.0.0" + port, "http://127.1" + port,
		"http://2130706433" + port, "http://0x7f000001" + port, "http://0177.0.0.1" + port, "http://localhost." + port,
		"http://[::ffff:127.0.0.1]" + port, "http://[::]" + port, "http://169.254.169.254/latest/meta-data", "http://10.0.0.1", "http://[fd00:ec2::254]",
	} {
		_, failed, _ := askWeb(t, address, `{"type":"http_get","inputs":{"URL":"%s"}}`, &Kit{})
		if failed == nil || failed.Code != Forbidden && failed.Code != engine.Unreachable {
			t.Errorf("%s: %v", address, failed)
		}
	}
	if reached > 0 {
		t.Errorf("the service was reached %d times", reached)
	}
	// A public service that redirects into the network: the open host stands for it.
	gate := httptest.NewServer(http.HandlerFunc(echo))
	defer gate.Close()
	open, err := NewEgress([]string{strings.TrimPrefix(gate.URL, "http://")})
	if err != nil {
		t.Fatal(err)
	}
	_, failed, _ := askWeb(t, gate.URL+"/away?to="+service.URL, `{"type":"http_get","inputs":{"URL":"%s"}}`, &Kit{HTTP: open.Transport()})
	if failed == nil || failed.Code != Forbidden || reached > 0 {
		t.Errorf("a redirect led inside: %v", failed)
	}
}

func TestSpecialNetworksAreClosed(t *testing.T) {
	e, err := NewEgress([]string{"10.1.0.0/16", "intranet.example"})
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1": true, "10.1.2.3": true,
		"10.2.0.1": false, "127.0.0.1": false, "169.254.169.254": false, "192.168.1.1": false, "172.16.0.1": false, "100.64.0.1": false, "0.0.0.0": false,
		"224.0.0.1": false, "255.255.255.255": false, "::1": false, "fe80::1": false, "fc00::1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "198.18.0.1": false,
	} {
		if got := e.open(netip.MustParseAddr(at)); got != want {
			t.Errorf("%s is open: %v", at, got)
		}
	}
	for _, bad := range []string{"http://a", "a/b", "a b"} {
		if _, err := NewEgress([]string{bad}); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
