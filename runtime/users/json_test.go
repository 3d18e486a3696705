package users

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestObjectsThatAreNotJSONAreRefusedWithTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		``:                                       "it isn't valid JSON: a value is missing at byte 1",
		`x`:                                      "it isn't valid JSON: a value is missing at byte 1",
		`[1]`:                                    "it must be a JSON object",
		`7`:                                      "it must be a JSON object",
		`[1`:                                     "it isn't valid JSON: a comma is missing at byte 3",
		`{`:                                      "it isn't valid JSON: a text in double quotes is missing at byte 2",
		`{"a"}`:                                  "it isn't valid JSON: a colon is missing at byte 5",
		`{"a":}`:                                 "it isn't valid JSON: a value is missing at byte 6",
		`{"a":1,}`:                               "it isn't valid JSON: a text in double quotes is missing at byte 8",
		`{"a":1 "b":2}`:                          "it isn't valid JSON: a comma is missing at byte 8",
		`{"a":1}x`:                               "it isn't valid JSON: something follows the object at byte 8",
		`{"a":01}`:                               "it isn't valid JSON: a number is malformed at byte 6",
		`{"a":1.}`:                               "it isn't valid JSON: a number is malformed at byte 6",
		`{"a":+1}`:                               "it isn't valid JSON: a value is missing at byte 6",
		`{"a":NaN}`:                              "it isn't valid JSON: a value is missing at byte 6",
		`{"a":1e400}`:                            "the number 1e400 is out of range",
		`{"a":"`:                                 "it isn't valid JSON: a text doesn't end at byte 7",
		`{"a":"\`:                                "it isn't valid JSON: a text doesn't end at byte 7",
		`{"a":"\x"}`:                             "it isn't valid JSON: an unknown escape stands in a text at byte 7",
		`{"a":"\u12"}`:                           "it isn't valid JSON: an escape is malformed at byte 7",
		`{"a":"\u1`:                              "it isn't valid JSON: an escape is cut short at byte 7",
		"{\"a\":\"\n\"}":                         "it isn't valid JSON: a control character stands in a text at byte 7",
		`{"a":"\ud800"}`:                         "it isn't valid JSON: half a surrogate pair stands in a text at byte 13",
		`{"a":"\udc00"}`:                         "it isn't valid JSON: half a surrogate pair stands in a text at byte 13",
		`{"a":"\ud800\u0041"`:                    "it isn't valid JSON: half a surrogate pair stands in a text at byte 19",
		`{"a":"\ud800\n"}`:                       "it isn't valid JSON: half a surrogate pair stands in a text at byte 13",
		"{\"\xff\":1}":                           "it isn't valid UTF-8",
		"\ufeff{}":                               "it isn't valid JSON: a value is missing at byte 1",
		`{"a":1,"\u0061":2}`:                     `the property "a" is in it twice`,
		`{"a":` + strings.Repeat("7", 101) + `}`: "the number that begins with 77777777777777777777 has more than 100 digits",
		`{"a":` + strings.Repeat(`{"b":`, 40) + `1`:     "it is nested deeper than 32 levels",
		strings.Repeat(`[`, 1_000_000):                  "it is nested deeper than 32 levels",
		`{"a":` + strings.Repeat(`[`, 1_000_000) + `1}`: "it is nested deeper than 32 levels",
	} {
		_, err := parseObject([]byte(text))
		if got := fmt.Sprint(err); got != want {
			t.Errorf("%.40s: %s, want %s", text, got, want)
		}
	}
}

