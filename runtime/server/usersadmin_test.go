package server

import (
	"testing"

	"blockflow/runtime"
)

func TestEditorsAdministerTheUsers(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.gives("POST", "/api/admin/users", `{"email":"ada@x.org","password":"engine"}`, 200, `"ada@x.org"`)
	b.gives("GET", "/api/admin/users?search=ada", "", 200, `"total":1`)
	b.gives("GET", "/api/admin/users/outbox", "", 200, `"mails":[]`)
	b.gives("GET", "/api/admin/users/export?format=csv", "", 200, "ada@x.org")
	b.gives("GET", "/api/settings/users", "", 200, `"enableMultipleLogins"`)
	b.gives("PUT", "/api/settings/users", `{"userRegistrationEnabled":false}`, 200, `"userRegistrationEnabled":false`)
	b.gives("GET", "/api/settings/mail", "", 200, `"host":""`)
	b.gives("PUT", "/api/settings/mail", `{"port":"x"}`, 400, "unknown_setting")
}
