package access

import (
	"net/http"
	"strings"
	"time"
)

// ServePeople is /api/people, where GET lists and POST adds people, and
// /api/people/{name}, where PATCH changes role or password and DELETE removes.
// It does its own Check; all but one's own password is for owners.
func (a *Access) ServePeople(w http.ResponseWriter, r *http.Request) {
	a.Middleware(http.HandlerFunc(a.people)).ServeHTTP(w, r)
}

func (a *Access) people(w http.ResponseWriter, r *http.Request) {
	_, name, _ := strings.Cut(strings.TrimSuffix(r.URL.Path, "/"), "/api/people/")
	p, _ := PrincipalFrom(r.Context())
	var err error
	switch {
	case !p.May(Admin):
		err = errForbidden
	case name == "" && r.Method == http.MethodGet:
		a.listPeople(w, r)
		return
	case name == "" && r.Method == http.MethodPost:
		var body struct{ Name, Role, Password string }
		if err = a.readBody(w, r, &body); err == nil {
			err = a.AddPerson(r.Context(), body.Name, body.Role, body.Password)
		}
		if err == nil {
			writeJSON(w, http.StatusCreated, map[string]string{"name": body.Name, "role": body.Role})
			return
		}
	case name != "" && r.Method == http.MethodPatch:
		var body struct{ Role, Password string }
		if err = a.readBody(w, r, &body); err == nil {
			err = a.ChangePerson(r.Context(), name, body.Role, body.Password)
		}
	case name != "" && r.Method == http.MethodDelete:
		err = a.RemovePerson(r.Context(), name)
	case name == "":
		a.refuseMethod(w, r, "GET, POST")
		return
	default:
		a.refuseMethod(w, r, "PATCH, DELETE")
		return
	}
	if err != nil {
		a.WriteError(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// A listedPerson is a person as the API shows one.
type listedPerson struct {
	Name    string    `json:"name"`
	Role    string    `json:"role"`
	Created time.Time `json:"created"`
}

func (a *Access) listPeople(w http.ResponseWriter, r *http.Request) {
	people, err := a.People(r.Context())
	if err != nil {
		a.WriteError(w, r, err)
		return
	}
	listed := []listedPerson{}
	for _, p := range people {
		listed = append(listed, listedPerson{p.Name, p.Role, p.Created})
	}
	writeJSON(w, http.StatusOK, map[string]any{"people": listed})
}