// FuzzObject holds the parser against encoding/json: what it accepts is JSON
// and means the same there.
func FuzzObject(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1,"b":"\ud83d\ude00","c":[{}],"d":null,"e":-0.5e-7}`, `{"a":"\/"} `, `[1]`, `{"a":1,"a":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		properties, err := parseObject(data)
		if err != nil {
			return
		}
		var theirs map[string]json.RawMessage
		if err := json.Unmarshal(data, &theirs); err != nil {
			t.Fatalf("%q was accepted; encoding/json says %v", data, err)
		}
		if len(theirs) != len(properties) {
			t.Fatalf("%q has %d properties, encoding/json finds %d", data, len(properties), len(theirs))
		}
		for _, p := range properties {
			if !bytes.Equal(theirs[p.name], p.raw) {
				t.Fatalf("%q: %q is %s, encoding/json finds %s", data, p.name, p.raw, theirs[p.name])
			}
			if p.kind == 's' {
				var text string
				if err := json.Unmarshal(appendText(nil, p.text), &text); err != nil || text != p.text {
					t.Fatalf("%q is written as %s, which is read as %q (%v)", p.text, appendText(nil, p.text), text, err)
				}
			}
		}
	})
}

// FuzzUpdateBody sends any body to Update User: it is refused with a code of
// Update User, or all of it comes back and nothing else has changed.
func FuzzUpdateBody(f *testing.F) {
	for _, seed := range []string{
		`{"name":"Ann","address":"27 Rose Street"}`, `{"n":1.50,"b":true,"x":null}`, `{"email":"new@x.org"}`, `{"email":"bob@x.org"}`,
		`{"objectId":"1","ownerId":"2","created":3,"userStatus":"DISABLED"}`, `{"blUserLocale":"de"}`, `{"__proto__":{}}`,
		`{"name":"\ud800"}`, `{"a":{"b":[1]}}`, `{"a":1,"A":2}`, `{"name":""}`, `null`, `{`, "",
	} {
		f.Add([]byte(seed))
	}
	service, err := Open(context.Background(), "", Options{PasswordCost: cheap})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := service.Close(); err != nil {
			f.Error(err)
		}
	})
	client := http.Client{Transport: service.Transport()}
	send := func(t testing.TB, method, path string, body []byte) (status int, object map[string]any) {
		t.Helper()
		request, err := http.NewRequest(method, "http://x"+path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(response.Body)
		decoder.UseNumber()
		if err := decoder.Decode(&object); err != nil {
			t.Fatalf("the answer isn't JSON: %v", err)
		}
		return response.StatusCode, object
	}
	for _, email := range []string{"ann@x.org", "bob@x.org"} {
		if _, err := service.Create(context.Background(), []byte(`{"email":"`+email+`","password":"secret"}`)); err != nil {
			f.Fatal(err)
		}
	}
	_, page, err := service.Find(context.Background(), Query{})
	if err != nil {
		f.Fatal(err)
	}
	ann := answer{text: string(page[0])}.field("objectId")
	path := "/" + service.Keys().AppID + "/" + service.Keys().BL + "/users/" + ann
	codes := map[string]bool{"3018": true, "3024": true, "3040": true, "3045": true}
	f.Fuzz(func(t *testing.T, body []byte) {
		_, before := send(t, "GET", path, nil)
		status, got := send(t, "PUT", path, body)
		_, after := send(t, "GET", path, nil)
		if status != http.StatusOK {
			if code := fmt.Sprint(got["code"]); !codes[code] {
				t.Fatalf("%q was refused with %v", body, got)
			}
			if fmt.Sprint(before) != fmt.Sprint(after) {
				t.Fatalf("%q was refused and changed %v to %v", body, before, after)
			}
			return
		}
		sent := map[string]any{}
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		if err := decoder.Decode(&sent); err != nil {
			t.Fatalf("%q was accepted and isn't JSON: %v", body, err)
		}
		want := map[string]any{}
		for name, v := range before {
			want[name] = v
		}
		for name, v := range sent {
			_, known := before[name]
			ignored := systemFields[name] || name == "password" || v == nil && (!known || name == "blUserLocale")
			if !ignored {
				want[name] = v
			}
		}
		want["updated"] = after["updated"]
		if fmt.Sprint(want) != fmt.Sprint(after) || fmt.Sprint(got) != fmt.Sprint(after) {
			t.Fatalf("%q made\n%v of\n%v, want\n%v", body, after, before, want)
		}
	})
}
