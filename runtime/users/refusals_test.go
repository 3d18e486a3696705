package users

import (
	"context"
	"strings"
	"testing"
)

// A scene is the place of the refusals: ann is logged in, bob is there, carol is
// disabled, and "shoe" is a required property that everyone has.
type scene struct {
	*place
	ann, annToken, bob, carol, guest string
}

func newScene(t *testing.T) *scene {
	s := &scene{place: newPlace(t)}
	s.ann, s.annToken = s.member("ann@x.org")
	s.bob = s.register("bob@x.org")
	s.carol = s.register("carol@x.org")
	s.ok("PUT", s.bl("/users/"+s.carol+"/status"), `{"userStatus":"DISABLED"}`)
	for _, c := range []Column{{Name: "shoe", Type: TypeInt, Required: true}, {Name: "born", Type: TypeDatetime}, {Name: "vip", Type: TypeBoolean}} {
		if err := s.service.DefineColumn(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.service.AddRole(context.Background(), "Editor"); err != nil {
		t.Fatal(err)
	}
	guest := s.ok("POST", "/api/users/register/guest", "")
	s.guest = guest.field("objectId")
	s.set(func(st *Settings) { st.EmailConfirmationRequired = true })
	s.ok("POST", "/api/users/register", `{"email":"pending@x.org","password":"secret","shoe":44}`)
	mailless := s.ok("POST", "/api/users/register", `{"email":"mailless@x.org","password":"secret","shoe":44}`).field("objectId")
	if _, err := s.service.db.writer.Exec(`UPDATE users SET identity = 'mailless', properties = '{"email":"mailless"}' WHERE object_id = ?`, mailless); err != nil {
		t.Fatal(err)
	}
	for range quietFailures {
		s.refused(3003, 401, "POST", "/api/users/login", `{"login":"locked@x.org","password":"wrong"}`)
	}
	return s
}

func (s *scene) bl(path string) string { return s.as(s.service.Keys().BL, path) }

// TestEveryErrorCode provokes each code by a request. A path of $ann, $bob or
// $carol stands for that user's id; a token of ann's is sent unless told
// otherwise.
func TestEveryErrorCode(t *testing.T) {
	locked := func(s *Settings) { s.DynamicSchema = false }
	cases := []struct {
		name         string
		code, status int
		method, path string
		body         string
		headers      []header
		settings     func(*Settings)
	}{
		{name: "an unknown application", code: 2002, status: 400, method: "PUT", path: "/no-app/no-key/users/$ann", body: `{"name":"x"}`},
		{name: "a wrong API key", code: 2002, status: 400, method: "PUT", path: "/$app/no-key/users/$ann", body: `{"name":"x"}`},

		{name: "an update to an identity that is taken", code: 3018, status: 409, method: "PUT", path: "/api/users/$ann", body: `{"email":"bob@x.org"}`},
		{name: "an update to an identity that is taken, in capitals", code: 3018, status: 409, method: "PUT", path: "/api/users/$ann", body: `{"email":"BOB@x.org"}`},
		{name: "an update without a body", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", headers: []header{{"Content-Type", "application/json"}}},
		{name: "an update that isn't JSON", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"name":`},
		{name: "an update that is a list", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `[{"name":"x"}]`},
		{name: "an update that is null", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `null`},
		{name: "an update with something behind it", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"name":"x"} {}`},
		{name: "an update as text", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"name":"x"}`, headers: []header{{"Content-Type", "text/plain"}}},
		{name: "an update in Latin-1", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"name":"x"}`, headers: []header{{"Content-Type", "application/json; charset=latin1"}}},
		{name: "an update larger than the bound", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"name":"` + strings.Repeat("x", 1<<20) + `"}`},
		{name: "an update nested a hundred thousand deep", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"name":` + strings.Repeat(`[`, 100000) + `}`},
		{name: "an update with a broken character", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: "{\"name\":\"\xff\"}"},
		{name: "an update with half a surrogate pair", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"name":"\ud800"}`},
		{name: "an update with a property twice", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"name":"x","name":"y"}`},
		{name: "an update with a number out of range", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"height":1e999}`},
		{name: "an update with a list in a property", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"pets":["cat"]}`},
		{name: "an update with an object in a property", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"name":{"first":"Ann"}}`},
		{name: "an update with a text where a number is held", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"shoe":"44"}`},
		{name: "an update with a fraction where a whole number is held", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"shoe":44.5}`},
		{name: "an update with a number where a text is held", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"name":44}`},
		{name: "an update with a number where true or false is held", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"vip":1}`},
		{name: "an update with a text where a time is held", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"born":"yesterday"}`},
		{name: "an update with the property id", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"id":"1"}`},
		{name: "an update with a name that no property has", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"a b":"1"}`},
		{name: "an update with the name __proto__", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"__proto__":"1"}`},
		{name: "an update with the name constructor", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"constructor":"1"}`},
		{name: "an update with a system field in other letters", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"OwnerID":"1"}`},
		{name: "an update with the identity in other letters", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"Email":"new@x.org"}`},
		{name: "an update with an empty name", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"":"1"}`},
		{name: "an update with an endless name", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"` + strings.Repeat("é", 65) + `":"1"}`},
		{name: "an update with a password that isn't a text", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"password":1}`},
		{name: "an update with a locale of three letters", code: 3024, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"blUserLocale":"eng"}`},
		{name: "an update of somebody's status to nonsense", code: 3024, status: 400, method: "PUT", path: "/$app/$bl/users/$ann/status", body: `{"userStatus":"HAPPY"}`},
		{name: "an update without a token", code: 3028, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"name":"x"}`, headers: []header{token("")}},
		{name: "a deletion without a token", code: 3028, status: 400, method: "DELETE", path: "/api/users/$ann", headers: []header{token("")}},
		{name: "an update of another user", code: 3029, status: 400, method: "PUT", path: "/api/users/$bob", body: `{"name":"x"}`},
		{name: "a new password for another user", code: 3029, status: 400, method: "PUT", path: "/api/users/$bob", body: `{"password":"mine now"}`},
		{name: "a deletion of another user", code: 3029, status: 400, method: "DELETE", path: "/api/data/Users/$bob"},
		{name: "an update of nobody", code: 3030, status: 400, method: "PUT", path: "/api/users/nobody", body: `{"name":"x"}`},
		{name: "a new password for nobody", code: 3030, status: 400, method: "PUT", path: "/api/users/nobody", body: `{"password":"x"}`},
		{name: "reading nobody", code: 3030, status: 400, method: "GET", path: "/api/users/nobody"},
		{name: "deleting nobody", code: 3030, status: 400, method: "DELETE", path: "/api/users/nobody"},
		{name: "enabling nobody", code: 3030, status: 400, method: "PUT", path: "/$app/$bl/users/nobody/status", body: `{"userStatus":"ENABLED"}`},
		{name: "reading no record", code: 1000, status: 400, method: "GET", path: "/api/data/Users/nobody"},
		{name: "deleting no record", code: 1000, status: 400, method: "DELETE", path: "/api/data/Users/nobody"},
		{name: "an offset below zero", code: 1004, status: 400, method: "GET", path: "/$app/$bl/data/Users?offset=-1"},
		{name: "an offset that is no number", code: 1004, status: 400, method: "POST", path: "/$app/$bl/data/Users/find", body: `{"offset":"1;--"}`},
		{name: "a page of no size", code: 1005, status: 400, method: "GET", path: "/$app/$bl/data/Users?pageSize=0"},
		{name: "a page size that is a fraction", code: 1005, status: 400, method: "POST", path: "/$app/$bl/data/Users/find", body: `{"pageSize":1.5}`},
		{name: "a page too large", code: 1025, status: 400, method: "GET", path: "/$app/$bl/data/Users?pageSize=101"},
		{name: "an order by what isn't there", code: 1006, status: 400, method: "GET", path: "/$app/$bl/data/Users?sortBy=hat"},
		{name: "an order by the password", code: 1006, status: 400, method: "GET", path: "/$app/$bl/data/Users?sortBy=password"},
		{name: "an order by the hash of the password", code: 1006, status: 400, method: "GET", path: "/$app/$bl/data/Users?sortBy=password_hash"},
		{name: "an order with SQL", code: 1006, status: 400, method: "GET", path: "/$app/$bl/data/Users?sortBy=(SELECT(1))"},
		{name: "an order up and down", code: 1006, status: 400, method: "GET", path: "/$app/$bl/data/Users?sortBy=name%20sideways"},
		{name: "an order by too much", code: 1006, status: 400, method: "GET", path: "/$app/$bl/data/Users?sortBy=name" + strings.Repeat(",name", 10)},
		{name: "groups", code: 1006, status: 400, method: "POST", path: "/$app/$bl/data/Users/find", body: `{"groupBy":["name"]}`},
		{name: "distinct by what isn't there", code: 1006, status: 400, method: "GET", path: "/$app/$bl/data/Users?distinct=true&props=hat"},
		{name: "distinct perhaps", code: 1006, status: 400, method: "GET", path: "/$app/$bl/data/Users?distinct=perhaps"},
		{name: "props that are a number", code: 1006, status: 400, method: "POST", path: "/$app/$bl/data/Users/find", body: `{"props":1}`},
		{name: "a query that isn't JSON", code: 1006, status: 400, method: "POST", path: "/$app/$bl/data/Users/find", body: `where`},
		{name: "a query that can't be decoded", code: 1006, status: 400, method: "GET", path: "/$app/$bl/data/Users?where=%zz"},
		{name: "two where-clauses", code: 1006, status: 400, method: "GET", path: "/$app/$bl/data/Users?where=vip=true&where=vip=false"},
		{name: "a where-clause that isn't one", code: 1017, status: 400, method: "GET", path: "/$app/$bl/data/Users?where=1=1"},
		{name: "a where-clause on the password", code: 1017, status: 400, method: "POST", path: "/$app/$bl/data/Users/count", body: `{"where":"password LIKE '%'"}`},
		{name: "a where-clause that is a number", code: 1017, status: 400, method: "POST", path: "/$app/$bl/data/Users/find", body: `{"where":1}`},
		{name: "a search without a token", code: 1013, status: 400, method: "GET", path: "/api/data/Users", headers: []header{token("")}},
		{name: "an update through the data API of another user", code: 3029, status: 400, method: "PUT", path: "/api/data/Users", body: `{"objectId":"$bob","name":"x"}`},
		{name: "an update with a new property while the schema is locked", code: 3031, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"hat":"red"}`, settings: locked},
		{name: "an update that empties a required text", code: 3045, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"email":""}`},
		{name: "an update that empties a required number", code: 3045, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"shoe":null}`},
		{name: "an update that empties the password", code: 3045, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"password":""}`},
		{name: "an update with no email address", code: 3040, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"email":"ann"}`},
		{name: "a status without the CloudCode key", code: 3054, status: 400, method: "PUT", path: "/api/users/$ann/status", body: `{"userStatus":"DISABLED"}`},

		{name: "a login nobody has", code: 3003, status: 401, method: "POST", path: "/api/users/login", body: `{"login":"no@x.org","password":"secret"}`},
		{name: "a wrong password", code: 3003, status: 401, method: "POST", path: "/api/users/login", body: `{"login":"ann@x.org","password":"wrong"}`},
		{name: "a wrong password of a disabled account", code: 3003, status: 401, method: "POST", path: "/api/users/login", body: `{"login":"carol@x.org","password":"wrong"}`},
		{name: "a login to an account that is locked", code: 3036, status: 400, method: "POST", path: "/api/users/login", body: `{"login":"locked@x.org","password":"secret"}`},
		{name: "an empty login", code: 3006, status: 400, method: "POST", path: "/api/users/login", body: `{"login":"","password":"secret"}`},
		{name: "an empty password", code: 3006, status: 400, method: "POST", path: "/api/users/login", body: `{"login":"ann@x.org","password":""}`},
		{name: "a login without a password", code: 3038, status: 400, method: "POST", path: "/api/users/login", body: `{"login":"ann@x.org"}`},
		{name: "a login of null", code: 3038, status: 400, method: "POST", path: "/api/users/login", body: `{"login":null,"password":"secret"}`},
		{name: "a login without a body", code: 3038, status: 400, method: "POST", path: "/api/users/login", headers: []header{{"Content-Type", "application/json"}}},
		{name: "a login as a form", code: 3038, status: 400, method: "POST", path: "/api/users/login", body: `login=ann`, headers: []header{{"Content-Type", "application/x-www-form-urlencoded"}}},
		{name: "a login to a disabled account", code: 3090, status: 400, method: "POST", path: "/api/users/login", body: `{"login":"carol@x.org","password":"secret"}`},
		{name: "a login by id without the CloudCode key", code: 2014, status: 400, method: "POST", path: "/api/users/login", body: `{"objectId":"$ann"}`},
		{name: "a second login while there may be one", code: 3002, status: 400, method: "POST", path: "/api/users/login", body: `{"login":"ann@x.org","password":"secret"}`, settings: func(s *Settings) { s.EnableMultipleLogins, s.LogoutLastUser = false, true }},
		{name: "a login too many", code: 3044, status: 400, method: "POST", path: "/api/users/login", body: `{"login":"ann@x.org","password":"secret"}`, settings: func(s *Settings) { s.MaxConcurrentLogins = 1 }},

		{name: "a new password for who isn't there", code: 3020, status: 400, method: "GET", path: "/api/users/restorepassword/nobody%40x.org"},
		{name: "a new password for a disabled account", code: 3090, status: 400, method: "GET", path: "/api/users/restorepassword/carol@x.org"},
		{name: "a new password for who has no address", code: 5050, status: 400, method: "GET", path: "/api/users/restorepassword/mailless"},
		{name: "a login that isn't confirmed", code: 3087, status: 400, method: "POST", path: "/api/users/login", body: `{"login":"pending@x.org","password":"secret"}`},
		{name: "confirming again", code: 3102, status: 400, method: "POST", path: "/api/users/resendconfirmation/ann@x.org", settings: func(s *Settings) { s.EmailConfirmationRequired = true }},
		{name: "confirming while that is off", code: 3103, status: 400, method: "POST", path: "/api/users/resendconfirmation/ann@x.org"},
		{name: "confirming nobody", code: 3104, status: 400, method: "POST", path: "/api/users/resendconfirmation/nobody@x.org", settings: func(s *Settings) { s.EmailConfirmationRequired = true }},
		{name: "a confirmation link for a stranger", code: 3054, status: 400, method: "POST", path: "/api/users/createEmailConfirmationURL/pending@x.org", settings: func(s *Settings) { s.EmailConfirmationRequired = true }},
		{name: "a confirmation link while that is off", code: 3103, status: 400, method: "POST", path: "/$app/$bl/users/createEmailConfirmationURL/pending@x.org"},
		{name: "a guest while registration is off", code: 3009, status: 403, method: "POST", path: "/api/users/register/guest", settings: func(s *Settings) { s.UserRegistrationEnabled = false }},
		{name: "making a user of another's guest", code: 3029, status: 400, method: "POST", path: "/api/users/register", body: `{"objectId":"$guest","email":"new@x.org","password":"secret","shoe":44}`},
		{name: "making a user of a guest without a token", code: 3028, status: 400, method: "POST", path: "/api/users/register", body: `{"objectId":"$guest","email":"new@x.org","password":"secret","shoe":44}`, headers: []header{token("")}},
		{name: "registering who is registered", code: 3021, status: 400, method: "POST", path: "/$app/$bl/users/register", body: `{"objectId":"$ann","email":"new@x.org","password":"secret","shoe":44}`},
		{name: "enabling a guest", code: 3024, status: 400, method: "PUT", path: "/$app/$bl/users/$guest/status", body: `{"userStatus":"ENABLED"}`},

		{name: "assigning a role that isn't there", code: 2005, status: 400, method: "POST", path: "/$app/$bl/users/assignRole", body: `{"user":"ann@x.org","roleName":"Nobody"}`},
		{name: "finding by a role that isn't there", code: 2005, status: 400, method: "GET", path: "/$app/$bl/users/role/Nobody"},
		{name: "finding by a system role", code: 2005, status: 400, method: "GET", path: "/$app/$bl/users/role/RestUser"},
		{name: "assigning a system role", code: 2007, status: 400, method: "POST", path: "/$app/$bl/users/assignRole", body: `{"user":"ann@x.org","roleName":"ServerCodeUser"}`},
		{name: "assigning a system role in small letters", code: 2007, status: 400, method: "POST", path: "/$app/$bl/users/assignRole", body: `{"user":"ann@x.org","roleName":"servercodeuser"}`},
		{name: "unassigning a system role", code: 2008, status: 400, method: "POST", path: "/$app/$bl/users/unassignRole", body: `{"user":"ann@x.org","roleName":"RestUser"}`},
		{name: "assigning a role without the CloudCode key", code: 2011, status: 400, method: "POST", path: "/api/users/assignRole", body: `{"user":"ann@x.org","roleName":"Editor"}`},
		{name: "unassigning a role without the CloudCode key", code: 2011, status: 400, method: "POST", path: "/api/users/unassignRole", body: `{"user":"ann@x.org","roleName":"Editor"}`},
		{name: "assigning no role", code: 3038, status: 400, method: "POST", path: "/$app/$bl/users/assignRole", body: `{"user":"ann@x.org"}`},
		{name: "assigning a role to nobody", code: 3057, status: 400, method: "POST", path: "/$app/$bl/users/assignRole", body: `{"user":"nobody","roleName":"Editor"}`},
		{name: "another's roles without the CloudCode key", code: 3054, status: 400, method: "GET", path: "/api/users/userroles/$bob"},
		{name: "nobody's roles", code: 3030, status: 400, method: "GET", path: "/$app/$bl/users/userroles/nobody"},
		{name: "finding by role without a token", code: 1013, status: 400, method: "GET", path: "/api/users/role/Editor", headers: []header{token("")}},
		{name: "verifying a password without the CloudCode key", code: 3122, status: 400, method: "POST", path: "/api/users/verifypassword", body: `{"password":"secret"}`},
		{name: "verifying a password in the SDK's spelling without the CloudCode key", code: 3122, status: 400, method: "POST", path: "/api/users/verifypassowrd", body: `{"password":"secret"}`},
		{name: "verifying nobody's password", code: 3028, status: 400, method: "POST", path: "/$app/$bl/users/verifypassword", body: `{"password":"secret"}`, headers: []header{token("")}},
		{name: "verifying no password", code: 3038, status: 400, method: "POST", path: "/$app/$bl/users/verifypassword", body: `{}`},

		{name: "a token nobody has", code: 3064, status: 400, method: "GET", path: "/api/users/userroles", headers: []header{token("nonsense")}},
		{name: "an update with a token nobody has", code: 3064, status: 400, method: "PUT", path: "/api/users/$ann", body: `{"name":"x"}`, headers: []header{token("nonsense")}},
		{name: "a logout with a token nobody has", code: 3064, status: 400, method: "GET", path: "/api/users/logout", headers: []header{token("nonsense")}},

		{name: "a registration while that is off", code: 3009, status: 403, method: "POST", path: "/api/users/register", body: `{}`, settings: func(s *Settings) { s.UserRegistrationEnabled = false }},
		{name: "a registration with a new property while the schema is locked", code: 3010, status: 400, method: "POST", path: "/api/users/register", body: `{"email":"new@x.org","password":"secret","shoe":44,"hat":"red"}`, settings: locked},
		{name: "a registration with nothing", code: 3011, status: 400, method: "POST", path: "/api/users/register", body: `{}`},
		{name: "a registration with an empty password", code: 3011, status: 400, method: "POST", path: "/api/users/register", body: `{"email":"new@x.org","password":"","shoe":44}`},
		{name: "a registration without a required property", code: 3012, status: 400, method: "POST", path: "/api/users/register", body: `{"email":"new@x.org","password":"secret"}`},
		{name: "a registration without an identity", code: 3013, status: 400, method: "POST", path: "/api/users/register", body: `{"password":"secret","shoe":44}`},
		{name: "a registration that isn't JSON", code: 3021, status: 400, method: "POST", path: "/api/users/register", body: `email=x`},
		{name: "a registration with an identity that is taken", code: 3033, status: 409, method: "POST", path: "/api/users/register", body: `{"email":"Ann@X.org","password":"secret","shoe":44}`},
		{name: "a registration without a body", code: 3038, status: 400, method: "POST", path: "/api/users/register", headers: []header{{"Content-Type", "application/json"}}},
		{name: "a registration of null", code: 3038, status: 400, method: "POST", path: "/api/users/register", body: `null`},
		{name: "a registration with the property id", code: 3039, status: 400, method: "POST", path: "/api/users/register", body: `{"id":"1","email":"new@x.org","password":"secret","shoe":44}`},
		{name: "a registration with no email address", code: 3040, status: 400, method: "POST", path: "/api/users/register", body: `{"email":"new","password":"secret","shoe":44}`},
		{name: "a registration with a name beside the address", code: 3040, status: 400, method: "POST", path: "/api/users/register", body: `{"email":"New <new@x.org>","password":"secret","shoe":44}`},
		{name: "a registration with an empty required property", code: 3041, status: 400, method: "POST", path: "/api/users/register", body: `{"email":"new@x.org","password":"secret","shoe":null}`},
		{name: "a registration with a property twice", code: 3043, status: 400, method: "POST", path: "/api/users/register", body: `{"email":"new@x.org","email":"other@x.org","password":"secret"}`},

		{name: "an Idempotency-Key with a space", code: 3024, status: 422, method: "PUT", path: "/api/users/$ann", body: `{"name":"x"}`, headers: []header{idempotent("a b")}},
		{name: "an Idempotency-Key without end", code: 3024, status: 422, method: "PUT", path: "/api/users/$ann", body: `{"name":"x"}`, headers: []header{idempotent(strings.Repeat("x", 201))}},
	}
	s := newScene(t)
	keys := s.service.Keys()
	fill := strings.NewReplacer("$ann", s.ann, "$bob", s.bob, "$carol", s.carol, "$guest", s.guest, "$app", keys.AppID, "$bl", keys.BL)
	before := s.everybody()
	for _, c := range cases {
		t.Run(c.name+" is refused and nothing changes", func(t *testing.T) {
			s.set(func(now *Settings) {
				*now = defaultSettings()
				if c.settings != nil {
					c.settings(now)
				}
			})
			p := s.on(t)
			p.refused(c.code, c.status, c.method, fill.Replace(c.path), fill.Replace(c.body), append([]header{token(s.annToken)}, c.headers...)...)
			same(t, "the user table", p.everybody(), before)
		})
	}
}

