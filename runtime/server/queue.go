package server

import (
	"slices"
	"sync"
)

// A queue decides which run may run now. There are so many places in all and,
// where a flow says so, so many for each flow. Free places go around among the
// flows that wait, one run each, and within a flow in the order in which its runs
// came: a flow with ten thousand runs waiting delays another's one run by one.
type queue struct {
	most int // places in all

	mu      sync.Mutex
	running int
	lines   map[string]*line
	around  []*line // those in which somebody waits and that may have a place, next first
	over    bool    // nobody begins any more
}

// A line is what one flow has running and waiting.
type line struct {
	flow    string
	most    int // 0: no limit of its own
	running int
	waiting []func() // each begins a run
	around  bool     // whether it is in queue.around
}

func newQueue(most int) *queue { return &queue{most: most, lines: map[string]*line{}} }

func (q *queue) line(flow string) *line {
	l := q.lines[flow]
	if l == nil {
		l = &line{flow: flow}
		q.lines[flow] = l
	}
	return l
}

// limit sets how many runs of a flow may run at a time; 0 is no limit.
func (q *queue) limit(flow string, most int) {
	q.mu.Lock()
	q.line(flow).most = most
	begin := q.next()
	q.mu.Unlock()
	begun(begin)
}

// limited tells whether a flow has a limit of its own.
func (q *queue) limited(flow string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[flow]
	return l != nil && l.most > 0
}

// enter takes a place at once; false if there is none, or others wait for it.
func (q *queue) enter(flow string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.line(flow)
	if q.over || q.running >= q.most || len(q.around) > 0 || len(l.waiting) > 0 || l.full() {
		q.drop(l)
		return false
	}
	q.running++
	l.running++
	return true
}

// wait stands in line: begin is called when there is a place, which leave gives
// back. It is called in the goroutine that freed the place, and must not block.
func (q *queue) wait(flow string, begin func()) {
	q.mu.Lock()
	l := q.line(flow)
	l.waiting = append(l.waiting, begin)
	q.goAround(l)
	next := q.next()
	q.mu.Unlock()
	begun(next)
}

// leave gives a place back.
func (q *queue) leave(flow string) {
	q.mu.Lock()
	l := q.line(flow)
	q.running--
	l.running--
	q.goAround(l)
	next := q.next()
	q.drop(l)
	q.mu.Unlock()
	begun(next)
}

// close lets nobody begin any more.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.over = true
}

func (l *line) full() bool { return l.most > 0 && l.running >= l.most }

func (q *queue) goAround(l *line) {
	if !l.around && len(l.waiting) > 0 && !l.full() {
		l.around = true
		q.around = append(q.around, l)
	}
}

// drop forgets a line that says nothing.
func (q *queue) drop(l *line) {
	if l.running == 0 && len(l.waiting) == 0 && l.most == 0 && !l.around {
		delete(q.lines, l.flow)
	}
}

// next gives out the free places.
func (q *queue) next() []func() {
	var begin []func()
	for !q.over && q.running < q.most && len(q.around) > 0 {
		l := q.around[0]
		q.around = q.around[1:]
		l.around = false
		if len(l.waiting) == 0 || l.full() {
			continue
		}
		begin = append(begin, l.waiting[0])
		l.waiting[0] = nil
		l.waiting = l.waiting[1:]
		l.running++
		q.running++
		q.goAround(l)
	}
	return begin
}

func begun(begin []func()) {
	for _, f := range begin {
		f()
	}
}

// A lineInfo is a line as the API shows it.
type lineInfo struct {
	Flow    string `json:"flow"`
	Running int    `json:"running"`
	Queued  int    `json:"queued"`
	Limit   int    `json:"limit"` // 0: none of its own
}

// state tells what runs and what waits, for people.
func (q *queue) state() (running, most int, lines []lineInfo) {
	q.mu.Lock()
	defer q.mu.Unlock()
	lines = []lineInfo{}
	for _, flow := range sortedKeys(q.lines) {
		l := q.lines[flow]
		if l.running > 0 || len(l.waiting) > 0 {
			lines = append(lines, lineInfo{flow, l.running, len(l.waiting), l.most})
		}
	}
	slices.SortStableFunc(lines, func(a, b lineInfo) int { return b.Queued - a.Queued })
	return q.running, q.most, lines
}
