package blocks

import (
	"slices"
	"strconv"

	"blockflow/engine"
)

const (
	callLibraryType = "library_call"
	doLibraryType   = "library_do"
	libraryField    = "LIBRARY"
	argumentPrefix  = "argument"
)

const libraryDoc = "A library is a flow that defines functions; what else it has doesn't count here. Arguments go by the names of the function's parameters; those that are left out are nothing. " +
	"The library's variables are its own: its functions share them with each other, not with this flow. " +
	"A published flow keeps its libraries as they were when it was published, so publish it again to have a library's changes. From the command line, a library is the file of its name beside the flow's."

// libraryBlock is a call of a function that another flow defines.
func libraryBlock(blockType, text string, shape engine.Shape, help string) engine.Block {
	return engine.Block{
		Type: blockType, Text: text,
		Slots: []engine.Slot{
			engine.Field("FUNCTION", "function"), engine.Field(libraryField, "library"),
			engine.In(argumentPrefix).Optional().Repeated("arguments", "", 0),
		},
		Mutation: &engine.Mutation{Kind: "properties", Key: "arguments", Prefix: argumentPrefix},
		Toolbox:  engine.Toolbox{Extra: map[string]any{"arguments": []string{"x"}}},
		Shape:    shape,
		Help:     help, Doc: libraryDoc,
		Examples: []engine.Example{{Block: `{"type":"` + blockType + `","fields":{"FUNCTION":"f","LIBRARY":"nowhere"}}`, Fails: engine.UnknownFunction}},
		Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
			return b.CallLibrary(dst, b.Text(libraryField), b.Text("FUNCTION"), b.MutationTexts("arguments"), func(i int, to engine.Operand) {
				b.InTo(to, argumentPrefix+strconv.Itoa(i))
			})
		}),
	}
}

var (
	callLibrary = libraryBlock(callLibraryType, "do [FUNCTION] of library [LIBRARY]", engine.ValueBlock, "Runs a function that another flow defines, and gives its value.")
	doLibrary   = libraryBlock(doLibraryType, "do [FUNCTION] of library [LIBRARY]", engine.Statement, "Runs a function that another flow defines.")
)

// Link returns a flow's file with all libraries that it calls, directly or by
// another of them. Those that it brings along stay as they are; find finds the
// others, giving nil for one that isn't there, which compiling tells then.
func Link(d *engine.Document, find func(name string) (*engine.Document, error)) ([]byte, error) {
	libraries := slices.Clone(d.Libraries)
	has := func(name string) bool {
		return slices.ContainsFunc(libraries, func(l engine.Library) bool { return l.Name == name })
	}
	for todo := called(d); len(todo) > 0; todo = todo[1:] {
		name := todo[0]
		if has(name) {
			continue
		}
		l, err := find(name)
		if err != nil {
			return nil, err
		}
		if l != nil {
			libraries = append(libraries, engine.Library{Name: name, Document: l})
			todo = append(todo, called(l)...)
		}
	}
	return d.With(libraries), nil
}

// Calls reports whether a flow calls libraries that it doesn't bring along.
func Calls(d *engine.Document) bool {
	return slices.ContainsFunc(called(d), func(name string) bool {
		return !slices.ContainsFunc(d.Libraries, func(l engine.Library) bool { return l.Name == name })
	})
}

// called are the libraries that a flow names, those of its libraries included.
func called(d *engine.Document) []string {
	names := append(d.Fields(callLibraryType, libraryField), d.Fields(doLibraryType, libraryField)...)
	for _, l := range d.Libraries {
		names = append(names, called(l.Document)...)
	}
	return names
}
