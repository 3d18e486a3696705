package users

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// AdminHandler is what editors administer users with. It asks nobody who they
// are: mount it where only editors get, at /api/settings/users as it is, and
// under another prefix (say /api/admin/users) with that prefix stripped.
//
//	GET, PUT /api/settings/users    the settings; PUT takes some or all of them
//	GET, PUT /api/settings/mail     an SMTP as a whole; the password is shown masked
//	GET  /outbox                    the newest mails; those not sent show what they say
//	GET  /                          {"total","more","columns","rows"}: where, search, sortBy, offset, pageSize
//	POST /                          makes a user, also while registration is off
//	GET, PUT, DELETE /{id}          one user
//	PUT  /{id}/status               {"userStatus":"ENABLED"|"DISABLED"}
//	GET  /{id}/sessions             the sessions that last, without their tokens
//	GET  /{id}/roles                the roles of one's own that the user has
//	POST /{id}/logout               ends all the user's sessions
//	GET, POST /properties           the columns; POST defines one
//	GET  /tables                    all tables, Users among them, with their columns
//	POST /tables/{name}/properties  defines a column, and the table if there is none
//	DELETE /tables/{name}           with all its records
//	GET, POST /roles                the roles of one's own; POST {"name"} makes one
//	DELETE /roles/{name}
//	POST /roles/{name}/assign, …/unassign   {"user": identity or objectId}
//	GET, PUT /permissions           ?table=&objectId=; PUT sets one [Permission]
//	GET  /export?format=csv|json    all users, never with passwords
//	POST /import                    CSV or JSON as exported; see Import
//
// Errors are {"error":{"code","message"}}, where a refusal of the user service
// has its number: users.3033.
func (s *Service) AdminHandler() http.Handler {
	mux := http.NewServeMux()
	for pattern, serve := range map[string]func(*adminCall) (any, error){
		"GET /api/settings/users":        (*adminCall).getSettings,
		"PUT /api/settings/users":        (*adminCall).putSettings,
		"GET /api/settings/mail":         (*adminCall).getMail,
		"PUT /api/settings/mail":         (*adminCall).putMail,
		"GET /outbox":                    (*adminCall).outbox,
		"GET /{$}":                       (*adminCall).list,
		"POST /{$}":                      (*adminCall).create,
		"GET /{id}":                      (*adminCall).get,
		"PUT /{id}":                      (*adminCall).update,
		"DELETE /{id}":                   (*adminCall).remove,
		"PUT /{id}/status":               (*adminCall).status,
		"GET /{id}/sessions":             (*adminCall).sessions,
		"GET /{id}/roles":                (*adminCall).rolesOfUser,
		"POST /{id}/logout":              (*adminCall).logOut,
		"GET /properties":                (*adminCall).properties,
		"POST /properties":               (*adminCall).defineProperty,
		"GET /tables":                    (*adminCall).tables,
		"POST /tables/{name}/properties": (*adminCall).defineTableProperty,
		"DELETE /tables/{name}":          (*adminCall).dropTable,
		"GET /roles":                     (*adminCall).roles,
		"POST /roles":                    (*adminCall).addRole,
		"DELETE /roles/{name}":           (*adminCall).removeRole,
		"POST /roles/{name}/assign":      (*adminCall).assign,
		"POST /roles/{name}/unassign":    (*adminCall).unassign,
		"GET /permissions":               (*adminCall).permissions,
		"PUT /permissions":               (*adminCall).permit,
		"GET /export":                    (*adminCall).export,
		"POST /import":                   (*adminCall).importUsers,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.administer(w, r, serve) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "" { // a prefix stripped to nothing
			r = r.Clone(r.Context())
			r.URL.Path = "/"
		}
		mux.ServeHTTP(w, r)
	})
}

// An adminCall is one request of an editor.
type adminCall struct {
	service *Service
	w       http.ResponseWriter
	*http.Request
}

// An adminError is a refusal that the user service has no number for.
type adminError struct {
	status        int
	code, message string
}

func (e *adminError) Error() string { return e.message }

func (s *Service) administer(w http.ResponseWriter, r *http.Request, serve func(*adminCall) (any, error)) {
	if !s.enter() {
		writeAdminError(w, errClosed)
		return
	}
	defer s.callers.Done()
	out, err := serve(&adminCall{s, w, r})
	if err != nil {
		var refusal *Error
		var mine *adminError
		if !errors.As(err, &refusal) && !errors.As(err, &mine) && r.Context().Err() == nil {
			s.log.Error("an administration request failed", "pattern", r.Pattern, "error", err)
		}
		writeAdminError(w, err)
		return
	}
	switch out := out.(type) {
	case nil:
		w.WriteHeader(http.StatusNoContent)
	case streamed:
	case reply:
		writeBody(w, out.status, out.body)
	default:
		body, err := json.Marshal(out)
		if err != nil {
			writeAdminError(w, err)
			return
		}
		writeBody(w, http.StatusOK, body)
	}
}

