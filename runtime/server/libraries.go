package server

import (
	"context"
	"errors"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime/store"
)

// linked returns a draft's file with the libraries that it calls: what they are
// when it is published, or when the draft runs, stays with that version or run. A
// library is a flow's published version, or its draft if it has none. What can't
// be read is returned as it is, for the compiler to tell.
func (s *Server) linked(ctx context.Context, file []byte) ([]byte, error) {
	doc, err := engine.Parse(file)
	if err != nil || !blocks.Calls(doc) {
		return file, nil
	}
	return blocks.Link(doc, func(name string) (*engine.Document, error) { return s.library(ctx, name) })
}

func (s *Server) library(ctx context.Context, name string) (*engine.Document, error) {
	f, err := s.store.Flow(ctx, name)
	var missing *store.NotFoundError
	if errors.As(err, &missing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	file := f.File
	if f.Published != nil {
		v, err := s.store.Version(ctx, name, f.Published.Version)
		if err != nil {
			return nil, err
		}
		file = v.File
	}
	return engine.Parse(file)
}

// compileDraft compiles a draft with its libraries, and returns the file that is
// compiled.
func (s *Server) compileDraft(ctx context.Context, file []byte) (*engine.Program, []byte, error) {
	file, err := s.linked(ctx, file)
	if err != nil {
		return nil, nil, err
	}
	p, err := compile(file)
	return p, file, err
}

// problemsIn lists what is wrong with a draft.
func (s *Server) problemsIn(ctx context.Context, file []byte) (engine.Problems, error) {
	_, _, err := s.compileDraft(ctx, file)
	var problems engine.Problems
	if err != nil && !errors.As(err, &problems) {
		return nil, err
	}
	return listed(problems), nil
}
