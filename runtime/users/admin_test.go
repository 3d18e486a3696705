package users

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// admin calls the administration of a place.
func (p *place) admin(method, path, body string, headers ...header) answer {
	p.Helper()
	server := httptest.NewServer(p.service.AdminHandler())
	defer server.Close()
	other := *p
	other.server = server
	return other.call(method, path, body, headers...)
}

// adminOK is admin for what must succeed.
func (p *place) adminOK(method, path, body string, headers ...header) answer {
	p.Helper()
	a := p.admin(method, path, body, headers...)
	if a.status != http.StatusOK && a.status != http.StatusNoContent {
		p.Fatalf("%s %s answered %d %s", method, path, a.status, a.text)
	}
	return a
}

// adminRefused is admin for what must be refused.
func (p *place) adminRefused(code string, status int, method, path, body string, headers ...header) {
	p.Helper()
	a := p.admin(method, path, body, headers...)
	if !strings.HasPrefix(a.text, `{"error":{"code":"`+code+`","message":"`) || a.status != status {
		p.Errorf("%s %s answered %d %s, want %s with status %d", method, path, a.status, a.text, code, status)
	}
}

func TestSettingsAreReadAndChangedByTheirBackendlessNames(t *testing.T) {
	p := newPlace(t)
	const path = "/api/settings/users"
	same(t, "the defaults", p.adminOK("GET", path, "").text, `{"enableMultipleLogins":true,"maxConcurrentLogins":0,"logoutLastUser":false,`+
		`"failedLoginsLock":0,"emailConfirmationRequired":false,"userRegistrationEnabled":true,"dynamicSchema":true,"sessionTimeout":3600,`+
		`"compatibility":"documented","updatePolicy":"self","idempotencyDays":30}`)
	a := p.adminOK("PUT", path, `{"failedLoginsLock":3,"updatePolicy":"permissive"}`)
	same(t, "a changed setting", a.field("failedLoginsLock"), "3")
	same(t, "a setting that wasn't sent", a.field("sessionTimeout"), "3600")
	same(t, "the settings read back", p.adminOK("GET", path, "").text, a.text)
	p.adminRefused("unknown_setting", 400, "PUT", path, `{"failedLoginsLock":4,"secret":1}`)
	p.adminRefused("unknown_setting", 400, "PUT", path, `{"FailedLoginsLock":4}`)
	p.adminRefused("unknown_setting", 400, "PUT", path, `{"__proto__":{}}`)
	p.adminRefused("bad_setting", 400, "PUT", path, `{"failedLoginsLock":"4"}`)
	p.adminRefused("bad_setting", 400, "PUT", path, `{"failedLoginsLock":null}`)
	p.adminRefused("bad_setting", 400, "PUT", path, `{"failedLoginsLock":1e99}`)
	p.adminRefused("bad_setting", 400, "PUT", path, `{"failedLoginsLock":4,"sessionTimeout":0}`)
	p.adminRefused("bad_body", 400, "PUT", path, `[]`)
	p.adminRefused("bad_body", 400, "PUT", path, `{"failedLoginsLock":4,"failedLoginsLock":5}`)
	same(t, "the settings after refusals", p.adminOK("GET", path, "").text, a.text)
}