// streamed says that the answer has been written already.
type streamed struct{}

func writeAdminError(w http.ResponseWriter, err error) {
	status, code, message := http.StatusInternalServerError, "broken", "The user service failed at this request. Its log says why."
	var refusal *Error
	var mine *adminError
	switch {
	case errors.As(err, &mine):
		status, code, message = mine.status, mine.code, mine.message
	case errors.As(err, &refusal):
		status, code, message = refusal.Status, fmt.Sprintf("users.%d", refusal.Code), refusal.Message
	case errors.Is(err, errClosed):
		status, code, message = http.StatusServiceUnavailable, "stopping", "The user service is stopping. Try again."
	}
	body := appendText([]byte(`{"error":{"code":`), code)
	body = append(appendText(append(body, `,"message":`...), message), "}}"...)
	writeBody(w, status, body)
}

// object reads the body, which must be a JSON object.
func (a *adminCall) object() ([]property, error) {
	body, err := io.ReadAll(io.LimitReader(a.Body, a.service.maxBody+1))
	if err == nil && int64(len(body)) > a.service.maxBody {
		err = fmt.Errorf("it is larger than %d bytes", a.service.maxBody)
	}
	var all []property
	if err == nil {
		all, err = parseObject(body)
	}
	if err != nil {
		return nil, &adminError{http.StatusBadRequest, "bad_body", fmt.Sprintf("The body can't be used: %s.", err)}
	}
	return all, nil
}

// protocol serves a request as the user service itself would for the CloudCode
// key, with all its checks.
func (a *adminCall) protocol(method string, path ...string) (any, error) {
	in := a.Clone(a.Context())
	in.Method = method
	in.Header.Del("User-Token")
	c := &call{service: a.service, ctx: a.Context(), request: in, keyKind: keyBL, admin: true}
	route, err := c.findRoute(path, http.Header{})
	if err != nil {
		return nil, err
	}
	out, err := c.follow(route, path)
	if err == nil && len(out.body) == 0 {
		return nil, nil
	}
	return out, err
}

func (a *adminCall) create() (any, error) { return a.protocol("POST", "users", "register") }
func (a *adminCall) get() (any, error)    { return a.protocol("GET", "users", a.PathValue("id")) }
func (a *adminCall) update() (any, error) { return a.protocol("PUT", "users", a.PathValue("id")) }
func (a *adminCall) remove() (any, error) { return a.protocol("DELETE", "users", a.PathValue("id")) }

func (a *adminCall) status() (any, error) {
	return a.protocol("PUT", "users", a.PathValue("id"), "status")
}

func (a *adminCall) logOut() (any, error) {
	return nil, a.service.LogOut(a.Context(), a.PathValue("id"))
}

func (a *adminCall) roles() (any, error) {
	all, err := a.service.Roles(a.Context())
	return map[string]any{"roles": all}, err
}

func (a *adminCall) addRole() (any, error) {
	fields, err := a.object()
	if err != nil {
		return nil, err
	}
	role, _ := find(fields, "name")
	return nil, asAdminError(a.service.AddRole(a.Context(), role.text), "bad_role")
}

func (a *adminCall) removeRole() (any, error) {
	return nil, a.service.RemoveRole(a.Context(), a.PathValue("name"))
}

func (a *adminCall) permissions() (any, error) {
	q := a.URL.Query()
	list, err := a.service.Permissions(a.Context(), q.Get("table"), q.Get("objectId"))
	return map[string]any{"permissions": list}, err
}

func (a *adminCall) permit() (any, error) {
	fields, err := a.object()
	if err != nil {
		return nil, err
	}
	text := func(name string) string { p, _ := find(fields, name); return p.text }
	return nil, asAdminError(a.service.Permit(a.Context(), Permission{
		Operation: text("operation"), Table: text("table"), ObjectID: text("objectId"), User: text("user"), Role: text("role"), Access: text("access"),
	}), "bad_permission")
}

func (a *adminCall) assign() (any, error)   { return a.changeRole("assignRole") }
func (a *adminCall) unassign() (any, error) { return a.changeRole("unassignRole") }

func (a *adminCall) changeRole(how string) (any, error) {
	fields, err := a.object()
	if err != nil {
		return nil, err
	}
	who, _ := find(fields, "user")
	w := objectWriter{}
	w.text("user", who.text)
	w.text("roleName", a.PathValue("name"))
	in := *a
	in.Request = a.Clone(a.Context())
	in.Body = io.NopCloser(strings.NewReader(string(w.end())))
	in.Header.Set("Content-Type", "application/json")
	return in.protocol("POST", "users", how)
}

// asAdminError gives a code to an error that has only a sentence. A fault of the
// database keeps none: what it says is for the log.
func asAdminError(err error, code string) error {
	if err == nil || errors.Is(err, errClosed) || strings.HasPrefix(err.Error(), "write to the user database") {
		return err
	}
	return &adminError{http.StatusBadRequest, code, sentence(err.Error())}
}

func sentence(text string) string {
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
