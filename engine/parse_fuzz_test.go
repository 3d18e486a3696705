package engine

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzParse reads any bytes as a flow file: it never panics, and what it reads it
// writes so that it reads the same again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"blocks":{"languageVersion":0,"blocks":[]}}`,
		`{"flow":{"name":"a","title":"ä"},"blocks":{"blocks":[{"type":"t","id":"1","x":1.50,"y":-2e3,"fields":{"A":{"id":"v"},"B":"\ud83d"},"inputs":{"I":{"shadow":{"type":"s"},"block":{"type":"u","disabledReasons":["X"]}}},"next":{"block":{"type":"n","enabled":false}}}]},"variables":[{"id":"v","name":"v","type":""}],"unknown":[1,null,true]}`,
		`{"blocks":{"blocks":[{"type":"t","id":"1","extraState":"<mutation items=\"2\"></mutation>"}]}}`,
		`{"blocks":{"blocks":[{"type":"a","id":"1"},{"type":"b","id":"1"}]}}`,
		`[1]`, `{"blocks":[]}`, `{"blocks":{"blocks":{}}}`, `{"blocks":{"blocks":[1]}}`, `{"a":`, `"`, "{\"a\":\"\x00\"}", "\xff", `{"a":1,"a":2}`, `{"a":1e999}`, `{"a":00}`, strings.Repeat(`{"a":`, 50), strings.Repeat("[", 500),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(data)
		if err != nil {
			if problems, ok := err.(Problems); !ok || len(problems) == 0 || problems[0].Message == "" {
				t.Fatalf("the error is %v", err)
			}
			return
		}
		written := d.Format()
		again, err := Parse(written)
		if err != nil {
			t.Fatalf("what was written can't be read: %v\n%s", err, written)
		}
		if twice := again.Format(); !bytes.Equal(written, twice) {
			t.Fatalf("written\n%s\nand again\n%s", written, twice)
		}
	})
}
