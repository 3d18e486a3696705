package server

import (
	"container/list"
	"sync"

	"blockflow/engine"
)

// programs keeps compiled flows by the hash of their file, those used last.
type programs struct {
	mu    sync.Mutex
	most  int
	byKey map[string]*list.Element
	used  *list.List // front: used last
}

type compiled struct {
	key     string
	program *engine.Program
}

func newPrograms(most int) *programs {
	return &programs{most: most, byKey: map[string]*list.Element{}, used: list.New()}
}

// get returns the program of a document, compiling what file returns if it isn't
// kept. Two requests may compile the same file at the same time: both are right.
func (p *programs) get(hash string, file func() ([]byte, error)) (*engine.Program, error) {
	p.mu.Lock()
	if e, ok := p.byKey[hash]; ok {
		p.used.MoveToFront(e)
		p.mu.Unlock()
		return e.Value.(compiled).program, nil
	}
	p.mu.Unlock()
	data, err := file()
	if err != nil {
		return nil, err
	}
	program, err := compile(data)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.byKey[hash]; !ok {
		p.byKey[hash] = p.used.PushFront(compiled{hash, program})
		if p.used.Len() > p.most {
			last := p.used.Back()
			p.used.Remove(last)
			delete(p.byKey, last.Value.(compiled).key)
		}
	}
	return program, nil
}
