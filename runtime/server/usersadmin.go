package server

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// userAdminRoutes administer the users of the embedded service: who may edit
// flows may edit users too; the service's settings are an owner's.
func (s *Server) userAdminRoutes(r gin.IRouter) {
	admin := s.users.AdminHandler()
	settings := gin.WrapH(admin)
	for _, path := range []string{"/settings/users", "/settings/mail"} {
		r.GET(path, settings)
		r.PUT(path, settings)
	}
	under := gin.WrapH(http.StripPrefix("/api/admin/users", admin))
	for _, path := range []string{"/admin/users", "/admin/users/*path"} {
		r.GET(path, under)
		r.POST(path, under)
		r.PUT(path, under)
		r.DELETE(path, under)
	}
}
