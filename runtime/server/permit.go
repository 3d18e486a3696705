package server

import (
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/runtime/access"
	"blockflow/runtime/store"
)

// scopes are what the routes of the API need. What isn't listed needs Read if it
// is a GET, and Admin if it changes something: a new route that nobody thought
// about is closed, not open.
var scopes = map[string]access.Scope{
	"PUT /api/flows/:name":                            access.Edit,
	"DELETE /api/flows/:name":                         access.Edit,
	"POST /api/flows/:name/publish":                   access.Edit,
	"POST /api/flows/:name/versions/:version/restore": access.Edit,
	"POST /api/flows/:name/versions/:version/publish": access.Edit,
	"PUT /api/flows/:name/policy":                     access.Edit,
	"GET /api/flows/:name/hooks":                      access.Edit, // who has a test address can run the draft
	"POST /api/validate":                              access.Read,
	"POST /api/import":                                access.Edit, // it keeps nothing, but only who edits has a use for it
	"POST /api/flows/:name/run":                       access.Run,
	"POST /api/runs/:id/cancel":                       access.Run,
	"POST /api/runs/:id/debug":                        access.Run,
	"POST /api/runs/:id/retry":                        access.Run,
	"POST /api/runs/:id/repeat":                       access.Run,
	"POST /api/runs/:id/from":                         access.Run,
	"POST /api/runs/:id/replay":                       access.Run,
	"POST /api/runs/retry":                            access.Run,
	"DELETE /api/deadletters/:id":                     access.Run,
	"DELETE /api/runs/:id":                            access.Edit,
	"POST /api/usertable/reset":                       access.Edit,
	"GET /api/admin/users":                            access.Edit,
	"POST /api/admin/users":                           access.Edit,
	"PUT /api/admin/users":                            access.Edit,
	"DELETE /api/admin/users":                         access.Edit,
	"GET /api/admin/users/*path":                      access.Edit, // also the outbox, whose mails open accounts
	"POST /api/admin/users/*path":                     access.Edit,
	"PUT /api/admin/users/*path":                      access.Edit,
	"DELETE /api/admin/users/*path":                   access.Edit,
	"GET /api/settings/users":                         access.Edit,
	"GET /api/settings/mail":                          access.Edit,
	"GET /api/audit":                                  access.Admin,
	"GET /api/settings":                               access.Admin,
}

// quiet routes change nothing that the audit log is for: a run tells itself who
// began it.
var quiet = map[string]bool{
	"POST /api/validate": true, "POST /api/import": true, "POST /api/flows/:name/run": true, "POST /api/runs/:id/replay": true,
	"POST /api/runs/:id/repeat": true, "POST /api/runs/:id/debug": true, "POST /api/runs/:id/from": true, "POST /api/runs/:id/retry": true, "PUT /api/flows/:name": true,
}

func scopeOf(route string) access.Scope {
	if s, ok := scopes[route]; ok {
		return s
	}
	if strings.HasPrefix(route, "GET ") {
		return access.Read
	}
	return access.Admin
}

var errNotPermitted = &problem{http.StatusForbidden, "not_permitted", "Your role, or this token's scopes, don't permit this. Ask an owner.", nil}

// permitted lets those through who may use the route, and notes in the audit log
// what they changed.
func (s *Server) permitted(c *gin.Context) {
	p, _ := access.PrincipalFrom(c.Request.Context())
	route := c.Request.Method + " " + c.FullPath()
	if !p.May(scopeOf(route)) {
		answer(c, errNotPermitted)
		return
	}
	c.Next()
	if c.Request.Method == http.MethodGet || quiet[route] || c.Writer.Status() >= http.StatusBadRequest {
		return
	}
	subject := []string{}
	for _, x := range c.Params {
		subject = append(subject, firstLine(valid(x.Value)))
	}
	entry := store.AuditEntry{By: p.String(), Action: route, Subject: strings.Join(subject, " ")}
	if err := s.store.Audit(c, entry); err != nil {
		s.log.Error("the audit log could not be written", "action", route, "err", err)
	}
}

type auditInfo struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Action  string    `json:"action"`
	Subject string    `json:"subject"`
	Detail  string    `json:"detail"`
}

// auditLog shows who did what, the newest first.
func (s *Server) auditLog(c *gin.Context) error {
	limit, err := number(c, "limit", 100, 1, 1000)
	if err != nil {
		return err
	}
	before, err := number(c, "before", 0, 0, math.MaxInt)
	if err != nil {
		return err
	}
	entries, next, err := s.store.AuditPage(c, int64(before), limit)
	if err != nil {
		return err
	}
	list := []auditInfo{}
	for _, e := range entries {
		list = append(list, auditInfo(e))
	}
	c.JSON(http.StatusOK, gin.H{"entries": list, "next": next})
	return nil
}
