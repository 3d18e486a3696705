package server

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
)

// vocabulary is what GET /api/blocks answers: it can't change while the server
// runs, so it is written once.
type vocabulary struct {
	body []byte
	etag string
}

type blockInfo struct {
	Type       string           `json:"type"`
	Category   string           `json:"category"`
	Colour     string           `json:"colour"`
	Builtin    bool             `json:"builtin"`
	Definition map[string]any   `json:"definition,omitempty"`
	Mutator    *engine.Mutation `json:"mutator"`
	Help       string           `json:"help"`
	Doc        string           `json:"doc"`
	Examples   []exampleInfo    `json:"examples"`
	Effect     string           `json:"effect"`
}

type exampleInfo struct {
	Block json.RawMessage `json:"block"`
	Gives json.RawMessage `json:"gives,omitempty"`
	Fails engine.Code     `json:"fails,omitempty"`
}

func newVocabulary(v *engine.Vocabulary) (*vocabulary, error) {
	list := []blockInfo{}
	for c, d := range v.All {
		effect, _ := d.Effect()
		info := blockInfo{
			Type: d.Type, Category: c.Name, Colour: c.Colour, Builtin: d.Text == "",
			Definition: d.Blockly(c), Mutator: d.Mutation, Help: d.Help, Doc: d.Doc, Effect: effect.Kind, Examples: []exampleInfo{},
		}
		for _, x := range d.Examples {
			info.Examples = append(info.Examples, exampleInfo{json.RawMessage(x.Block), json.RawMessage(x.Gives), x.Fails})
		}
		list = append(list, info)
	}
	content, err := json.Marshal(gin.H{"blocks": list, "toolbox": v.BlocklyToolbox()})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	version := hex.EncodeToString(sum[:8])
	body := append([]byte(`{"version":"`+version+`",`), content[1:]...)
	return &vocabulary{body, `"` + version + `"`}, nil
}

func (v *vocabulary) serve(c *gin.Context) {
	c.Header("ETag", v.etag)
	c.Header("Cache-Control", "no-cache")
	if c.GetHeader("If-None-Match") == v.etag {
		c.Status(http.StatusNotModified)
		return
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", v.body)
}
