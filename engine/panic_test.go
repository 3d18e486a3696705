package engine

import "testing"

// TestAPanicEndsTheRunOnly holds that a mistake in a block's code fails one run.
func TestAPanicEndsTheRunOnly(t *testing.T) {
	v := NewVocabulary(Category{Blocks: []Block{{
		Type: "boom", Means: Do(func(b *Builder) {
			b.Apply(b.Temp(), "boom", func(*Machine, []Value) (Value, error) { panic("boom") }, b.Const(Null))
		}),
	}}})
	doc, err := Parse([]byte(`{"blocks":{"blocks":[{"type":"boom","id":"b"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	p, problems := Compile(doc, v)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	m, err := New(p, Start{})
	if err != nil {
		t.Fatal(err)
	}
	if y := m.Next(100); y.Kind != Done || y.Err == nil || y.Err.Code != Broken || y.Err.Block != "b" || y.Err.Cause == nil {
		t.Errorf("gives %+v", y.Err)
	}
}
