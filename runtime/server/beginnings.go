package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
	"blockflow/runtime/importxml"
)

// What a new flow can begin as: a template, or logic from another system.

func (s *Server) beginningRoutes(r gin.IRouter) {
	r.GET("/templates", s.handle(s.listTemplates))
	r.POST("/import", s.handle(s.importLogic))
}

type template struct {
	Name        string          `json:"name"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Flow        json.RawMessage `json:"flow"`
}

// reference is the example that everybody begins with.
const reference = "update-user"

// readTemplates reads the flow files that new flows can begin as: the reference
// example first, then those at the top. Other JSON files, which aren't flows, are passed over.
func readTemplates(files fs.FS) ([]template, error) {
	list := []template{}
	if files == nil {
		return list, nil
	}
	for _, pattern := range []string{"*.json", "*/*.json"} {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			data, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, err
			}
			doc, err := engine.Parse(data)
			if err != nil || doc.Name == "" {
				continue
			}
			list = append(list, template{doc.Name, doc.Title, doc.Description, doc.Format()})
		}
	}
	slices.SortStableFunc(list, func(a, b template) int {
		switch reference {
		case a.Name:
			return -1
		case b.Name:
			return 1
		}
		return 0
	})
	return list, nil
}

func (s *Server) listTemplates(c *gin.Context) error {
	c.JSON(http.StatusOK, gin.H{"templates": s.templates})
	return nil
}

// importLogic converts documents in Blockly's XML, Codeless's among them, and
// keeps nothing: whoever asked looks at what came of them and saves it.
func (s *Server) importLogic(c *gin.Context) error {
	var req struct {
		Files map[string]string `json:"files"`
	}
	if err := readJSON(c, importxml.MaxBytes, &req); err != nil {
		return err
	}
	codeless := map[string][]byte{}
	results := map[string]importxml.Result{}
	refused := map[string]string{}
	for name, xml := range req.Files {
		if importxml.IsCodeless([]byte(xml)) {
			codeless[name] = []byte(xml)
			continue
		}
		r, err := importxml.Blockly([]byte(xml), name)
		if err != nil {
			refused[name] = refusalOf(err)
			continue
		}
		results[name] = r
	}
	converted, err := importxml.CodelessAll(codeless)
	for name, r := range converted {
		results[name] = r
	}
	for _, e := range eachOf(err) {
		var file *importxml.FileError
		if !errors.As(e, &file) {
			return e
		}
		refused[file.Name] = refusalOf(file.Err)
	}
	flows := gin.H{}
	for name, r := range results {
		flows[name] = gin.H{"flow": rawJSON(r.Flow), "report": r.Report}
	}
	c.JSON(http.StatusOK, gin.H{"flows": flows, "refused": refused})
	return nil
}

// eachOf takes joined errors apart.
func eachOf(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// refusalOf says why a document could not be read, and where.
func refusalOf(err error) string {
	var at *engine.Error
	if errors.As(err, &at) && at.Place != "" {
		return fmt.Sprintf("%s (line and column %s)", at.Message, at.Place)
	}
	return err.Error()
}
