package users

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Handler serves the REST protocol under /api/… and /<app-id>/<api-key>/….
func (s *Service) Handler() http.Handler { return http.HandlerFunc(s.serve) }

// A call is one request on its way through the service.
type call struct {
	service *Service
	ctx     context.Context
	request *http.Request
	keyKind string // the API key used: REST, JS or BL
	route   *route
	table   string // the table's name, where the path has one before its parameter
	param   string // the last parameter of the path
	body    []byte
	object  []property // the body, where the route takes one
	token   string     // the user-token header
	session *session   // whose it is; nil without a token
	key     string     // the Idempotency-Key header
	digest  []byte     // of the whole request, if there is a key
	event   *Event     // to be told when it has happened, or nil
	admin   bool       // an editor calls, by AdminHandler
}

// A route is one operation. A path that ends in "/*" has a parameter; "/**" stands
// for one with slashes in it.
type route struct {
	method, path string
	serve        func(*call) (reply, error)
	failed       int    // the code of a failure that has none of its own
	body         int    // the code for a body that isn't a JSON object; 0: the route takes none
	form         bool   // it takes the body of an HTML form instead
	raw          bool   // it takes any body
	write        bool   // honours an Idempotency-Key
	event        string // what hooks know it as; "": nothing they hear of
	anyToken     bool   // answers whatever the user-token header holds
}

// routes are tried from the top, so words come before parameters.
var routes = []route{
	{method: "GET", path: "info", serve: (*call).info},
	{method: "POST", path: "users/register", serve: (*call).register, event: EventRegister, failed: codeRegisterFailed, body: codeRegisterFailed, write: true},
	{method: "POST", path: "users/register/guest", serve: (*call).guest, failed: codeRegisterFailed, write: true, anyToken: true},
	{method: "POST", path: "users/login", serve: (*call).login, event: EventLogin, body: codeArgument, write: true, anyToken: true},
	{method: "GET", path: "users/logout", serve: (*call).logout, event: EventLogout, failed: codeLogoutFailed, write: true},
	{method: "GET", path: "users/isvalidusertoken/*", serve: (*call).isValidToken, anyToken: true},
	{method: "GET", path: "users/userclassprops", serve: (*call).describe},
	{method: "GET", path: "users/userroles", serve: (*call).ownRoles},
	{method: "GET", path: "users/userroles/*", serve: (*call).rolesOf},
	{method: "GET", path: "users/role/*", serve: (*call).findByRole},
	{method: "POST", path: "users/assignRole", serve: (*call).assignRole, body: codeArgument, write: true},
	{method: "POST", path: "users/unassignRole", serve: (*call).unassignRole, body: codeArgument, write: true},
	{method: "POST", path: "users/verifypassword", serve: (*call).verifyPassword, body: codeArgument},
	{method: "POST", path: "users/verifypassowrd", serve: (*call).verifyPassword, body: codeArgument},
	{method: "GET", path: "users/restorepassword/*", serve: (*call).restorePassword, event: EventRestore, failed: codeRestoreFailed, write: true, anyToken: true},
	{method: "GET", path: "users/newpassword/*", serve: (*call).passwordPage, anyToken: true},
	{method: "POST", path: "users/newpassword/*", serve: (*call).newPasswordByMail, form: true, anyToken: true},
	{method: "POST", path: "users/resendconfirmation/*", serve: (*call).resendConfirmation, write: true, anyToken: true},
	{method: "POST", path: "users/createEmailConfirmationURL/*", serve: (*call).confirmationURL, write: true, anyToken: true},
	{method: "GET", path: "users/confirmemail/*", serve: (*call).confirmEmail, anyToken: true},
	{method: "GET", path: "users/*", serve: (*call).getUser},
	{method: "PUT", path: "users/*", serve: (*call).update, event: EventUpdate, failed: codeUpdateFailed, body: codeUpdateFailed, write: true},
	{method: "DELETE", path: "users/*", serve: (*call).deleteUser, event: EventRemove, write: true},
	{method: "PUT", path: "users/*/status", serve: (*call).changeStatus, failed: codeUpdateFailed, body: codeUpdateFailed, write: true},
	{method: "GET", path: "data/Users", serve: (*call).findUsers},
	{method: "PUT", path: "data/Users", serve: (*call).saveUser, event: EventUpdate, failed: codeUpdateFailed, body: codeUpdateFailed, write: true},
	{method: "POST", path: "data/Users/find", serve: (*call).findUsers, body: codeQuery},
	{method: "GET", path: "data/Users/count", serve: (*call).countUsers},
	{method: "POST", path: "data/Users/count", serve: (*call).countUsers, body: codeQuery},
	{method: "POST", path: "data/Users", serve: (*call).register, event: EventRegister, failed: codeRegisterFailed, body: codeRegisterFailed, write: true},
	{method: "GET", path: "data/Users/properties", serve: (*call).describe},
	{method: "GET", path: "data/Users/*", serve: (*call).getEntity},
	{method: "PUT", path: "data/Users/*", serve: (*call).updateEntity, event: EventUpdate, failed: codeUpdateFailed, body: codeUpdateFailed, write: true},
	{method: "DELETE", path: "data/Users/*", serve: (*call).deleteEntity, event: EventRemove, write: true},
	{method: "PUT", path: fileForm, serve: (*call).saveFile, raw: true, failed: codeArgument, write: true},
	{method: "GET", path: "files/**", serve: (*call).readFile, anyToken: true},
	{method: "DELETE", path: "files/**", serve: (*call).deleteFile, write: true},
	{method: "POST", path: "messaging/*", serve: (*call).publish},
	{method: "GET", path: "data/*", serve: (*call).findRecords},
	{method: "POST", path: "data/*", serve: (*call).createRecord, body: codeBadRecord, write: true},
	{method: "PUT", path: "data/*", serve: (*call).saveRecord, body: codeBadRecord, write: true},
	{method: "POST", path: "data/*/find", serve: (*call).findRecords, body: codeQuery},
	{method: "GET", path: "data/*/count", serve: (*call).countRecords},
	{method: "POST", path: "data/*/count", serve: (*call).countRecords, body: codeQuery},
	{method: "GET", path: "data/*/properties", serve: (*call).describeTable},
	{method: "PUT", path: "data/*/permissions/GRANT/*", serve: (*call).permitGrant, body: codeBadRecord, write: true},
	{method: "PUT", path: "data/*/permissions/DENY/*", serve: (*call).permitDeny, body: codeBadRecord, write: true},
	{method: "GET", path: "data/*/*", serve: (*call).getRecord},
	{method: "PUT", path: "data/*/*", serve: (*call).updateRecord, body: codeBadRecord, write: true},
	{method: "DELETE", path: "data/*/*", serve: (*call).deleteRecord, write: true},
}

