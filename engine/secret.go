package engine

import (
	"slices"
	"strings"
)

// Masked stands where a person or a log would otherwise see a secret.
const Masked = "••••••"

// Secrets are the texts of one run that nobody may see: its passwords, tokens and
// secret values. They are part of the run's state, so that a run that is resumed
// or replayed masks the same.
//
// Masking finds a secret as a whole text and inside longer texts. Limits: inside
// longer texts only secrets of at least four characters are found, since shorter
// ones would mask everything; encoded forms are found of secret values only (see
// AddForms); and a secret that the flow reverses or cuts up isn't recognised.
type Secrets struct{ texts []string }

const shortestInside = 4

// Add makes a text secret from now on.
func (s *Secrets) Add(text string) {
	if text != "" && text != Masked && !slices.Contains(s.texts, text) {
		s.texts = append(s.texts, text)
		slices.SortFunc(s.texts, func(a, b string) int { return len(b) - len(a) }) // the longest match wins
	}
}

// MaskText returns text with all secrets in it masked.
func (s *Secrets) MaskText(text string) string {
	for _, x := range s.texts {
		if text == x {
			return Masked
		}
		if len(x) >= shortestInside {
			text = strings.ReplaceAll(text, x, Masked)
		}
	}
	return text
}

// Mask returns v with all secrets in it masked: v itself if there are none.
func (s *Secrets) Mask(v Value) Value {
	if len(s.texts) == 0 {
		return v
	}
	m := masker{s, map[*cell]Value{}}
	return m.mask(v, 0)
}

// A masker copies values, keeping their sharing and their cycles.
type masker struct {
	secrets *Secrets
	done    map[*cell]Value
}

func (m *masker) mask(v Value, depth int) Value {
	if depth > 2*maxTextDepth {
		return Text(Masked) // nobody can be shown this anyway: it is too deep to be written
	}
	switch v.Kind() {
	case KindText:
		old := v.text()
		if text := m.secrets.MaskText(old); text != old {
			return Text(text)
		}
		return v
	case KindNumber:
		if FormatNumber(v.num) != m.secrets.MaskText(FormatNumber(v.num)) {
			return Text(Masked)
		}
		return v
	case KindList, KindObject:
		if w, ok := m.done[v.ref]; ok {
			return w
		}
		c := newBody(v.ref.kind)
		c.items = make([]Value, len(v.ref.items))
		w := Value{ref: c}
		m.done[v.ref] = w
		for i, x := range v.ref.items {
			c.items[i] = m.mask(x, depth+1)
		}
		if v.ref.props != nil {
			c.props = m.keys(v.ref.props)
		}
		return w
	}
	return v
}

// keys masks keys too: a flow may use a secret as one.
func (m *masker) keys(p *props) *props {
	q := &props{keys: make([]string, len(p.keys)), index: p.index}
	for i, k := range p.keys {
		q.keys[i] = m.secrets.MaskText(k)
		if q.keys[i] != k {
			q.index = nil
		}
	}
	return q
}

// learn makes secret what an outcome holds under the effect's secret keys.
func (s *Secrets) learn(v Value, keys []string) {
	if slices.Contains(keys, "") {
		if text, err := ToText(v); err == nil && !v.IsNull() {
			s.AddForms(text)
		}
	}
	s.learnKeys(v, keys)
}

func (s *Secrets) learnKeys(v Value, keys []string) {
	for _, key := range keys {
		if x, ok := v.Get(key); ok {
			if text, ok := x.AsText(); ok {
				s.Add(text)
			}
		}
	}
}
