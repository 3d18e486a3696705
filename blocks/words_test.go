package blocks

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	letter = regexp.MustCompile(`\pL`)
	slots  = regexp.MustCompile(`\[\w+\]`)
)

// What fails here is mended in words/*.json: each sentence of a block stands there
// once, with what it is in that language.
func TestEveryLanguageHasEverySentenceOfTheBlocks(t *testing.T) {
	sentences := map[string]bool{}
	for s := range Vocabulary().Words {
		if letter.MatchString(s) {
			sentences[s] = true
		}
	}
	for _, language := range Languages() {
		if language == English {
			continue
		}
		t.Run(language, func(t *testing.T) {
			words, err := readWords(language)
			if err != nil {
				t.Fatal(err)
			}
			for s := range sentences {
				there, ok := words[s]
				switch {
				case !ok:
					t.Errorf("words/%s.json lacks %q", language, s)
				case !slices.Equal(slotsOf(s), slotsOf(there)):
					t.Errorf("words/%s.json: %q has other slots than %q", language, there, s)
				case strings.HasSuffix(s, ".") && (there == s || !strings.HasSuffix(there, ".")):
					t.Errorf("words/%s.json: %q is no translation of %q", language, there, s)
				}
			}
			for s := range words {
				if !sentences[s] {
					t.Errorf("words/%s.json has %q, which no block says any more", language, s)
				}
			}
		})
	}
}

func slotsOf(s string) []string {
	found := slots.FindAllString(s, -1)
	slices.Sort(found)
	return found
}

func TestAVocabularyInAnotherLanguageIsTheSameVocabulary(t *testing.T) {
	german := In("de")
	if got := german.Block("users_update").Help; got == Vocabulary().Block("users_update").Help {
		t.Errorf("the German help is %q", got)
	}
	if In("tlh") != Vocabulary() {
		t.Error("an unknown language isn't English")
	}
	for c, b := range Vocabulary().All {
		there := german.Block(b.Type)
		if there == nil || len(there.Slots) != len(b.Slots) || (there.Text == "") != (b.Text == "") {
			t.Errorf("%s is another block in German", b.Type)
			continue
		}
		d, g := b.Blockly(c), there.Blockly(c)
		if d != nil && len(d["args0"].([]any)) != len(g["args0"].([]any)) {
			t.Errorf("%s has other slots in German", b.Type)
		}
	}
}
