package users

import (
	"net/http"
	"strings"
	"testing"
)

// permit sets permissions in short form: "grant update Notes user x" or
// "deny find Notes/ID role Editor"; "-" stands for all tables.
func (p *place) permit(lines ...string) {
	p.Helper()
	for _, line := range lines {
		w := strings.Fields(line)
		m := Permission{Access: w[0], Operation: w[1]}
		m.Table, m.ObjectID, _ = strings.Cut(strings.TrimPrefix(w[2], "-"), "/")
		if w[3] == "user" {
			m.User = w[4]
		} else {
			m.Role = w[4]
		}
		if err := p.service.Permit(p.Context(), m); err != nil {
			p.Fatalf("%s: %v", line, err)
		}
	}
}

// Each case adds a layer that comes before those of the cases above it, and says
// the contrary.
func TestPermissionsDecideInLayers(t *testing.T) {
	p := newPlace(t)
	_, ann := p.member("ann@x.org")
	bob, bobs := p.member("bob@x.org")
	for _, role := range []string{"Editor", "Reader"} {
		if err := p.service.AddRole(t.Context(), role); err != nil {
			t.Fatal(err)
		}
		p.ok("POST", p.as(p.service.Keys().BL, "/users/assignRole"), `{"user":"bob@x.org","roleName":"`+role+`"}`)
	}
	note := p.ok("POST", "/api/data/Notes", `{"text":"mine"}`, token(ann)).field("objectId")
	path := "/api/data/Notes/" + note
	found := func(who header) string { return p.ok("GET", "/api/data/Notes/count", "", who).text }
	is := func(what string, allowed bool) {
		t.Helper()
		status, count := http.StatusBadRequest, "0"
		if allowed {
			status, count = http.StatusOK, "1"
		}
		if a := p.call("PUT", path, `{"text":"changed"}`, token(bobs)); a.status != status {
			t.Errorf("%s: the update answers %d %s", what, a.status, a.text)
		}
		same(t, what+": how many bob finds", found(token(bobs)), count)
		if a := p.call("GET", path, "", token(bobs)); (a.status == http.StatusOK) != allowed && what != "nobody said anything" {
			t.Errorf("%s: reading answers %d", what, a.status)
		}
	}
	is("nobody said anything", false)
	for i, layer := range []string{
		"- role AuthenticatedUser", "Notes role AuthenticatedUser", "Notes role Editor", "Notes user " + bob, "Notes/" + note + " role Editor", "Notes/" + note + " user " + bob,
	} {
		access := []string{Grant, Deny}[i%2]
		where, who, _ := strings.Cut(layer, " ")
		p.permit(access+" update "+where+" "+who, access+" find "+where+" "+who)
		is(access+" "+layer, access == Grant)
	}
	same(t, "how many the owner finds", found(token(ann)), "1")
	p.permit("inherit update Notes/"+note+" user "+bob, "inherit find Notes/"+note+" user "+bob)
	is("taken back", true)
	p.permit("deny update Notes/"+note+" role Reader", "deny find Notes/"+note+" role Reader")
	is("what one role is denied, another can't grant", false)
}

func TestAnOwnerCanBeDeniedTheirOwn(t *testing.T) {
	p := newPlace(t)
	id, ann := p.member("ann@x.org")
	p.permit("deny update Users user " + id)
	p.refused(codeOtherUser, http.StatusBadRequest, "PUT", "/api/users/"+id, `{"name":"Ann"}`, token(ann))
	p.ok("GET", "/api/users/"+id, "", token(ann))
	p.permit("deny find Users/" + id + " user *")
	p.refused(codeMayNotFind, http.StatusBadRequest, "GET", "/api/users/"+id, "", token(ann))
}

func TestPermissionsOfWhoeverCalls(t *testing.T) {
	p := newPlace(t)
	id, ann := p.member("ann@x.org")
	p.ok("POST", "/api/data/Notes", `{"text":"first"}`, token(ann))
	p.refused(codeMayNotFind, http.StatusBadRequest, "GET", "/api/data/Notes", "")
	p.permit("grant find Notes role NotAuthenticatedUser", "deny create Notes role AuthenticatedUser", "grant create Notes role RestUser")
	same(t, "what a stranger finds", p.ok("GET", "/api/data/Notes/count", "").text, "1")
	same(t, "how many users a stranger finds", p.ok("GET", "/api/data/Users/count", "").text, "0")
	p.ok("POST", "/api/data/Notes", `{"text":"a stranger's"}`)
	p.refused(codeMayNotMake, http.StatusBadRequest, "POST", "/api/data/Notes", `{"text":"second"}`, token(ann))
	p.ok("POST", p.as(p.service.Keys().BL, "/data/Notes"), `{"text":"server code may"}`)
	p.permit("grant update Users role NotAuthenticatedUser")
	p.ok("PUT", "/api/users/"+id, `{"name":"Ann"}`)
	p.refused(codeNotLoggedIn, http.StatusBadRequest, "DELETE", "/api/users/"+id, "")
}

// What the official SDK sends: Backendless.Data.Permissions.FIND.grantForUser.
func TestAnOwnerSharesARecord(t *testing.T) {
	p := newPlace(t)
	_, ann := p.member("ann@x.org")
	bob, bobs := p.member("bob@x.org")
	note := p.ok("POST", "/api/data/Notes", `{"text":"mine"}`, token(ann)).field("objectId")
	p.refused(codeMayNotSave, http.StatusBadRequest, "PUT", "/api/data/Notes/permissions/GRANT/"+note, `{"permission":"UPDATE","user":"`+bob+`"}`, token(bobs))
	p.ok("PUT", "/api/data/Notes/permissions/GRANT/"+note, `{"permission":"UPDATE","user":"`+bob+`"}`, token(ann))
	p.ok("PUT", "/api/data/Notes/"+note, `{"text":"ours"}`, token(bobs))
	p.ok("PUT", "/api/data/Notes/permissions/DENY/"+note, `{"permission":"UPDATE","user":"*"}`, token(ann))
	p.ok("PUT", "/api/data/Notes/permissions/DENY/"+note, `{"permission":"UPDATE","user":"`+bob+`"}`, token(ann))
	p.refused(codeMayNotSave, http.StatusBadRequest, "PUT", "/api/data/Notes/"+note, `{"text":"mine"}`, token(bobs))
	p.refused(codeBadRecord, http.StatusBadRequest, "PUT", "/api/data/Notes/permissions/GRANT/"+note, `{"permission":"EAT","user":"`+bob+`"}`, token(ann))
	p.refused(codeBadRecord, http.StatusBadRequest, "PUT", "/api/data/Notes/permissions/GRANT/"+note, `{"permission":"FIND"}`, token(ann))
	p.refused(codeNoRole, http.StatusBadRequest, "PUT", "/api/data/Notes/permissions/GRANT/"+note, `{"permission":"FIND","role":"Nobody"}`, token(ann))
	list, err := p.service.Permissions(t.Context(), "Notes", note)
	if err != nil || len(list) != 2 || list[0].Access != Deny || list[0].User != "*" {
		t.Errorf("the permissions are %+v %v", list, err)
	}
}
