package server

import (
	_ "embed"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/goccy/go-yaml"
)

// openAPI describes the API; the tests hold every answer to it.
//
//go:embed openapi.yaml
var openAPI []byte

func (s *Server) openAPIRoutes(r gin.IRouter) error {
	document, err := yaml.YAMLToJSON(openAPI)
	if err != nil {
		return err
	}
	r.GET("/openapi.json", func(c *gin.Context) { c.Data(http.StatusOK, "application/json; charset=utf-8", document) })
	return nil
}
