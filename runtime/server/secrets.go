package server

import (
	"net/http"
	"regexp"
	"time"

	"github.com/gin-gonic/gin"
)

// A secret goes in and never comes out again: the API has no way to read one.
// Flows get it by the block *secret*, webhooks compare with it.

func (s *Server) secretRoutes(r gin.IRouter) {
	r.GET("/secrets", s.handle(s.listSecrets)) // names only
	r.PUT("/secrets/:name", s.handle(s.setSecret))
	r.DELETE("/secrets/:name", s.handle(s.deleteSecret))
}

var secretName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

const longestSecret = 64 << 10 // bytes

type secretInfo struct {
	Name    string    `json:"name"`
	Updated time.Time `json:"updated"`
	By      string    `json:"by"`
}

func (s *Server) listSecrets(c *gin.Context) error {
	all, err := s.store.Secrets(c)
	if err != nil {
		return err
	}
	list := []secretInfo{}
	for _, x := range all {
		list = append(list, secretInfo(x))
	}
	c.JSON(http.StatusOK, gin.H{"secrets": list})
	return nil
}

func (s *Server) setSecret(c *gin.Context) error {
	var req struct {
		Value string `json:"value"`
	}
	if err := readJSON(c, 2*longestSecret, &req); err != nil {
		return err
	}
	switch {
	case !secretName.MatchString(c.Param("name")):
		return &problem{http.StatusUnprocessableEntity, "bad_name", "The name of a secret is 1 to 64 letters, digits and . _ -, such as stripe-key.", nil}
	case req.Value == "" || len(req.Value) > longestSecret:
		return &problem{http.StatusUnprocessableEntity, "bad_secret", "A secret is a text of 1 byte to 64 KiB.", nil}
	}
	if err := s.store.SetSecret(c, c.Param("name"), []byte(req.Value), who(c)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func (s *Server) deleteSecret(c *gin.Context) error {
	if err := s.store.DeleteSecret(c, c.Param("name")); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}