// everybody gives all records as one text.
func (p *place) everybody() string {
	p.Helper()
	_, page, err := p.service.Find(context.Background(), Query{Limit: 1000})
	if err != nil {
		p.Fatal(err)
	}
	var all strings.Builder
	for _, record := range page {
		all.Write(record)
		all.WriteByte('\n')
	}
	return all.String()
}

func TestATokenThatIsUnknownIsNamed(t *testing.T) {
	p := newPlace(t)
	same(t, "the message", p.refused(3064, 400, "GET", "/api/users/userroles", "", token("NO-SUCH-TOKEN")).field("message"),
		"Not existing user token - NO-SUCH-TOKEN. Relogin user to update your user token")
}

func TestADisabledUserIsOutWhateverTokenTheyHold(t *testing.T) {
	p := newPlace(t)
	id, tok := p.member("ann@x.org")
	status := p.as(p.service.Keys().BL, "/users/"+id+"/status")
	p.ok("PUT", status, `{"userStatus":"DISABLED"}`)
	p.refused(3090, 400, "PUT", "/api/users/"+id, `{"name":"x"}`, token(tok))
	same(t, "the token's validity", p.ok("GET", "/api/users/isvalidusertoken/"+tok, "").text, "false")
	p.ok("PUT", status, `{"userStatus":"ENABLED"}`)
	// Enabling doesn't bring back who was in then.
	p.refused(3064, 400, "PUT", "/api/users/"+id, `{"name":"x"}`, token(tok))
	_, tok = p.login("ann@x.org")
	p.ok("PUT", "/api/users/"+id, `{"name":"x"}`, token(tok))
}

