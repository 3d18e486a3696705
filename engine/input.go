package engine

import (
	"slices"
	"strings"
	"time"
)

// inputTypes are the types that an input can have.
var inputTypes = []string{"text", "number", "boolean", "list", "object", "date", "password", "any"}

// accept checks a run's input against what its entry declares, and fills in the
// defaults. An entry that declares nothing takes any input as it is.
func accept(declared []Input, input Value, secrets *Secrets) (Value, *Error) {
	if len(declared) == 0 {
		return input, nil
	}
	if !input.IsNull() && input.Kind() != KindObject {
		return Null, Fail(BadInput, "The input must be an object with the flow's inputs by name, not %s.", input.Kind())
	}
	for _, key := range input.Keys() {
		if !slices.ContainsFunc(declared, func(d Input) bool { return d.Name == key }) {
			return Null, Fail(BadInput, "This flow has no input %q. It takes %s.", clip(key), inputNames(declared))
		}
	}
	out := Object()
	for _, d := range declared {
		v, given := input.Get(d.Name)
		if !given || v.IsNull() {
			if d.Needed {
				return Null, Fail(BadInput, "The input %q is missing.", d.Name)
			}
			v = d.Default
		}
		v, err := d.accept(v)
		if err != nil {
			return Null, Fail(BadInput, "The input %q: %s", d.Name, err.Message)
		}
		if s, ok := v.AsText(); ok && d.Type == "password" {
			secrets.Add(s)
		}
		out.Set(d.Name, v)
	}
	return out, nil
}

func inputNames(declared []Input) string {
	names := make([]string, len(declared))
	for i, d := range declared {
		names[i] = d.Name
	}
	return strings.Join(names, ", ")
}

// accept checks one value against the input's type. Dates may come as ISO text
// or milliseconds, since JSON has no dates.
func (d Input) accept(v Value) (Value, *Error) {
	want := map[string]Kind{"text": KindText, "password": KindText, "number": KindNumber, "boolean": KindBoolean, "list": KindList, "object": KindObject, "date": KindDate}
	kind, known := want[d.Type]
	if !known || v.Kind() == kind {
		return v, nil
	}
	if kind == KindDate {
		if ms, ok := v.AsNumber(); ok {
			return Date(ms), nil
		}
		if s, ok := v.AsText(); ok {
			if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
				return Date(float64(t.UnixMilli())), nil
			}
		}
		return Null, Fail(BadInput, "a date is written like 2026-01-31T12:00:00Z.")
	}
	return Null, Fail(BadInput, "it must be %s, but %s was given.", kind, v.Kind())
}
