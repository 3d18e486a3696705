package access

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// Middleware lets only those through whom Check knows, and answers everyone else.
func (a *Access) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := a.Check(r)
		if err != nil {
			a.WriteError(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(WithPrincipal(r.Context(), p)))
	})
}

// ServeSession is /api/session: GET tells who is signed in, POST signs in,
// DELETE signs out. It needs no one to be signed in.
func (a *Access) ServeSession(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		a.showSession(w, r)
	case http.MethodPost:
		a.signIn(w, r)
	case http.MethodDelete:
		a.signOut(w, r)
	default:
		a.refuseMethod(w, r, "GET, POST, DELETE")
	}
}

func (a *Access) showSession(w http.ResponseWriter, r *http.Request) {
	has, err := a.store.HasPeople(r.Context())
	if err != nil {
		a.WriteError(w, r, err)
		return
	}
	p, err := a.Check(r)
	if err != nil && !isRefusal(err) {
		a.WriteError(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"signedIn": err == nil, "setupNeeded": !has, "name": p.Name, "role": p.Role})
}

func (a *Access) signIn(w http.ResponseWriter, r *http.Request) {
	var body struct{ Name, Password string }
	if err := a.readBody(w, r, &body); err != nil {
		a.WriteError(w, r, err)
		return
	}
	s, err := a.SignInAs(r.Context(), cmp.Or(body.Name, owner), body.Password, a.address(r))
	if err != nil {
		a.WriteError(w, r, err)
		return
	}
	a.letIn(w, r, s)
}

func (a *Access) signOut(w http.ResponseWriter, r *http.Request) {
	if err := a.sameOrigin(r); err != nil {
		a.WriteError(w, r, err)
		return
	}
	if cookie, err := r.Cookie(CookieName); err == nil {
		if err := a.SignOut(r.Context(), cookie.Value); err != nil {
			a.WriteError(w, r, err)
			return
		}
	}
	http.SetCookie(w, a.cookie(r, "", -1))
	w.WriteHeader(http.StatusNoContent)
}

// ServeSetup is /api/setup: POST sets the owner's password and signs the owner
// in. It needs the secret of the one-time link.
func (a *Access) ServeSetup(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		a.refuseMethod(w, r, "POST")
		return
	}
	var body struct{ Token, Password string }
	if err := a.readBody(w, r, &body); err != nil {
		a.WriteError(w, r, err)
		return
	}
	s, err := a.Setup(r.Context(), body.Token, body.Password)
	if err != nil {
		a.WriteError(w, r, err)
		return
	}
	a.letIn(w, r, s)
}

// ServeTokens is /api/tokens, where GET lists and POST makes a token, and
// /api/tokens/{id}, where DELETE revokes one. It does its own Check.
func (a *Access) ServeTokens(w http.ResponseWriter, r *http.Request) {
	a.Middleware(http.HandlerFunc(a.tokens)).ServeHTTP(w, r)
}

func (a *Access) tokens(w http.ResponseWriter, r *http.Request) {
	_, id, _ := strings.Cut(strings.TrimSuffix(r.URL.Path, "/"), "/api/tokens/")
	if p, _ := PrincipalFrom(r.Context()); !p.May(Admin) {
		a.WriteError(w, r, errForbidden)
		return
	}
	switch {
	case id == "" && r.Method == http.MethodGet:
		a.listTokens(w, r)
	case id == "" && r.Method == http.MethodPost:
		a.createToken(w, r)
	case id == "":
		a.refuseMethod(w, r, "GET, POST")
	case r.Method == http.MethodDelete:
		if err := a.RevokeToken(r.Context(), id); err != nil {
			a.WriteError(w, r, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		a.refuseMethod(w, r, "DELETE")
	}
}

// A listedToken is a token as the API shows it.
type listedToken struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Scopes  []Scope    `json:"scopes"`
	By      string     `json:"by"`
	Created time.Time  `json:"created"`
	Used    *time.Time `json:"used"` // null if never
}

func (a *Access) listTokens(w http.ResponseWriter, r *http.Request) {
	tokens, err := a.Tokens(r.Context())
	if err != nil {
		a.WriteError(w, r, err)
		return
	}
	listed := make([]listedToken, len(tokens))
	for i, t := range tokens {
		listed[i] = listedToken{ID: t.ID, Name: t.Name, Scopes: Principal{Role: t.Role, Token: t.ID}.scopes(), By: t.By, Created: t.Created}
		if !t.Used.IsZero() {
			listed[i].Used = &t.Used
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"tokens": listed})
}

func (a *Access) createToken(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Name   string
		Scopes []Scope
	}
	if err := a.readBody(w, r, &body); err != nil {
		a.WriteError(w, r, err)
		return
	}
	t, err := a.CreateToken(r.Context(), body.Name, body.Scopes...)
	if err != nil {
		a.WriteError(w, r, err)
		return
	}
	writeJSON(w, http.StatusCreated, t)
}

// readBody reads a small JSON object. Every request with a body changes
// something, so it is also where pages of other sites are refused.
func (a *Access) readBody(w http.ResponseWriter, r *http.Request, into any) error {
	if err := a.sameOrigin(r); err != nil {
		return err
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	if d.Decode(into) != nil || d.More() {
		return errBody
	}
	return nil
}

// letIn ends the session the browser had, if any, and gives it the new one.
func (a *Access) letIn(w http.ResponseWriter, r *http.Request, s Session) {
	if old, err := r.Cookie(CookieName); err == nil {
		if err := a.SignOut(r.Context(), old.Value); err != nil {
			a.WriteError(w, r, err)
			return
		}
	}
	http.SetCookie(w, a.cookie(r, s.Token, seconds(sessionAge)))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}

// cookie can't be read by scripts, nor sent from pages of other sites.
func (a *Access) cookie(r *http.Request, value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: CookieName, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: a.secure || r.TLS != nil,
	}
}

func (a *Access) refuseMethod(w http.ResponseWriter, r *http.Request, allowed string) {
	w.Header().Set("Allow", allowed)
	a.WriteError(w, r, errMethod)
}
