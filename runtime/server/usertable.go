package server

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"blockflow/runtime/users"
)

// userTable shows the embedded service's users to an editor, whatever the
// service's own permissions say: whoever may edit flows may see what they change.
func (s *Server) userTable(c *gin.Context) error {
	offset, err := number(c, "offset", 0, 0, 1<<31)
	if err != nil {
		return err
	}
	limit, err := number(c, "limit", 50, 1, 500)
	if err != nil {
		return err
	}
	total, rows, err := s.users.Find(c, users.Query{Search: c.Query("search"), Offset: offset, Limit: limit})
	if err != nil {
		return err
	}
	columns, err := s.users.Columns(c)
	if err != nil {
		return err
	}
	names := []string{}
	for _, x := range columns {
		names = append(names, x.Name)
	}
	c.JSON(http.StatusOK, gin.H{"total": total, "columns": names, "rows": rows})
	return nil
}
