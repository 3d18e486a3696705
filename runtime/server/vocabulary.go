package server

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"blockflow/blocks"
	"blockflow/engine"
)

// vocabularies are what GET /api/blocks answers, by language: they can't change
// while the server runs, so each is written once, when it is first asked for.
type vocabularies map[string]func() (*vocabulary, error)

func newVocabularies() vocabularies {
	all := vocabularies{}
	for _, language := range blocks.Languages() {
		all[language] = sync.OnceValues(func() (*vocabulary, error) { return newVocabulary(language) })
	}
	return all
}

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
	English    string           `json:"english,omitempty"` // what it says in English, to search by, if that isn't what it says
}

type exampleInfo struct {
	Block json.RawMessage `json:"block"`
	Gives json.RawMessage `json:"gives,omitempty"`
	Fails engine.Code     `json:"fails,omitempty"`
}

func newVocabulary(language string) (*vocabulary, error) {
	v := blocks.In(language)
	list := []blockInfo{}
	for c, d := range v.All {
		effect, _ := d.Effect()
		info := blockInfo{
			Type: d.Type, Category: c.Name, Colour: c.Colour, Builtin: d.Text == "",
			Definition: d.Blockly(c), Mutator: d.Mutation, Help: d.Help, Doc: d.Doc, Effect: effect.Kind, Examples: []exampleInfo{},
		}
		if original := blocks.Vocabulary().Block(d.Type); language != blocks.English {
			info.English = strings.TrimSpace(original.Text + " " + original.Help)
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

func (all vocabularies) serve(c *gin.Context) error {
	write, ok := all[c.Query("lang")]
	if !ok {
		write = all[blocks.English]
	}
	v, err := write()
	if err != nil {
		return err
	}
	c.Header("ETag", v.etag)
	c.Header("Cache-Control", "no-cache")
	if c.GetHeader("If-None-Match") == v.etag {
		c.Status(http.StatusNotModified)
		return nil
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", v.body)
	return nil
}
