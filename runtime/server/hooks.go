package server

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
)

const largestHook = 1 << 20 // bytes of a webhook's body

// hook runs the flow whose published version has this webhook, and answers with
// what it gives. The event is on disk before the flow begins.
func (s *Server) hook(c *gin.Context) error {
	h, err := s.store.FindHook(c, c.Request.Method, c.Param("path"))
	if err != nil {
		return err
	}
	v, err := s.store.Version(c, h.Flow, h.Version)
	if err != nil {
		return err
	}
	p, err := s.runs.programs.get(v.Document, func() ([]byte, error) { return v.File, nil })
	if err != nil {
		return err
	}
	entry, ok := p.Entry(h.Block, "")
	if !ok {
		return &store.NotFoundError{What: "webhook", Name: c.Param("path")}
	}
	if entry.Fields[blocks.WebhookAuth] != "NONE" {
		// A browser's session doesn't count: another site could make it call.
		if p, err := s.access.Check(c.Request); err != nil || p.Token == "" {
			return &problem{http.StatusUnauthorized, "not_allowed", "This webhook needs an API token: send it as Authorization: Bearer <token>.", nil}
		}
	}
	body, err := hookBody(c)
	if err != nil {
		return err
	}
	input := body
	if entry.Fields["THEN"] != "RUN" {
		input = requestValue(c.Request, body)
	}
	id, report, err := s.runs.run(job{flow: h.Flow, version: h.Version, hash: v.Document, entry: entry, trigger: "webhook", input: input}, p)
	if err != nil {
		return err
	}
	c.Header("Blockflow-Run", id)
	if report.Status != runtime.Succeeded {
		return &problem{http.StatusInternalServerError, string(report.Error.Code), report.Error.Message, gin.H{"block": report.Error.Block, "type": report.Error.Type, "run": id}}
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", report.Result)
	return nil
}

// hookBody reads a body of JSON; none at all is null.
func hookBody(c *gin.Context) (engine.Value, error) {
	data, err := readBody(c, largestHook)
	if err != nil || len(data) == 0 {
		return engine.Null, err
	}
	if err := demandJSON(c); err != nil {
		return engine.Null, err
	}
	v, err := engine.ParseForeignJSON(data)
	if err != nil {
		return engine.Null, badRequest("bad_json", err.Error())
	}
	return v, nil
}

// secretHeaders are those that a flow doesn't get to see: they are credentials.
var secretHeaders = map[string]bool{"Authorization": true, "Cookie": true, "Proxy-Authorization": true}

// requestValue is a request as a flow's input.
func requestValue(r *http.Request, body engine.Value) engine.Value {
	query, headers := engine.Object(), engine.Object()
	for _, name := range sortedKeys(r.URL.Query()) {
		query.Set(name, engine.Text(strings.ToValidUTF8(strings.Join(r.URL.Query()[name], ","), "�")))
	}
	for _, name := range sortedKeys(r.Header) {
		if !secretHeaders[name] {
			headers.Set(strings.ToLower(name), engine.Text(strings.ToValidUTF8(strings.Join(r.Header[name], ","), "�")))
		}
	}
	return engine.ObjectOf([]string{"body", "query", "headers", "method", "path"},
		[]engine.Value{body, query, headers, engine.Text(r.Method), engine.Text(strings.ToValidUTF8(r.URL.Path, "�"))})
}
