package engine

import "slices"

// Words yields every sentence of the vocabulary that a person reads: the names of
// categories, what blocks say, their help, and the labels of their choices. Some
// come more than once.
func (v *Vocabulary) Words(yield func(string) bool) {
	for i := range v.categories {
		c := &v.categories[i]
		if !yield(c.Name) {
			return
		}
		for j := range c.Blocks {
			if !c.Blocks[j].words(yield) {
				return
			}
		}
	}
}

func (d *Block) words(yield func(string) bool) bool {
	if d.Text == "" {
		return yield(d.Help) // Blockly itself has the rest
	}
	for _, s := range d.Slots {
		for i := 1; i < len(s.choices); i += 2 {
			if !yield(s.choices[i]) {
				return false
			}
		}
	}
	return yield(d.Text) && yield(d.Help)
}

// In returns the vocabulary in another language: each of its Words, and each
// Doc, is what word makes of it. What flows hold stays: types, the names of slots,
// the values of choices.
func (v *Vocabulary) In(word func(string) string) *Vocabulary {
	categories := slices.Clone(v.categories)
	for i := range categories {
		c := &categories[i]
		c.Name = word(c.Name)
		c.Blocks = slices.Clone(c.Blocks)
		for j := range c.Blocks {
			b := &c.Blocks[j]
			b.Text, b.Help, b.Doc = word(b.Text), word(b.Help), word(b.Doc)
			b.Slots = slices.Clone(b.Slots)
			for k := range b.Slots {
				choices := slices.Clone(b.Slots[k].choices)
				for n := 1; n < len(choices); n += 2 {
					choices[n] = word(choices[n])
				}
				b.Slots[k].choices = choices
			}
		}
	}
	return NewVocabulary(categories...)
}
