package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"blockflow/runtime"
)

// A contract holds requests and answers to the OpenAPI document.
type contract struct {
	operations []operation
	seen       sync.Map // operations that a test has asked for
}

type operation struct {
	method, path string
	pattern      *regexp.Regexp
	request      *jsonschema.Schema
	responses    map[string]*jsonschema.Schema // by status, or default; nil: no JSON
}

// theContract reads the document once.
var theContract = sync.OnceValues(func() (*contract, error) {
	data, err := yaml.YAMLToJSON(openAPI)
	if err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	const name = "https://blockflow.test/openapi.json"
	if err := c.AddResource(name, document); err != nil {
		return nil, err
	}
	all := &contract{}
	root := document.(map[string]any)
	for path, item := range root["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			if method == "parameters" {
				continue
			}
			at := name + "#/paths/" + strings.ReplaceAll(path, "/", "~1") + "/" + method
			o := operation{method: strings.ToUpper(method), path: path, responses: map[string]*jsonschema.Schema{}}
			o.pattern = regexp.MustCompile("^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(path), "[^/]+") + "$")
			schema := func(holder any, at string) (*jsonschema.Schema, error) {
				media, _ := holder.(map[string]any)["content"].(map[string]any)
				if media["application/json"] == nil {
					return nil, nil
				}
				return c.Compile(strings.ReplaceAll(at+"/content/application~1json/schema", "{", "%7B"))
			}
			body := op.(map[string]any)["requestBody"]
			if body != nil {
				if o.request, err = schema(body, at+"/requestBody"); err != nil {
					return nil, fmt.Errorf("%s %s: %w", method, path, err)
				}
			}
			for status, response := range op.(map[string]any)["responses"].(map[string]any) {
				if status == "default" {
					o.responses[status], err = c.Compile(name + "#/components/schemas/Error")
				} else {
					o.responses[status], err = schema(response, at+"/responses/"+status)
				}
				if err != nil {
					return nil, fmt.Errorf("%s %s: %w", method, path, err)
				}
			}
			all.operations = append(all.operations, o)
		}
	}
	// Words before names: /runs/retry isn't a run.
	slices.SortFunc(all.operations, func(a, b operation) int { return strings.Count(a.path, "{") - strings.Count(b.path, "{") })
	return all, nil
})

func (c *contract) operation(method, path string) *operation {
	path, _, _ = strings.Cut(path, "?")
	for i, o := range c.operations {
		if o.method == method && o.pattern.MatchString(path) {
			return &c.operations[i]
		}
	}
	return nil
}

// check says how an answer breaks the contract.
func (c *contract) check(method, path, request string, status int, kind, answer string) error {
	o := c.operation(method, path)
	if o == nil {
		return nil
	}
	c.seen.Store(o.method+" "+o.path, true)
	schema, ok := o.responses[fmt.Sprint(status)]
	if !ok {
		if status < 400 {
			return fmt.Errorf("the status %d isn't described", status)
		}
		schema = o.responses["default"]
	}
	if status < 400 && request != "" && o.request != nil && o.path != "/api/validate" {
		if err := conforms(o.request, request); err != nil {
			return fmt.Errorf("the request isn't as described, and was taken: %w", err)
		}
	}
	if schema == nil {
		if strings.HasPrefix(kind, "application/json") && answer != "" {
			return fmt.Errorf("the answer is JSON, which isn't described")
		}
		return nil
	}
	if !strings.HasPrefix(kind, "application/json") {
		return fmt.Errorf("the answer is %q instead of JSON", kind)
	}
	return conforms(schema, answer)
}

func conforms(schema *jsonschema.Schema, text string) error {
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(v)
}

// undescribed are routes that the document leaves to others: the debugger's views
// of a trace, which may change, and the user service.
func undescribed(path string) bool {
	for _, prefix := range []string{"/api/users", "/api/data", "/api/files", "/api/messaging", "/api/info", "/api/admin/", "/api/settings/", "/api/runs/:id/moment", "/api/runs/:id/marks", "/api/runs/:id/find"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return !strings.HasPrefix(path, "/api/")
}

func TestEveryRouteIsDescribed(t *testing.T) {
	c, err := theContract()
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, runtime.Connection{})
	routes := map[string]bool{}
	for _, r := range b.server.handler.(*gin.Engine).Routes() {
		path := regexp.MustCompile(`[:*](\w+)`).ReplaceAllString(r.Path, "{$1}")
		routes[r.Method+" "+path] = true
		if undescribed(r.Path) || strings.HasPrefix(r.Path, "/api/tokens") || strings.HasPrefix(r.Path, "/api/people") {
			continue // those two take any method and refuse the others
		}
		if c.operation(r.Method, path) == nil {
			t.Errorf("%s %s isn't in the OpenAPI document", r.Method, r.Path)
		}
	}
	for _, o := range c.operations {
		if !routes[o.method+" "+o.path] {
			t.Errorf("the OpenAPI document has %s %s, which isn't there", o.method, o.path)
		}
	}
	var document map[string]any
	if err := json.Unmarshal([]byte(b.gives("GET", "/api/openapi.json", "", http.StatusOK)), &document); err != nil || document["openapi"] != "3.1.0" {
		t.Errorf("%v: %v", err, document["openapi"])
	}
}
