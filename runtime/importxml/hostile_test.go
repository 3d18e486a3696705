package importxml

import (
	"errors"
	"strings"
	"testing"

	"blockflow/engine"
)

// TestHostile gives documents that no person makes: each is refused with its
// place.
func TestHostile(t *testing.T) {
	xml := func(s string) string { return "<xml>" + s + "</xml>" }
	nested := func(n int) string {
		return strings.Repeat(`<block type="logic_negate"><value name="BOOL">`, n) + strings.Repeat(`</value></block>`, n)
	}
	many := strings.Builder{}
	for range engine.MaxBlocks + 1 {
		many.WriteString(`<block type="text"/>`)
	}
	for name, test := range map[string]struct {
		file, place, says string
		code              engine.Code
	}{
		"an empty file":                 {"", "1:1", "no <xml>", BadXML},
		"no XML at all":                 {"hello", "1:1", "text outside", BadXML},
		"JSON":                          {`{"blocks":{}}`, "1:1", "text outside", BadXML},
		"another root":                  {"<html></html>", "1:1", "its root is <html>", BadXML},
		"a bare block":                  {`<block type="text"/>`, "1:1", "Put <xml>", BadXML},
		"a toolbox":                     {xml("\n<category name=\"Logic\"/>"), "2:1", "toolbox", BadXML},
		"two documents":                 {"<xml/>\n<xml/>", "2:1", "goes on after", BadXML},
		"an end that is missing":        {"<xml><block type=\"text\">", "1:25", "unexpected EOF", BadXML},
		"an end that doesn't match":     {"<xml>\n<block type=\"text\"></xml>", "2:26", "closed by", BadXML},
		"a billion laughs":              {`<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>` + "<xml>&b;</xml>", "1:1", "DTD", BadXML},
		"a file from the disk":          {"\n" + `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml>&a;</xml>`, "2:1", "DTD", BadXML},
		"an entity":                     {xml(`<block type="text"><field name="TEXT">&nbsp;</field></block>`), "1:50", "entities other than", BadXML},
		"a processing instruction":      {xml(`<?php evil ?>`), "1:6", "processing instruction", BadXML},
		"another encoding":              {`<?xml version="1.0" encoding="UTF-16"?><xml/>`, "1:40", "encoding", BadXML},
		"bytes that aren't UTF-8":       {"<xml>\n<block type=\"a\xff\"/></xml>", "2:15", "UTF-8", BadXML},
		"a character that XML forbids":  {xml("<block type=\"text\"><field name=\"TEXT\">\x01</field></block>"), "1:45", "illegal character", BadXML},
		"a megabyte of nesting":         {strings.Repeat("<xml>", 1<<18), "", "unexpected EOF", BadXML},
		"more elements than allowed":    {xml(strings.Repeat("<a/>", maxElements)), "", "elements", engine.TooBig},
		"more bytes than allowed":       {xml(strings.Repeat(" ", MaxBytes)), "", "MB", engine.TooBig},
		"more blocks than allowed":      {xml(many.String()), "", "blocks", engine.TooBig},
		"blocks within blocks":          {xml(nested(maxNesting + 2)), "", "deep", engine.TooDeep},
		"a hundred thousand of them":    {xml(nested(100_000)), "", "deep", engine.TooDeep},
		"many that stand deep":          {xml(strings.Repeat(nested(400), 20)), "", "deep", engine.TooDeep},
		"a huge attribute":              {xml(`<block type="text" id="` + strings.Repeat("x", maxText+1) + `"/>`), "1:6", "longer than", engine.TooBig},
		"a huge text":                   {xml(`<block type="text"><field name="TEXT">` + strings.Repeat("x", maxText+1) + `</field></block>`), "1:44", "longer than", engine.TooBig},
		"a thousand attributes":         {xml("<block" + strings.Repeat(` a="1"`, 1000) + "/>"), "1:6", "attributes", BadXML},
		"an attribute twice":            {xml(`<block type="text" type="logic_null"/>`), "1:6", "twice", BadXML},
		"an id twice":                   {xml("<block type=\"text\" id=\"a\"/>\n<block type=\"text\" id=\"a\"/>"), "2:1", `the id "a"`, engine.DuplicateID},
		"a variable's id twice":         {xml(`<variables><variable id="a">x</variable><variable id="a">y</variable></variables>`), "1:46", `the id "a"`, engine.DuplicateID},
		"a block without a type":        {xml(`<block id="a"/>`), "1:6", "no type", BadXML},
		"a field twice":                 {xml(`<block type="text"><field name="TEXT"/><field name="TEXT"/></block>`), "1:45", "twice", BadXML},
		"an input twice":                {xml(`<block type="logic_negate"><value name="BOOL"/><value name="BOOL"/></block>`), "1:53", "twice", BadXML},
		"an input without a name":       {xml(`<block type="logic_negate"><value/></block>`), "1:33", "no name", BadXML},
		"two blocks in one input":       {xml(`<block type="logic_negate"><value name="BOOL"><block type="logic_null"/><block type="logic_null"/></value></block>`), "1:78", "Two blocks", BadXML},
		"a stack in two directions":     {xml(`<block type="text_print"><next/><next/></block>`), "1:38", "twice", BadXML},
		"blocks within something else":  {xml(`<x><block type="text" id="a"/></x><block type="text" id="a"/>`), "1:40", `the id "a"`, engine.DuplicateID},
		"a long name in what it quotes": {"<" + strings.Repeat("x", 5000) + "/>", "1:1", "x…", BadXML},
	} {
		t.Run(name, func(t *testing.T) {
			for kind, convert := range map[string]func([]byte, string) (Result, error){"codeless": Codeless, "blockly": Blockly} {
				if kind == "blockly" && len(test.file) > maxText {
					continue // both begin alike, and these take their time
				}
				_, err := convert([]byte(test.file), "hostile")
				var e *engine.Error
				if !errors.As(err, &e) {
					t.Fatalf("%s: %v", kind, err)
				}
				if e.Code != test.code || !strings.Contains(e.Message, test.says) || test.place != "" && e.Place != test.place {
					t.Errorf("%s: %.300s (%s), want %q at %s (%s)", kind, e.Error(), e.Code, test.says, test.place, test.code)
				}
			}
		})
	}
}

