package blocks

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"blockflow/engine"
)

// Each language has a file of its own that says for every sentence of the
// vocabulary what it is there. The sentence itself is the key, so that one that
// was changed is seen to lack its translation.
//
//go:embed words/*.json
var wordFiles embed.FS

// English is the language that the declarations are written in.
const English = "en"

// Languages returns the languages that blocks speak, by their ISO 639 codes.
func Languages() []string {
	files, err := wordFiles.ReadDir("words")
	if err != nil {
		panic(err) // they are part of the program
	}
	list := []string{English}
	for _, f := range files {
		list = append(list, strings.TrimSuffix(f.Name(), ".json"))
	}
	return list
}

var spoken sync.Map // by language: func() *engine.Vocabulary

// In returns every block in a language, or in English if it is none of Languages.
// Docs are English in all languages so far.
func In(language string) *engine.Vocabulary {
	if language == English || !slices.Contains(Languages(), language) {
		return vocabulary
	}
	once, _ := spoken.LoadOrStore(language, sync.OnceValue(func() *engine.Vocabulary {
		words, err := readWords(language)
		if err != nil {
			panic(err) // a test reads them all
		}
		return vocabulary.In(func(s string) string {
			if there, ok := words[s]; ok {
				return there
			}
			return s
		})
	}))
	return once.(func() *engine.Vocabulary)()
}

func readWords(language string) (map[string]string, error) {
	data, err := wordFiles.ReadFile("words/" + language + ".json")
	if err != nil {
		return nil, err
	}
	var words map[string]string
	if err := json.Unmarshal(data, &words); err != nil {
		return nil, fmt.Errorf("words/%s.json: %w", language, err)
	}
	return words, nil
}
