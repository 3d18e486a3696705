package importxml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"blockflow/engine"
)

// Bounds of a document. The largest that people make is about 100 KB; these let
// a file cost at most some hundred megabytes and a second.
const (
	MaxBytes      = 16 << 20
	maxElements   = 600_000
	maxAttributes = 64 // of one element
	maxText       = 1 << 20
)

// BadXML: the file isn't XML, or XML that no reader should trust.
const BadXML engine.Code = "bad_xml"

// An element of the document. Its place in the source is kept so that what can't
// be converted is kept as it was written.
type element struct {
	name       string
	attrs      []xml.Attr
	children   []*element
	text       []byte // its own character data, not that of its children
	start, end int    // in the source
}

// attr returns an attribute, or "".
func (e *element) attr(name string) string {
	s, _ := e.lookup(name)
	return s
}

func (e *element) lookup(name string) (string, bool) {
	if e != nil {
		for _, a := range e.attrs {
			if a.Name.Local == name {
				return a.Value, true
			}
		}
	}
	return "", false
}

// child returns the first child of a name, or nil.
func (e *element) child(name string) *element {
	if e != nil {
		for _, c := range e.children {
			if c.name == name {
				return c
			}
		}
	}
	return nil
}

// A source is a document with its text.
type source struct {
	text string
	root *element
}

// fail makes an error at a place of the source.
func (s *source) fail(at int, code engine.Code, format string, args ...any) *engine.Error {
	e := engine.Fail(code, format, args...)
	at = min(at, len(s.text))
	line := 1 + strings.Count(s.text[:at], "\n")
	e.Place = fmt.Sprintf("%d:%d", line, at-strings.LastIndexByte(s.text[:at], '\n'))
	return e
}

// parse reads a document whose root is <xml>. It doesn't recurse, so that hostile
// nesting costs no more than its length, and it expands no entities but XML's own
// five, because it takes no DTD.
func parse(data []byte) (*source, error) {
	s := &source{}
	if len(data) > MaxBytes {
		return nil, engine.Fail(engine.TooBig, "This file has more than %d MB. That is more than any logic needs.", MaxBytes>>20)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	s.text = string(data)
	if at := invalidUTF8(data); at >= 0 {
		return nil, s.fail(at, BadXML, "This isn't UTF-8 text. Save it as UTF-8.")
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	b := &treeBuilder{source: s}
	for {
		at := int(d.InputOffset())
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, s.broken(int(d.InputOffset()), err)
		}
		if err := b.add(token, at, int(d.InputOffset())); err != nil {
			return nil, err
		}
	}
	if s.root == nil {
		return nil, s.fail(len(s.text), BadXML, "There is no <xml> element in this file.")
	}
	return s, nil
}

func invalidUTF8(data []byte) int {
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// broken words an error of the decoder, whose own place is only a line.
func (s *source) broken(at int, err error) error {
	says := err.Error()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		says = syntax.Msg
	}
	if len(says) > 200 {
		says = strings.ToValidUTF8(says[:200], "") + "…"
	}
	if strings.HasPrefix(says, "invalid character entity") {
		says += "; entities other than XML's own are not read"
	}
	return s.fail(at, BadXML, "This isn't proper XML: %s.", says)
}

// A treeBuilder makes the tree of a document.
type treeBuilder struct {
	source   *source
	open     []*element
	elements int
}

func (b *treeBuilder) add(token xml.Token, from, to int) error {
	s := b.source
	switch t := token.(type) {
	case xml.StartElement:
		return b.begin(t, from)
	case xml.EndElement:
		b.open[len(b.open)-1].end = to
		b.open = b.open[:len(b.open)-1]
	case xml.CharData:
		if len(b.open) == 0 {
			if len(bytes.TrimSpace(t)) > 0 {
				return s.fail(from, BadXML, "Here is text outside of the <xml> element.")
			}
			return nil
		}
		e := b.open[len(b.open)-1]
		if len(e.children) > 0 && len(bytes.TrimSpace(t)) == 0 {
			return nil
		}
		if len(e.text)+len(t) > maxText {
			return s.fail(from, engine.TooBig, "A text in <%s> is longer than %d bytes.", clip(e.name), maxText)
		}
		e.text = append(e.text, t...)
	case xml.Directive:
		return s.fail(from, BadXML, "The file has a DTD or another <!…> declaration. Blocks need none, so it isn't read. Remove it.")
	case xml.ProcInst:
		if t.Target != "xml" || from != 0 {
			return s.fail(from, BadXML, "The file has a processing instruction <?%s …?>. Blocks need none. Remove it.", clip(t.Target))
		}
	}
	return nil
}

func (b *treeBuilder) begin(t xml.StartElement, from int) error {
	s := b.source
	e := &element{name: t.Name.Local, attrs: t.Attr, start: from}
	if b.elements++; b.elements > maxElements {
		return s.fail(from, engine.TooBig, "This file has more than %d elements. That is more than any logic needs.", maxElements)
	}
	if len(t.Attr) > maxAttributes {
		return s.fail(from, BadXML, "The element <%s> has more than %d attributes.", clip(e.name), maxAttributes)
	}
	for i, a := range t.Attr {
		if len(a.Value) > maxText {
			return s.fail(from, engine.TooBig, "The attribute %s of <%s> is longer than %d bytes.", clip(a.Name.Local), clip(e.name), maxText)
		}
		for _, other := range t.Attr[:i] {
			if other.Name == a.Name {
				return s.fail(from, BadXML, "The attribute %s comes twice in <%s>.", clip(a.Name.Local), clip(e.name))
			}
		}
	}
	if len(b.open) > 0 {
		parent := b.open[len(b.open)-1]
		parent.children = append(parent.children, e)
		b.open = append(b.open, e)
		return nil
	}
	switch {
	case s.root != nil:
		return s.fail(from, BadXML, "The file goes on after its <xml> element. It should hold one document.")
	case e.name == "block":
		return s.fail(from, BadXML, "The file begins with a block. Put <xml>…</xml> around it.")
	case e.name != "xml":
		return s.fail(from, BadXML, "This is XML, but not a Blockly workspace: its root is <%s>, not <xml>.", clip(e.name))
	}
	s.root = e
	b.open = append(b.open, e)
	return nil
}

// clip shortens what a file says before it is quoted in a message.
func clip(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
