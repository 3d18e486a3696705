package server

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
)

// A trace may be long, and a person looks at one moment of it: what every block
// and variable held there, where the effects lie, and when a block was at work
// before and after. Each answer is a replay, from near that moment where the run
// is known already (film.go); none needs the whole trace to travel.

func (s *Server) momentRoutes(r gin.IRouter) {
	r.GET("/runs/:id/moment", s.handle(s.runMoment)) // ?at=: values and variables after that event
	r.GET("/runs/:id/marks", s.handle(s.runMarks))   // where the effects are
	r.GET("/runs/:id/find", s.handle(s.runFind))     // ?at=&block= or &variable=: when before and after
}

type shownValue struct {
	Value   json.RawMessage `json:"value"`
	Clipped bool            `json:"clipped,omitempty"` // as in event
}

func previewed(m *engine.Machine, v engine.Value) shownValue {
	value, clipped := preview(m.Secrets().Mask(v))
	return shownValue{value, clipped}
}

type variableThen struct {
	Name string `json:"name"`
	Set  int    `json:"set"` // number of the event that set it last
	shownValue
}

// momentary is what all blocks and variables hold.
type momentary struct {
	gave, vars map[string]engine.Value
	order      []string // of the variables, as they were set first
	set        map[string]int
}

func newMomentary() momentary {
	return momentary{gave: map[string]engine.Value{}, vars: map[string]engine.Value{}, set: map[string]int{}}
}

// take goes one event on.
func (t *momentary) take(n int, e engine.Event) {
	switch e.Kind {
	case engine.Gave:
		t.gave[e.Block] = e.Value
	case engine.Set:
		if _, known := t.vars[e.Variable]; !known {
			t.order = append(t.order, e.Variable)
		}
		t.vars[e.Variable], t.set[e.Variable] = e.Value, n
	}
}

// shown is the moment as people may see it.
func (t *momentary) shown(m *engine.Machine) (map[string]shownValue, []variableThen) {
	values, variables := map[string]shownValue{}, []variableThen{}
	for block, v := range t.gave {
		values[block] = previewed(m, v)
	}
	for _, name := range t.order {
		variables = append(variables, variableThen{name, t.set[name], previewed(m, t.vars[name])})
	}
	return values, variables
}

// runMoment tells what all blocks and variables hold after an event: lists and
// objects as they are then, whatever changed in them since they passed.
func (s *Server) runMoment(c *gin.Context) error {
	at, err := number(c, "at", 0, -1, 1<<40)
	if err != nil {
		return err
	}
	f, err := s.runs.film(c, c.Param("id"))
	if err != nil {
		return err
	}
	values, variables := map[string]shownValue{}, []variableThen{}
	if at >= 0 {
		err = s.runs.show(c, f, at, func(n int, m *engine.Machine, e engine.Event, now *momentary) bool {
			now.take(n, e)
			if n == at {
				values, variables = now.shown(m)
			}
			return n < at
		})
	}
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"at": at, "values": values, "variables": variables})
	return nil
}

type mark struct {
	N      int          `json:"n"`
	Block  string       `json:"block"`
	Effect string       `json:"effect"`
	Place  engine.Place `json:"place"`
}

const mostMarks = 1000

// runMarks tells where in a trace the effects are, and how long it is.
func (s *Server) runMarks(c *gin.Context) error {
	f, err := s.runs.film(c, c.Param("id"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"total": f.total, "effects": f.effects})
	return nil
}

// runFind tells when a block was at work, or a variable was set, before and
// after an event: null if it never was; and which time of how many the last one
// up to the event is; and, with nth, where that time is.
func (s *Server) runFind(c *gin.Context) error {
	at, err := number(c, "at", 0, 0, 1<<40)
	if err != nil {
		return err
	}
	wanted, err := number(c, "nth", 0, 0, 1<<40)
	if err != nil {
		return err
	}
	block, variable := c.Query("block"), c.Query("variable")
	if (block == "") == (variable == "") {
		return badRequest("bad_request", "Say either a block or a variable to look for.")
	}
	var before, after, there *int
	n, nth, of, kind := 0, 0, 0, engine.EventKind(0)
	err = s.runs.replay(c, c.Param("id"), func(_ *engine.Machine, e engine.Event) {
		here := n
		n++
		if variable != "" && (e.Kind != engine.Set || e.Variable != variable) {
			return
		}
		// One time at work is told by more than one event, all of other kinds.
		if block != "" && (e.Block != block || (of > 0 && e.Kind != kind)) {
			return
		}
		kind = e.Kind
		if of++; of == wanted {
			there = &here
		}
		if here <= at {
			nth = of
		}
		switch {
		case here < at:
			before = &here
		case here > at && after == nil:
			after = &here
		}
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"before": before, "after": after, "nth": nth, "of": of, "there": there})
	return nil
}