// match returns the parameters of a path that has this route's form.
func (r *route) match(path []string) (params []string, ok bool) {
	form := strings.Split(r.path, "/")
	if last := len(form) - 1; form[last] == "**" && len(path) > last {
		form[last] = "*"
		path = append(slices.Clone(path[:last]), strings.Join(path[last:], "/"))
	}
	if len(form) != len(path) {
		return nil, false
	}
	for i, part := range form {
		if part == "*" {
			params = append(params, path[i])
		} else if part != path[i] {
			return nil, false
		}
	}
	return params, true
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	allowOrigins(w.Header(), r)
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	c := &call{service: s, ctx: r.Context(), request: r}
	out, err := c.answer(w.Header())
	if err != nil {
		writeError(w, err)
		return
	}
	if out.repeated {
		w.Header().Set("Idempotency-Replayed", "true")
	}
	if out.html {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("X-Content-Type-Options", "nosniff")
	}
	if out.file != "" {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": out.file}))
		w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
		w.Header().Set("X-Content-Type-Options", "nosniff")
	}
	writeBody(w, out.status, out.body)
}

// allowOrigins lets browser apps of any origin call. There are no cookies: a
// page can use only the keys and tokens it was given.
func allowOrigins(h http.Header, r *http.Request) {
	h.Set("Access-Control-Allow-Origin", "*")
	if r.Method != http.MethodOptions {
		return
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, PATCH, OPTIONS")
	asked := r.Header.Get("Access-Control-Request-Headers")
	if asked == "" {
		asked = "content-type, user-token, bl-execution-type, idempotency-key"
	}
	h.Set("Access-Control-Allow-Headers", asked)
	h.Set("Access-Control-Max-Age", "86400")
	h.Set("Vary", "Access-Control-Request-Headers")
}

// answer finds the route, checks what all routes have in common and serves it.
func (c *call) answer(header http.Header) (reply, error) {
	if !c.service.enter() {
		return reply{}, failure(codeOther, errClosed)
	}
	defer c.service.callers.Done()
	path, err := c.application()
	if err != nil {
		return reply{}, err
	}
	route, err := c.findRoute(path, header)
	if err != nil {
		return reply{}, err
	}
	out, err := c.follow(route, path)
	var refusal *Error
	if err == nil || errors.As(err, &refusal) {
		return out, err
	}
	if c.ctx.Err() == nil {
		c.service.log.Error("a request to the user service failed", "method", route.method, "route", route.path, "error", err)
	}
	return reply{}, failure(route.failed, err)
}

// failure is the answer to a fault that isn't the client's. What went wrong is
// for the log: it may tell how the database looks.
func failure(code int, err error) *Error {
	if errors.Is(err, errClosed) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &Error{Code: code, Status: http.StatusServiceUnavailable, Message: "The user service is stopping or the request was cut off. Try again."}
	}
	return &Error{Code: code, Status: http.StatusInternalServerError, Message: "The user service failed at this request. Its log says why."}
}

// application takes the prefix off the path and finds out which API key was
// used: /api counts as the REST key.
func (c *call) application() (path []string, err error) {
	for part := range strings.SplitSeq(strings.TrimPrefix(c.request.URL.EscapedPath(), "/"), "/") {
		plain, err := url.PathUnescape(part)
		if err != nil || plain == "" {
			return nil, notFound()
		}
		path = append(path, plain)
	}
	if path[0] == "api" {
		c.keyKind = keyREST
		return path[1:], nil
	}
	if len(path) < 2 {
		return nil, notFound()
	}
	c.keyKind = c.service.credentials.kindOf(path[0], path[1])
	if c.keyKind == "" {
		return nil, refuse(codeWrongApp, "The application id or the API key in the address is wrong. Check both.")
	}
	return path[2:], nil
}