func TestEditorsMakeChangeDisableAndDeleteUsers(t *testing.T) {
	p := newPlace(t)
	p.set(func(s *Settings) { s.UserRegistrationEnabled = false })
	a := p.adminOK("POST", "/", `{"email":"ann@x.org","password":"secret"}`, idempotent("once"))
	same(t, "the answer again", p.adminOK("POST", "/", `{"email":"ann@x.org","password":"secret"}`, idempotent("once")).text, a.text)
	id := a.field("objectId")
	_, tok := p.login("ann@x.org")
	same(t, "the name", p.adminOK("PUT", "/"+id, `{"name":"Ann"}`, token("ignored")).field("name"), "Ann")
	same(t, "the user", p.adminOK("GET", "/"+id, "").field("name"), "Ann")
	p.adminOK("POST", "/"+id+"/logout", "")
	same(t, "the session", p.ok("GET", "/api/users/isvalidusertoken/"+tok, "").text, "false")
	p.adminOK("PUT", "/"+id+"/status", `{"userStatus":"DISABLED"}`)
	p.refused(3090, 400, "POST", "/api/users/login", rightLogin)
	p.adminRefused("users.3033", 409, "POST", "/", `{"email":"ann@x.org","password":"secret"}`)
	p.adminRefused("users.3030", 400, "PUT", "/nobody", `{"name":"x"}`)
	p.adminRefused("users.3030", 400, "POST", "/nobody/logout", ``)
	p.adminRefused("users.1017", 400, "GET", "/?where=x", "")
	p.adminOK("POST", "/", `{"email":"bob@x.org","password":"secret","name":"Bob"}`)
	a = p.adminOK("GET", "/?where=name%3D'bob'", "")
	same(t, "the total", a.field("total"), "1")
	same(t, "the rows", a.names(), "bob")
	same(t, "a search", p.adminOK("GET", "/?search=OB%40&sortBy=name", "").names(), "bob")
	same(t, "a search for nothing", p.adminOK("GET", "/?search=%25", "").field("total"), "0")
	p.adminOK("DELETE", "/"+id, "")
	same(t, "who is left", p.adminOK("GET", "/", "").names(), "bob")
}

func TestEditorsDefinePropertiesAndRoles(t *testing.T) {
	p := newPlace(t)
	p.adminOK("POST", "/properties", `{"name":"shoe","type":"INT"}`)
	p.adminOK("POST", "/properties", `{"name":"hat"}`)
	if all := p.adminOK("GET", "/properties", "").text; !strings.Contains(all, `{"name":"shoe","type":"INT","required":false,"identity":false,"system":false}`) {
		t.Errorf("the properties are %s", all)
	}
	p.adminRefused("bad_property", 400, "POST", "/properties", `{"name":"shoe","type":"STRING"}`)
	p.adminRefused("bad_property", 400, "POST", "/properties", `{"name":"a\"b"}`)
	p.adminRefused("bad_property", 400, "POST", "/properties", `{"name":"glove","identity":true}`)
	p.adminRefused("bad_property", 400, "POST", "/properties", `{"name":"password"}`)
	id := p.register("ann@x.org")
	p.adminOK("POST", "/roles", `{"name":"Editor"}`)
	p.adminRefused("bad_role", 400, "POST", "/roles", `{"name":"RestUser"}`)
	p.adminOK("POST", "/roles/Editor/assign", `{"user":"ann@x.org"}`)
	same(t, "the editors", p.ok("GET", p.as(p.service.Keys().BL, "/users/role/Editor"), "").names(), "ann")
	p.adminOK("POST", "/roles/Editor/unassign", `{"user":"`+id+`"}`)
	p.adminRefused("users.3057", 400, "POST", "/roles/Editor/assign", `{"user":"nobody"}`)
	same(t, "the roles", p.adminOK("GET", "/roles", "").text, `{"roles":["Editor"]}`)
	p.adminOK("DELETE", "/roles/Editor", "")
	same(t, "the roles in the end", p.adminOK("GET", "/roles", "").text, `{"roles":[]}`)
}

func TestWhatIsExportedIsImportedAgain(t *testing.T) {
	for format, kind := range map[string]string{"csv": "text/csv", "json": "application/json; charset=utf-8"} {
		p := newPlace(t)
		p.register("ann@x.org")
		p.ok("POST", "/api/users/register", `{"email":"bob@x.org","password":"secret","name":"=cmd|' /C calc'!A1","age":1.50,"vip":true,"note":"'quoted'","empty":"","lines":"a\nb, \"c\""}`)
		out := p.adminOK("GET", "/export?format="+format, "")
		for _, secret := range []string{"argon2", "secret", "password"} {
			if strings.Contains(out.text, secret) {
				t.Errorf("the export has %q in it: %s", secret, out.text)
			}
		}
		other := newPlace(t)
		for _, c := range []Column{{Name: "age", Type: TypeDouble}, {Name: "vip", Type: TypeBoolean}, {Name: "note", Type: TypeString}, {Name: "empty", Type: TypeString}, {Name: "lines", Type: TypeString}} {
			if err := other.service.DefineColumn(context.Background(), c); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "the import of "+format, other.adminOK("POST", "/import", out.text, header{"Content-Type", kind}).text, `{"created":2,"updated":0}`)
		same(t, "the users imported from "+format, other.everybody(), p.everybody())
		same(t, "the second import of "+format, other.adminOK("POST", "/import", out.text, header{"Content-Type", kind}).text, `{"created":0,"updated":2}`)
		other.refused(3003, 401, "POST", "/api/users/login", `{"login":"ann@x.org","password":"secret"}`)
	}
}

