package server

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"blockflow/engine"
)

const (
	mostParts  = 500 // of a form with files
	mostFields = 5000
)

// hookBody is a webhook's body as a flow gets it, by its content type alone: what
// a body says about itself counts for nothing.
func hookBody(r *http.Request, data []byte) (engine.Value, error) {
	if len(data) == 0 {
		return engine.Null, nil
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return engine.Null, &problem{http.StatusUnsupportedMediaType, "wrong_content_encoding", "Send the body uncompressed.", nil}
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return engine.Null, &problem{http.StatusUnsupportedMediaType, "wrong_content_type", "The header Content-Type can't be read.", nil}
	}
	switch {
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		v, err := engine.ParseForeignJSON(data)
		if err != nil {
			return engine.Null, badRequest("bad_json", err.Error())
		}
		return v, nil
	case kind == "application/x-www-form-urlencoded":
		return formBody(data)
	case kind == "multipart/form-data":
		return multipartBody(data, params["boundary"])
	case utf8.Valid(data):
		return engine.Text(string(data)), nil
	}
	return engine.ObjectOf([]string{"type", "size", "data"}, []engine.Value{
		engine.Text(kind), engine.Number(float64(len(data))), engine.Text(base64.StdEncoding.EncodeToString(data)),
	}), nil
}

func formBody(data []byte) (engine.Value, error) {
	if bytes.Count(data, []byte("&")) >= mostFields {
		return engine.Null, &problem{http.StatusRequestEntityTooLarge, "too_big", "The form has more than " + itoa(mostFields) + " fields.", nil}
	}
	values, err := url.ParseQuery(string(data))
	if err != nil {
		return engine.Null, badRequest("bad_form", "The body isn't a form as its content type says.")
	}
	form := engine.Object()
	for _, name := range sortedKeys(values) {
		for _, v := range values[name] {
			add(form, valid(name), engine.Text(valid(v)))
		}
	}
	return form, nil
}

// add puts a value into a form; a second one of the same name makes a list.
func add(form engine.Value, name string, v engine.Value) {
	old, ok := form.Get(name)
	switch {
	case !ok:
		form.Set(name, v)
	case old.Kind() == engine.KindList:
		items, _ := old.AsList()
		form.Set(name, engine.List(append(items, v)))
	default:
		form.Set(name, engine.List([]engine.Value{old, v}))
	}
}

func valid(s string) string { return strings.ToValidUTF8(s, "�") }

func multipartBody(data []byte, boundary string) (engine.Value, error) {
	bad := badRequest("bad_form", "The body isn't a form with files as its content type says.")
	if boundary == "" {
		return engine.Null, bad
	}
	form := engine.Object()
	parts := multipart.NewReader(bytes.NewReader(data), boundary)
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) && n > 0 {
			return form, nil
		}
		if err != nil {
			return engine.Null, bad
		}
		if n == mostParts {
			return engine.Null, &problem{http.StatusRequestEntityTooLarge, "too_big", "The form has more than " + itoa(mostParts) + " parts.", nil}
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return engine.Null, bad
		}
		name := valid(part.FormName())
		if part.FileName() == "" {
			add(form, name, engine.Text(valid(string(content))))
			continue
		}
		add(form, name, engine.ObjectOf([]string{"name", "type", "size", "data"}, []engine.Value{
			engine.Text(valid(path.Base(strings.ReplaceAll(part.FileName(), `\`, "/")))), engine.Text(valid(part.Header.Get("Content-Type"))),
			engine.Number(float64(len(content))), engine.Text(base64.StdEncoding.EncodeToString(content)),
		}))
	}
}

// secretHeaders are those that a flow doesn't get to see: they are credentials.
var secretHeaders = map[string]bool{
	"Authorization": true, "Cookie": true, "Proxy-Authorization": true, "X-Webhook-Token": true,
	"X-Hub-Signature": true, "X-Hub-Signature-256": true, "Stripe-Signature": true, "X-Signature": true,
}

// requestValue is a request as a flow's input.
func requestValue(r *http.Request, body engine.Value, params map[string]string) engine.Value {
	query, headers, named := engine.Object(), engine.Object(), engine.Object()
	asked := r.URL.Query()
	for _, name := range sortedKeys(asked) {
		query.Set(valid(name), engine.Text(valid(strings.Join(asked[name], ","))))
	}
	for _, name := range sortedKeys(r.Header) {
		if !secretHeaders[name] {
			headers.Set(strings.ToLower(name), engine.Text(valid(strings.Join(r.Header[name], ","))))
		}
	}
	for _, name := range sortedKeys(params) {
		named.Set(name, engine.Text(params[name]))
	}
	return engine.ObjectOf([]string{"body", "query", "headers", "method", "path", "params"},
		[]engine.Value{body, query, headers, engine.Text(r.Method), engine.Text(valid(r.URL.Path)), named})
}
