package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	cron "github.com/netresearch/go-cron"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime/store"
)

// When a schedule falls due next stands in the store, so that neither a restart
// nor an edit can lose it. A run and the step to the next time are one write:
// each time runs once.

// A timetable is what a hat *every …* says.
type timetable struct {
	interval time.Duration // or
	cron     cron.Schedule

	everyHour bool // the cron says * for the hour
	zone      *time.Location
	missed    string // "SKIP", "ONCE" or "ALL"
	every     string // the interval or cron as it is written
	spec      string
}

var cronParser = cron.MustNewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

const (
	shortestInterval = time.Second
	longestInterval  = 366 * 24 * time.Hour
)

var units = map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour}

func timetableOf(e engine.Entry) (timetable, *engine.Error) {
	text := strings.Join(strings.Fields(e.Fields[blocks.EveryTime]), " ")
	zone := strings.TrimSpace(e.Fields[blocks.EveryZone])
	t := timetable{missed: e.Fields[blocks.EveryMissed], every: text, spec: text + " " + zone}
	if zone == "" {
		zone = "UTC"
	}
	var err error
	if t.zone, err = time.LoadLocation(zone); err != nil || zone == "Local" {
		return t, engine.Fail(engine.WrongField, "%q isn't a time zone. Write one like Europe/Berlin or UTC.", zone)
	}
	number, unit, two := strings.Cut(text, " ")
	if n, err := strconv.Atoi(number); err == nil && two && units[strings.TrimSuffix(unit, "s")] > 0 {
		size := units[strings.TrimSuffix(unit, "s")]
		if n < 1 || n > int(longestInterval/size) {
			return t, engine.Fail(engine.WrongField, "An interval is from 1 second to 366 days.")
		}
		t.interval = time.Duration(n) * size
		return t, nil
	}
	if strings.HasPrefix(text, "@every") || strings.Contains(text, "TZ=") {
		err = errors.New("not cron")
	} else {
		t.cron, err = cronParser.Parse(text)
	}
	if err != nil {
		return t, engine.Fail(engine.WrongField, "%q is neither an interval, such as “5 minutes”, nor a cron expression, such as “0 9 * * 1-5”.", text)
	}
	fields := strings.Fields(text)
	t.everyHour = len(fields) == 5 && strings.HasPrefix(fields[1], "*") || text == "@hourly"
	if t.cron.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return t, engine.Fail(engine.WrongField, "The cron expression %q means no time that ever comes.", text)
	}
	return t, nil
}

// next is the first time after one at which the schedule was due, or began.
//
// Cron is asked about the clock on the wall, which knows no changes of the clock;
// what its answer means there is said here. A time that doesn't exist, because
// the clock goes forward over it, is when the clock has gone forward. A time that
// comes twice is the first of the two; but a schedule that says * for the hour
// means the second as well.
func (t timetable) next(after time.Time) time.Time {
	if t.interval > 0 {
		return after.Add(t.interval)
	}
	from := after.In(t.zone)
	for wall := onTheWall(from); ; {
		if wall = t.cron.Next(wall); wall.IsZero() {
			return wall
		}
		at := t.instant(wall)
		if t.everyHour {
			if earlier, ok := t.inTheSecondHour(from, at); ok {
				return earlier.UTC()
			}
		}
		if at.After(after) {
			return at.UTC()
		}
	}
}

// onTheWall is what a clock on the wall shows, as if it were UTC.
func onTheWall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// instant is when the clock on the wall shows a time, for the first time.
func (t timetable) instant(wall time.Time) time.Time {
	// The zone that held half a day before holds still, or has ended in between.
	at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, t.zone)
	before := at.Add(-12 * time.Hour)
	_, offset := before.Zone()
	first := wall.Add(-time.Duration(offset) * time.Second).In(t.zone)
	_, end := before.ZoneBounds()
	switch {
	case end.IsZero() || first.Before(end):
		return first
	case onTheWall(at).Equal(wall):
		return at
	}
	return end
}

// inTheSecondHour looks for a time between two that cron doesn't know: the clock
// went back in between, and shows again what it has shown.
func (t timetable) inTheSecondHour(from, to time.Time) (time.Time, bool) {
	_, was := from.Add(-3 * time.Hour).Zone()
	if _, is := to.Zone(); is >= was {
		return time.Time{}, false
	}
	for m := from.Truncate(time.Minute).Add(time.Minute); m.Before(to) && m.Sub(from) < 6*time.Hour; m = m.Add(time.Minute) {
		if wall := onTheWall(m); t.cron.Next(wall.Add(-time.Second)).Equal(wall) {
			return m, true
		}
	}
	return time.Time{}, false
}

// mostMissed bounds how many missed times are run or counted.
const mostMissed = 100

// A turn is what to do about a schedule that is due.
type turn struct {
	run    bool
	at     time.Time // the time that the run is for
	missed int       // times before it that had no run
	next   time.Time
}

// turn decides about times missed; due has come by now. A minute late isn't
// missed yet.
func (t timetable) turn(due, now time.Time) turn {
	late := []time.Time{due} // all that are due by now, the last mostMissed of them
	skipped := 0
	if t.interval > 0 {
		if n := int(now.Sub(due) / t.interval); n >= mostMissed {
			skipped = n - mostMissed + 1
			late[0] = due.Add(time.Duration(skipped) * t.interval)
		}
	}
	for n := 0; ; n++ {
		next := t.next(late[len(late)-1])
		if n == 100*mostMissed { // a cron of each minute, stopped for more than a week
			next = t.next(now.Add(-mostMissed * time.Minute))
		}
		if next.IsZero() || next.After(now) {
			break
		}
		if late = append(late, next); len(late) > mostMissed {
			late, skipped = late[1:], skipped+1
		}
	}
	last := late[len(late)-1]
	after := t.next(last)
	switch {
	case t.missed == "ALL":
		next := after
		if len(late) > 1 {
			next = late[1]
		}
		return turn{true, late[0], skipped, next}
	case t.missed == "SKIP" && now.Sub(last) >= time.Minute:
		return turn{next: after}
	case t.missed == "SKIP":
		return turn{true, last, 0, after}
	}
	return turn{true, last, skipped + len(late) - 1, after}
}