func notFound() *Error {
	return &Error{Code: codeOther, Status: http.StatusNotFound, Message: "There is nothing at this address of the user service."}
}

func (c *call) findRoute(path []string, header http.Header) (*route, error) {
	method := c.request.Method
	if method == http.MethodHead {
		method = http.MethodGet // net/http leaves out the body
	}
	var allowed []string
	for i := range routes {
		r := &routes[i]
		params, ok := r.match(path)
		if ok && r.method == method {
			c.route = r
			if len(params) > 0 {
				c.param, c.table = params[len(params)-1], params[0]
			}
			return r, nil
		}
		if ok && !slices.Contains(allowed, r.method) {
			allowed = append(allowed, r.method)
		}
	}
	if allowed == nil {
		return nil, notFound()
	}
	header.Set("Allow", strings.Join(allowed, ", "))
	return nil, &Error{
		Code: codeOther, Status: http.StatusMethodNotAllowed,
		Message: fmt.Sprintf("This address answers to %s, not to %s.", strings.Join(allowed, " and "), c.request.Method),
	}
}

// follow serves a request whose route is known. A keyed request is looked up
// before the token is, since a logout that is repeated has none any more. It is
// looked up again when it is refused: the same request may have been performed
// in between, and have made the refusal true.
func (c *call) follow(r *route, path []string) (reply, error) {
	if err := c.readBody(r); err != nil {
		return reply{}, err
	}
	c.token = c.request.Header.Get("User-Token")
	if r.write {
		c.key = c.request.Header.Get("Idempotency-Key")
	}
	if c.key == "" {
		return c.perRoute(r)
	}
	if err := checkKey(c.key); err != nil {
		return reply{}, err
	}
	c.digest = c.service.keys.digestOf(r.method, strings.Join(path, "/"), c.keyKind, c.token, string(c.body))
	earlier, err := c.lookUp()
	if err != nil {
		return reply{}, err
	}
	if earlier != nil {
		return *earlier, nil
	}
	out, refusal := c.perRoute(r)
	if refusal == nil {
		return out, nil
	}
	if earlier, err := c.lookUp(); err == nil && earlier != nil {
		return *earlier, nil
	}
	return reply{}, refusal
}

func (c *call) lookUp() (*reply, error) {
	return c.earlier(c.service.db.found(c.ctx, performedByKey, c.key))
}

func (c *call) perRoute(r *route) (reply, error) {
	if r.body != 0 {
		if err := c.parseBody(r.body); err != nil {
			return reply{}, err
		}
	}
	if !r.anyToken {
		var err error
		if c.session, err = c.service.authenticate(c.ctx, c.token); err != nil {
			return reply{}, err
		}
	}
	return c.hooked(r)
}

func (c *call) readBody(r *route) error {
	if r.body == 0 && !r.form && !r.raw {
		return nil
	}
	limit, code := c.service.maxBody, r.body
	if r.raw {
		limit, code = limit+limit/3+4, codeArgument // it is base64 of what the limit is for
	}
	body, err := io.ReadAll(io.LimitReader(c.request.Body, limit+1))
	if err != nil {
		return refuse(code, "The body could not be read to its end. Send it again.")
	}
	if int64(len(body)) > limit {
		return refuse(code, "The body is larger than %d bytes. Send less at once.", limit)
	}
	c.body = body
	return nil
}

func (c *call) parseBody(code int) error {
	kind, params, err := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	if charset := strings.ToLower(params["charset"]); err != nil || kind != "application/json" || charset != "" && charset != "utf-8" {
		return refuse(code, "The request needs the header Content-Type: application/json.")
	}
	if text := strings.TrimSpace(string(c.body)); text == "" || text == "null" {
		return nil // what is missing then is for each route to say
	}
	c.object, err = parseObject(c.body)
	var twice duplicateError
	switch {
	case errors.As(err, &twice) && code == codeRegisterFailed:
		return refuse(codeDuplicate, "The body can't be used: %s.", err)
	case err != nil:
		return refuse(code, "The body can't be used: %s.", err)
	case c.object == nil:
		c.object = []property{} // {} is a body
	}
	return nil
}

func writeError(w http.ResponseWriter, err error) {
	var refusal *Error
	if !errors.As(err, &refusal) {
		refusal = failure(codeOther, err)
	}
	body := fmt.Appendf(nil, `{"code":%d,"message":`, refusal.Code)
	body = append(appendText(body, refusal.Message), `,"errorData":{}}`...)
	writeBody(w, refusal.Status, body)
}

// writeBody ends a response. An error here is a client that has gone, which
// there is nobody left to tell.
func writeBody(w http.ResponseWriter, status int, body []byte) {
	if len(body) > 0 && w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