func TestNoCellOfAnExportIsAFormula(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", ""} {
		cell := guardCell(text)
		if cell[0] != '\'' || unguardCell(cell) != text {
			t.Errorf("%q is exported as %q and comes back as %q", text, cell, unguardCell(cell))
		}
	}
	same(t, "a plain text", guardCell("1-1=0"), "1-1=0")
}

func TestAnImportIsWholeOrNotAtAll(t *testing.T) {
	p := newPlace(t)
	p.register("ann@x.org")
	before := p.everybody()
	jsonKind, csvKind := header{"Content-Type", "application/json"}, header{"Content-Type", "text/csv"}
	for body, kind := range map[string]header{
		`[{"email":"new@x.org"},{"email":"not an address"}]`:            jsonKind,
		`[{"email":"new@x.org"},{"name":"no email"}]`:                   jsonKind,
		`[{"email":"new@x.org"},{"email":"x@x.org","objectId":"../x"}]`: jsonKind,
		`[{"email":"new@x.org"},{"email":"x@x.org","__proto__":"x"}]`:   jsonKind,
		`[{"email":"new@x.org"},5]`:                                     jsonKind,
		`{"email":"new@x.org"}`:                                         jsonKind,
		"email,name\nnew@x.org,New\nx@x.org":                            csvKind,
		"email,email\nnew@x.org,New\n":                                  csvKind,
		"email,a b\nnew@x.org,New\n":                                    csvKind,
		"email\nnew@x.org\n\xff\n":                                      csvKind,
		"":                                                              csvKind,
		"email\nnew@x.org":                                              {"Content-Type", "text/plain"},
		"[" + strings.Repeat(`{"email":"x@x.org"},`, maxImport) + `{"email":"x@x.org"}]`: jsonKind,
	} {
		p.adminRefused("bad_import", 400, "POST", "/import", body, kind)
		same(t, "the users after the import of "+cut(body, 60), p.everybody(), before)
	}
	same(t, "an import with passwords", p.adminOK("POST", "/import", "email,password,userStatus\nbob@x.org,secret,DISABLED\neve@x.org,secret,\n", csvKind).text, `{"created":2,"updated":0}`)
	p.login("eve@x.org")
	p.refused(3090, 400, "POST", "/api/users/login", `{"login":"bob@x.org","password":"secret"}`)
}

func TestEditorsDefineAndDropTables(t *testing.T) {
	p := newPlace(t)
	p.adminOK("POST", "/tables/Orders/properties", `{"name":"total","type":"DOUBLE","required":true}`)
	p.adminOK("POST", "/tables/Users/properties", `{"name":"shoe","type":"INT"}`)
	if all := p.adminOK("GET", "/tables", "").text; !strings.Contains(all, `{"name":"Orders","properties":[{"name":"objectId",`) || !strings.HasPrefix(all, `{"tables":[{"name":"Users"`) || !strings.Contains(all, `"shoe"`) {
		t.Errorf("the tables are %s", all)
	}
	p.adminRefused("bad_property", 400, "POST", "/tables/Orders/properties", `{"name":"total","type":"STRING"}`)
	p.adminRefused("bad_property", 400, "POST", "/tables/ORDERS/properties", `{"name":"x"}`)
	p.adminRefused("bad_table", 400, "DELETE", "/tables/Users", "")
	p.adminRefused("users.1009", 400, "DELETE", "/tables/Nothing", "")
	p.adminOK("DELETE", "/tables/Orders", "")
	if all := p.adminOK("GET", "/tables", "").text; strings.Contains(all, "Orders") {
		t.Errorf("the tables in the end are %s", all)
	}
}
