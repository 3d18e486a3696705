package engine

import "strconv"

// An Assertion is one claim that a flow's own test made, and whether it held. A
// claim that doesn't hold is noted and the test goes on.
type Assertion struct {
	Suite    string `json:"suite"` // "" outside any suite
	Message  string `json:"message"`
	OK       bool   `json:"ok"`
	Expected string `json:"expected"` // as a person reads it, clipped if it is long
	Actual   string `json:"actual"`
	Block    string `json:"block"` // the id of the block that claims
}

func (a Assertion) size() int {
	return len(a.Suite) + len(a.Message) + len(a.Expected) + len(a.Actual) + len(a.Block) + 1
}

// BeginSuite makes name the suite of the assertions that follow; "" ends it.
func (m *Machine) BeginSuite(name string) { m.suite = name }

// Assert notes a claim of the block that is running. Expected and actual may be
// nil, if the claim is that something never happens.
func (m *Machine) Assert(message string, ok bool, expected, actual *Value) error {
	a := Assertion{Suite: whole(m.suite), Message: whole(message), OK: ok}
	if n := m.program.lines[max(m.pc-1, 0)]; n >= 0 {
		a.Block = m.program.nodes[n].ID
	}
	if expected != nil {
		a.Expected = Show(m.secrets.Mask(*expected), mostShown)
	}
	if actual != nil {
		a.Actual = Show(m.secrets.Mask(*actual), mostShown)
	}
	if err := m.logs(a.size()); err != nil {
		return err
	}
	m.assertions = append(m.assertions, a)
	return nil
}

// Assertions returns what the run's tests claimed so far, in order, with secrets
// masked.
func (m *Machine) Assertions() []Assertion {
	out := make([]Assertion, len(m.assertions))
	for i, a := range m.assertions {
		a.Message, a.Expected, a.Actual = m.secrets.MaskText(a.Message), m.secrets.MaskText(a.Expected), m.secrets.MaskText(a.Actual)
		out[i] = a
	}
	return out
}

const mostShown = 400

// Show writes a value for a person: like JSON, but any number, and at most about
// so many bytes of it.
func Show(v Value, most int) string {
	b := show(nil, v, most, 0)
	if len(b) > most {
		b = append(b[:most], "…"...)
	}
	return whole(string(b))
}

func show(b []byte, v Value, most, depth int) []byte {
	if len(b) > most {
		return b
	}
	switch v.Kind() {
	case KindText:
		s := v.text()
		if len(s) > most {
			s = s[:most]
		}
		return strconv.AppendQuote(b, whole(s))
	case KindList, KindObject:
		if depth > mostShownDepth {
			return append(b, "…"...)
		}
		open, end := byte('['), byte(']')
		if v.Kind() == KindObject {
			open, end = '{', '}'
		}
		b = append(b, open)
		for i, x := range v.ref.items {
			if i > 0 {
				b = append(b, ", "...)
			}
			if len(b) > most {
				return b
			}
			if v.ref.props != nil {
				b = append(strconv.AppendQuote(b, whole(v.ref.props.keys[i])), ": "...)
			}
			b = show(b, x, most, depth+1)
		}
		return append(b, end)
	}
	if v.IsNull() {
		return append(b, "null"...)
	}
	return append(b, scalarText(v)...)
}

const mostShownDepth = 20
