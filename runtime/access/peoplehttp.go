package access

import (
	"net/http"
	"strings"
	"time"
)

// ServePeople is /api/people, where GET lists and POST adds people, and
// /api/people/{name}, where PATCH changes role or password, or gives a new link to
// set one, and DELETE removes. It does its own Check; all but one's own password
// is for owners.
func (a *Access) ServePeople(w http.ResponseWriter, r *http.Request) {
	a.Middleware(http.HandlerFunc(a.people)).ServeHTTP(w, r)
}

func (a *Access) people(w http.ResponseWriter, r *http.Request) {
	_, name, _ := strings.Cut(strings.TrimSuffix(r.URL.Path, "/"), "/api/people/")
	p, _ := PrincipalFrom(r.Context())
	var err error
	switch {
	case name != "" && name == p.Name && p.Token == "" && r.Method == http.MethodPatch:
		err = a.changeMyself(w, r, p)
	case !p.May(Admin):
		err = errForbidden
	case name == "" && r.Method == http.MethodGet:
		a.listPeople(w, r)
		return
	case name == "" && r.Method == http.MethodPost:
		if err = a.addPerson(w, r); err == nil {
			return
		}
	case name != "" && r.Method == http.MethodPatch:
		var body struct {
			Role, Password string
			Invite         bool
		}
		if err = a.readBody(w, r, &body); err == nil && body.Invite {
			var token string
			if token, err = a.InviteAgain(r.Context(), name); err == nil {
				writeJSON(w, http.StatusOK, map[string]string{"invite": token})
				return
			}
		} else if err == nil {
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

// addPerson makes a person with a password, or invites one who sets it by a link.
func (a *Access) addPerson(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Name, Role string
		Password   *string
	}
	err := a.readBody(w, r, &body)
	answer := map[string]string{"name": body.Name, "role": body.Role}
	switch {
	case err != nil:
	case body.Password == nil:
		answer["invite"], err = a.Invite(r.Context(), body.Name, body.Role)
	default:
		err = a.AddPerson(r.Context(), body.Name, body.Role, *body.Password)
	}
	if err == nil {
		writeJSON(w, http.StatusCreated, answer)
	}
	return err
}

// changeMyself is PATCH of one's own: an owner's own role, or anybody's password,
// which needs the old one.
func (a *Access) changeMyself(w http.ResponseWriter, r *http.Request, p Principal) error {
	var body struct{ Role, Password, Old string }
	if err := a.readBody(w, r, &body); err != nil {
		return err
	}
	if body.Role != "" && !p.May(Admin) {
		return errForbidden
	}
	if body.Role != "" {
		if err := a.ChangePerson(r.Context(), p.Name, body.Role, ""); err != nil || body.Password == "" {
			return err
		}
	}
	return a.ChangeOwnPassword(r.Context(), p.Name, body.Old, body.Password, a.address(r))
}

// A listedPerson is a person as the API shows one.
type listedPerson struct {
	Name    string    `json:"name"`
	Role    string    `json:"role"`
	Created time.Time `json:"created"`
	Invited bool      `json:"invited"` // without a password until now
}

func (a *Access) listPeople(w http.ResponseWriter, r *http.Request) {
	people, err := a.People(r.Context())
	if err != nil {
		a.WriteError(w, r, err)
		return
	}
	listed := []listedPerson{}
	for _, p := range people {
		listed = append(listed, listedPerson{p.Name, p.Role, p.Created, invited(p.Password)})
	}
	writeJSON(w, http.StatusOK, map[string]any{"people": listed})
}