// schedulesOf lists a flow's schedules.
func schedulesOf(p *engine.Program, now time.Time) []store.Schedule {
	var list []store.Schedule
	for _, e := range p.Entries {
		if e.Type != blocks.WhenEvery {
			continue
		}
		if t, err := timetableOf(e); err == nil {
			list = append(list, store.Schedule{Block: e.Block, Spec: t.spec, Next: t.next(now)})
		}
	}
	return list
}

// fireSchedules begins the runs of schedules that are due and returns when the
// next is.
func (s *Server) fireSchedules(ctx context.Context, now time.Time) (time.Time, error) {
	for {
		due, err := s.store.DueSchedules(ctx, now, 100)
		if err != nil {
			return time.Time{}, err
		}
		for _, x := range due {
			if err := s.fire(ctx, x, now); err != nil {
				return time.Time{}, err
			}
		}
		if len(due) == 0 {
			return s.store.NextSchedule(ctx)
		}
	}
}

// fire deals with a schedule that is due. One that can't be run, since its flow
// is damaged, say, is put off, and the others go on.
func (s *Server) fire(ctx context.Context, x store.Schedule, now time.Time) error {
	err := s.fireOne(ctx, x, now)
	var stale *store.StaleError
	switch {
	case err == nil, errors.As(err, &stale): // another version was published in the meantime
		return nil
	case isStorage(err), ctx.Err() != nil:
		return err
	}
	s.log.Error("a schedule can't be run and is put off for a day", "flow", x.Flow, "block", x.Block, "err", err)
	err = s.store.Advance(ctx, store.Advance{Flow: x.Flow, Block: x.Block, From: x.Next, To: now.Add(24 * time.Hour)})
	if errors.As(err, &stale) {
		return nil
	}
	return err
}

func (s *Server) fireOne(ctx context.Context, x store.Schedule, now time.Time) error {
	v, err := s.store.Version(ctx, x.Flow, x.Version)
	if err != nil {
		return err
	}
	p, err := s.runs.programs.get(v.Document, func() ([]byte, error) { return v.File, nil })
	if err != nil {
		return err
	}
	entry, found := p.Entry(x.Block, "")
	if !found {
		return &store.NotFoundError{What: "schedule", Name: x.Block}
	}
	table, refused := timetableOf(entry)
	if refused != nil {
		return refused
	}
	turn := table.turn(x.Next, now)
	advance := store.Advance{Flow: x.Flow, Block: x.Block, From: x.Next, To: turn.next}
	if !turn.run {
		return s.store.Advance(ctx, advance)
	}
	input := engine.ObjectOf([]string{"time", "missed"}, []engine.Value{engine.Date(float64(turn.at.UnixMilli())), engine.Number(float64(turn.missed))})
	_, err = s.runs.begin(job{
		flow: x.Flow, version: x.Version, hash: v.Document, entry: entry, trigger: "schedule", input: input, advance: &advance, kept: true,
	}, p)
	return err
}

// scheduleInfo is a schedule as the API shows it.
type scheduleInfo struct {
	Flow    string      `json:"flow"`
	Block   string      `json:"block"`
	Version int         `json:"version"`
	Spec    string      `json:"spec"`
	Every   string      `json:"every"`  // "5 minutes", or cron
	Zone    string      `json:"zone"`   // of the clock that cron is about
	Missed  string      `json:"missed"` // SKIP, ONCE or ALL of the times that came while the server was stopped
	Next    *time.Time  `json:"next"`   // null: never again
	Then    []time.Time `json:"then"`
}

// listSchedules shows when each schedule falls due, and its next times.
func (s *Server) listSchedules(c *gin.Context) error {
	all, err := s.store.Schedules(c, c.Query("flow"))
	if err != nil {
		return err
	}
	list := []scheduleInfo{}
	for _, x := range all {
		info := scheduleInfo{Flow: x.Flow, Block: x.Block, Version: x.Version, Spec: x.Spec, Every: x.Spec, Then: []time.Time{}}
		t, ok := s.timetableFor(c, x)
		if ok {
			info.Every, info.Zone, info.Missed = t.every, t.zone.String(), t.missed
		}
		if !x.Next.IsZero() {
			info.Next = &x.Next
		}
		for at := x.Next; ok && !at.IsZero() && len(info.Then) < timesShown; {
			if at = t.next(at); !at.IsZero() {
				info.Then = append(info.Then, at)
			}
		}
		list = append(list, info)
	}
	c.JSON(http.StatusOK, gin.H{"schedules": list})
	return nil
}

const timesShown = 10

// timetableFor reads what a schedule's hat says, if it still can be read.
func (s *Server) timetableFor(ctx context.Context, x store.Schedule) (timetable, bool) {
	v, err := s.store.Version(ctx, x.Flow, x.Version)
	if err != nil {
		return timetable{}, false
	}
	p, err := s.runs.programs.get(v.Document, func() ([]byte, error) { return v.File, nil })
	if err != nil {
		return timetable{}, false
	}
	entry, _ := p.Entry(x.Block, "")
	t, refused := timetableOf(entry)
	return t, refused == nil
}
