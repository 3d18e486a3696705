package compare

import (
	"encoding/json"
	"testing"
)

const before = `{"flow":{"name":"f","title":"Old"},"variables":[{"id":"v","name":"x"}],"blocks":{"blocks":[
 {"type":"when_run","id":"w","x":1,"y":2,"next":{"block":
  {"type":"variables_set","id":"set","fields":{"VAR":{"id":"v"}},"inputs":{"VALUE":{"shadow":{"type":"text","id":"s","fields":{"TEXT":"a"}}}},"next":{"block":
   {"type":"immediate_return","id":"r"}}}}}]}}`

func TestTheDifferenceOfTwoVersions(t *testing.T) {
	for _, test := range []struct{ name, after, want string }{
		{
			"where a block lies doesn't matter, nor do white space and the order of keys",
			`{"blocks":{"blocks":[{"id":"w","type":"when_run","x":300,"y":-2,"next":{"block":{"fields":{"VAR":{"id":"v"}},"type":"variables_set","id":"set","inputs":{"VALUE":{"shadow":{"type":"text","id":"other","fields":{"TEXT":"a"}}}},"next":{"block":{"type":"immediate_return","id":"r"}}}}}]},"variables":[{"id":"v","name":"x"}],"flow":{"title":"Old","name":"renamed"}}`,
			``,
		},
		{
			"a value in an input belongs to its block",
			`{"flow":{"title":"Old"},"variables":[{"id":"v","name":"x"}],"blocks":{"blocks":[{"type":"when_run","id":"w","next":{"block":{"type":"variables_set","id":"set","fields":{"VAR":{"id":"v"}},"inputs":{"VALUE":{"shadow":{"type":"text","id":"s","fields":{"TEXT":"b"}}}},"next":{"block":{"type":"immediate_return","id":"r"}}}}}]}}`,
			"~ variables_set set\n    VALUE.TEXT: \"a\" → \"b\"\n",
		},
		{
			"what is gone, new, moved and renamed",
			`{"flow":{"title":"New"},"variables":[{"id":"v","name":"y"}],"blocks":{"blocks":[{"type":"when_run","id":"w","next":{"block":{"type":"immediate_return","id":"r","inputs":{"value":{"block":{"type":"math_number","id":"n","fields":{"NUM":1}}}}}}}]}}`,
			"~ title: \"Old\" → \"New\"\n~ variable v: \"x\" → \"y\"\n- variables_set set (after w)\n+ math_number n (value of r)\n~ immediate_return r\n    moved: after set → after w\n",
		},
	} {
		d, err := Files([]byte(before), []byte(test.after))
		if err != nil || d.String() != test.want || d.Same != (test.want == "") {
			t.Errorf("%s: %v\n%s\nwant\n%s", test.name, err, d, test.want)
		}
		if _, err := json.Marshal(d); err != nil {
			t.Error(err)
		}
	}
	if _, err := Files([]byte(before), []byte(`[]`)); err == nil {
		t.Error("a list is no flow file")
	}
}