// TestGenerous gives documents that are unusual and fine.
func TestGenerous(t *testing.T) {
	next := `<block type="text_print"><next>`
	for name, file := range map[string]string{
		"a byte order mark":                 "\ufeff<?xml version=\"1.0\"?>\n<xml/>",
		"nothing":                           `<xml xmlns="http://www.w3.org/1999/xhtml"></xml>`,
		"comments and CDATA":                `<!-- a --><xml><block type="text"><field name="TEXT"><![CDATA[<b>]]></field></block></xml>`,
		"a stack of ten thousand":           "<xml>" + strings.Repeat(next, 10_000) + `<block type="text_print"/>` + strings.Repeat("</next></block>", 10_000) + "</xml>",
		"three thousand returns":            "<xml>" + strings.Repeat(`<block type="immediate_return"><next>`, 3000) + `<block type="text_print"/>` + strings.Repeat("</next></block>", 3000) + "</xml>",
		"a mutation that asks for too much": "<xml>" + strings.Repeat(`<block type="text_join"><mutation items="199999"/></block>`, 1000) + "</xml>",
		"a text cut up by comments":         `<xml><block type="text"><field name="TEXT">` + strings.Repeat("a<!---->", 100_000) + `</field></block></xml>`,
		"a value in a stack":                `<xml><block type="text_print"><next><block type="text"/></next></block></xml>`,
		"a statement as a value":            `<xml><block type="logic_negate"><value name="BOOL"><block type="text_print"><next><block type="text_print"/></next></block></value></block></xml>`,
		"inputs nobody knows":               `<xml><block type="text"><value name="x"><block type="text"/></value></block></xml>`,
		"a shadow with real blocks in it":   `<xml><block type="text_print"><value name="TEXT"><shadow type="text_join"><value name="ADD0"><block type="text"/></value></shadow></value></block></xml>`,
		"a function without anything":       `<xml><block type="custom_function_root_ui"/></xml>`,
		"a handler without anything":        `<xml><block type="root_block_x_handler"/></xml>`,
		"arguments of one name":             `<xml><block type="custom_function_root_ui"><mutation><arg name="a"/><arg name="a"/><arg/></mutation></block></xml>`,
		"more arguments than there are":     `<xml><block type="custom_function_root_ui"><statement name="stack"><block type="text_print"><value name="TEXT"><block type="custom-function_context_blocks_9999"/></value></block></statement></block></xml>`,
		"a variable without a name":         `<xml><block type="variables_get"><field name="VAR"></field></block></xml>`,
	} {
		t.Run(name, func(t *testing.T) {
			for _, convert := range []func([]byte, string) (Result, error){Codeless, Blockly} {
				r, err := convert([]byte(file), "generous")
				if err != nil {
					t.Fatal(err)
				}
				compiles(t, r)
			}
		})
	}
}

// FuzzImport holds that no bytes make an importer panic, and that what it takes
// becomes a flow file that the engine reads.
func FuzzImport(f *testing.F) {
	f.Add([]byte(`<xml><block type="text_print" id="a" x="1"><value name="TEXT"><shadow type="text"><field name="TEXT">&lt;</field></shadow></value><next><block type="nobody"/></next></block></xml>`))
	f.Add([]byte(`<xml><block type="custom_function_root_ui"><mutation output="true"><arg name="a"/></mutation><field name="name">f</field><statement name="stack"><block type="codeless_function_block_0" bl_meta="{&quot;fn&quot;:&quot;f&quot;}"><value name="a"><block type="custom-function_context_blocks_0"/></value></block></statement></block></xml>`))
	f.Add([]byte(`<xml><block type="root_block_a_handler"><statement name="statements_code"><block type="try_catch"><statement name="finally"><block type="immediate_return"><next><block type="controls_if"><mutation elseif="2" else="1"/></block></next></block></statement></block></statement><value name="return"><block type="root_block_a_handler_context_blocks_b"/></value></block></xml>`))
	f.Add([]byte(`<xml><variables><variable id="v" type="T">n</variable></variables><block type="procedures_defreturn"><mutation statements="false"><arg name="x" varid="v"/></mutation><field name="NAME">p</field></block></xml>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, convert := range []func([]byte, string) (Result, error){Codeless, Blockly} {
			r, err := convert(data, "fuzz")
			var e *engine.Error
			switch {
			case err == nil:
				if _, err := engine.Parse(r.Flow); err != nil {
					t.Fatal(err)
				}
			case !errors.As(err, &e):
				t.Fatalf("%T: %v", err, err)
			}
		}
	})
}