func TestALiveServerDropsUnknownPropertiesOfALockedSchema(t *testing.T) {
	p := newPlace(t)
	id, tok := p.member("ann@x.org")
	p.set(func(s *Settings) { s.DynamicSchema, s.Compatibility = false, CompatibilityLive })
	a := p.ok("PUT", "/api/users/"+id, `{"hat":"red","name":"Ann"}`, token(tok))
	same(t, "hat", a.field("hat"), "absent")
	same(t, "name", a.field("name"), "Ann")
}

func TestSettingsOutOfRangeAreRefused(t *testing.T) {
	p := newPlace(t)
	for name, change := range map[string]func(*Settings){
		"no timeout":           func(s *Settings) { s.SessionTimeout = 0 },
		"a timeout of a year":  func(s *Settings) { s.SessionTimeout = 365 * 24 * 3600 },
		"fewer than no logins": func(s *Settings) { s.MaxConcurrentLogins = -1 },
		"an unknown policy":    func(s *Settings) { s.UpdatePolicy = "anything" },
		"unknown behaviour":    func(s *Settings) { s.Compatibility = "" },
		"no memory at all":     func(s *Settings) { s.IdempotencyDays = 0 },
		"a lock":               func(s *Settings) { s.FailedLoginsLock = -1 },
	} {
		settings := defaultSettings()
		change(&settings)
		if err := p.service.SetSettings(context.Background(), settings); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if got, err := p.service.Settings(context.Background()); err != nil || got != defaultSettings() {
		t.Errorf("the settings are %+v (%v), want the defaults", got, err)
	}
}
