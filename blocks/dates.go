package blocks

import (
	"context"
	gomath "math"
	"strings"
	"time"
	_ "time/tzdata" // the same time zones on every machine, also where a small container has none

	"blockflow/engine"
)

var dates = drawer{
	Category: engine.Category{
		Name: "Dates", Colour: "#8a6d3b",
		Blocks: []engine.Block{dateNow, dateFromText, dateFromTimestamp, dateTo, datePart, dateAdd, dateBetween, dateFormat},
	},
	effects: map[string]effect{nowEffect.Kind: performNow},
}

var nowEffect = engine.Effect{Kind: "time.now", Safe: true}

// performNow tells the time in whole milliseconds.
func performNow(context.Context, *Kit, engine.Call) (engine.Value, error) {
	return engine.Date(float64(time.Now().UnixMilli())), nil
}

const (
	utcDoc  = "Days and hours are those of UTC, where Codeless's servers are too. "
	dateDoc = "What isn't a date stops the flow; a number counts as milliseconds since 1970. "
)

// instant reads a date. A number is milliseconds since 1970.
func instant(v engine.Value) (time.Time, error) {
	ms, ok := v.AsDate()
	if !ok {
		if ms, ok = v.AsNumber(); !ok {
			return time.Time{}, engine.Fail(engine.WrongType, "This needs a date, but here is %s. Make one of a text with “date from”.", v.Kind())
		}
	}
	if ms != ms || gomath.Abs(ms) > 8.64e15 { // as far as JavaScript's dates reach
		return time.Time{}, engine.Fail(engine.WrongValue, "This isn't a date that exists.")
	}
	return time.UnixMilli(int64(ms)).UTC(), nil
}

func dateOf(t time.Time) (engine.Value, error) {
	if ms := float64(t.UnixMilli()); gomath.Abs(ms) <= 8.64e15 {
		return engine.Date(ms), nil
	}
	return engine.Null, engine.Fail(engine.WrongValue, "This is further from now than a date can be.")
}

var dateNow = engine.Block{
	Type:  "date_now",
	Text:  "now",
	Shape: engine.ValueBlock, Gives: engine.DateType,
	Help: "The date and time at this moment.",
	Doc:  "An effect: a replay has the time that the run had.",
	Means: engine.Performing(nowEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return b.Perform(dst, nowEffect)
	}),
}

var dateFromText = engine.Block{
	Type:  "date_from_string",
	Text:  "date from [dateString]",
	Slots: []engine.Slot{engine.In("dateString").Showing(engine.Text("2026-01-31"))},
	Shape: engine.ValueBlock, Gives: engine.DateType,
	Help: "Makes a date of a text.",
	Doc:  "Reads `2026-01-31`, `2026-01-31T12:30:00Z` with or without seconds, fractions and a time zone, `Jan 31, 2026`, `31 Jan 2026 12:30:00 +0100` and what *convert* writes; without a time zone it is UTC. A date or a number stays what it is. Any other text fails (JavaScript makes an invalid date of it).",
	Examples: []engine.Example{
		{Block: `{"type":"convert_date_to","fields":{"converter":"toISOString"},"inputs":{"date":{"type":"date_from_string","inputs":{"dateString":"2026-01-31T12:30:00+01:00"}}}}`, Gives: `"2026-01-31T11:30:00.000Z"`},
		{Block: `{"type":"date_from_string","inputs":{"dateString":"the day after"}}`, Fails: engine.WrongValue},
	},
	Means: engine.FuncN(func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		s, ok := args[0].AsText()
		if !ok {
			t, err := instant(args[0])
			if err != nil {
				return engine.Null, err
			}
			return dateOf(t)
		}
		if t, ok := parseDate(strings.TrimSpace(s)); ok {
			return dateOf(t)
		}
		return engine.Null, engine.Fail(engine.WrongValue, "%.40q isn't a date. Dates are written like 2026-01-31 or 2026-01-31T12:00:00Z.", s)
	}, "dateString"),
}

var dateForms = []string{
	time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04",
	"2006-01", "2006", jsText, jsDay, time.RFC1123, time.RFC1123Z, "2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05", "2 Jan 2006", "Jan 2, 2006 15:04:05", "Jan 2, 2006", "January 2, 2006",
	"2006/01/02", "2006/01/02 15:04:05",
}

// What JavaScript's toString and toDateString write.
const (
	jsText = "Mon Jan 02 2006 15:04:05 GMT-0700 (Coordinated Universal Time)"
	jsDay  = "Mon Jan 02 2006"
)

func parseDate(s string) (time.Time, bool) {
	if len(s) > 100 {
		return time.Time{}, false
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

var dateFromTimestamp = engine.Block{
	Type:  "date_from_timestamp",
	Text:  "date from timestamp [timestamp]",
	Slots: []engine.Slot{engine.In("timestamp", engine.NumberType).Showing(engine.Number(0))},
	Shape: engine.ValueBlock, Gives: engine.DateType,
	Help: "Makes a date of milliseconds since 1970.",
	Doc:  "Fractions of a millisecond are cut off. Backendless gives times in this form. " + numberDoc,
	Examples: []engine.Example{
		{Block: `{"type":"convert_date_to","fields":{"converter":"toISOString"},"inputs":{"date":{"type":"date_from_timestamp","inputs":{"timestamp":86400000}}}}`, Gives: `"1970-01-02T00:00:00.000Z"`},
		{Block: `{"type":"date_from_timestamp","inputs":{"timestamp":1e300}}`, Fails: engine.WrongValue},
	},
	Means: engine.Func1(func(v engine.Value) (engine.Value, error) {
		ms, err := engine.Numeric(v)
		if err != nil {
			return engine.Null, err
		}
		t, err := instant(engine.Number(ms))
		if err != nil {
			return engine.Null, err
		}
		return dateOf(t)
	}, "timestamp"),
}

// converters write a date as JavaScript's methods of these names do, in UTC and
// in English.
var converters = map[string]func(t time.Time) engine.Value{
	"toISOString":  func(t time.Time) engine.Value { return engine.Text(t.Format("2006-01-02T15:04:05.000Z")) },
	"toJSON":       func(t time.Time) engine.Value { return engine.Text(t.Format("2006-01-02T15:04:05.000Z")) },
	"toString":     func(t time.Time) engine.Value { return engine.Text(t.Format(jsText)) },
	"toDateString": func(t time.Time) engine.Value { return engine.Text(t.Format(jsDay)) },
	"toTimeString": func(t time.Time) engine.Value {
		return engine.Text(t.Format("15:04:05 GMT-0700 (Coordinated Universal Time)"))
	},
	"toUTCString":        func(t time.Time) engine.Value { return engine.Text(t.Format("Mon, 02 Jan 2006 15:04:05 GMT")) },
	"toLocaleString":     func(t time.Time) engine.Value { return engine.Text(t.Format("1/2/2006, 3:04:05 PM")) },
	"toLocaleDateString": func(t time.Time) engine.Value { return engine.Text(t.Format("1/2/2006")) },
	"toLocaleTimeString": func(t time.Time) engine.Value { return engine.Text(t.Format("3:04:05 PM")) },
	"getTime":            func(t time.Time) engine.Value { return engine.Number(float64(t.UnixMilli())) },
	"valueOf":            func(t time.Time) engine.Value { return engine.Number(float64(t.UnixMilli())) },
}

var dateTo = engine.Block{
	Type: "convert_date_to",
	Text: "convert [date] to [converter]",
	Slots: []engine.Slot{
		engine.In("date"),
		engine.Choice(
			"converter", "toISOString", "ISO text", "getTime", "milliseconds since 1970", "toString", "text", "toDateString", "day as text", "toTimeString", "time as text",
			"toUTCString", "UTC text", "toLocaleString", "US text", "toLocaleDateString", "US day", "toLocaleTimeString", "US time", "toJSON", "JSON text", "valueOf", "number",
		),
	},
	Shape: engine.ValueBlock,
	Help:  "Writes a date as text or as a number.",
	Doc:   utcDoc + dateDoc + "Each form is what JavaScript's method of that name gives there; for other forms there is *format*.",
	Examples: []engine.Example{
		{Block: `{"type":"convert_date_to","fields":{"converter":"toDateString"},"inputs":{"date":0}}`, Gives: `"Thu Jan 01 1970"`},
		{Block: `{"type":"convert_date_to","fields":{"converter":"toTimeString"},"inputs":{"date":0}}`, Gives: `"00:00:00 GMT+0000 (Coordinated Universal Time)"`},
		{Block: `{"type":"convert_date_to","fields":{"converter":"getTime"},"inputs":{"date":5}}`, Gives: `5`},
		{Block: `{"type":"convert_date_to","inputs":{"date":"x"}}`, Fails: engine.WrongType},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		convert := converters[b.Text("converter")]
		return b.Apply(dst, b.Text("converter"), func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			t, err := instant(args[0])
			if err != nil {
				return engine.Null, err
			}
			return convert(t), nil
		}, b.In("date"))
	}),
}

var parts = map[string]func(t time.Time) int{
	"getFullYear":     time.Time.Year,
	"getMonthNumber":  func(t time.Time) int { return int(t.Month()) },
	"getMonth":        func(t time.Time) int { return int(t.Month()) - 1 },
	"getDate":         time.Time.Day,
	"getDay":          func(t time.Time) int { return int(t.Weekday()) },
	"getHours":        time.Time.Hour,
	"getMinutes":      time.Time.Minute,
	"getSeconds":      time.Time.Second,
	"getMilliseconds": func(t time.Time) int { return t.Nanosecond() / 1e6 },
}

var datePart = engine.Block{
	Type: "get_date_prop",
	Text: "[getter] of [date]",
	Slots: []engine.Slot{
		engine.Choice(
			"getter", "getFullYear", "year", "getMonthNumber", "month", "getDate", "day of the month", "getDay", "day of the week", "getHours", "hour",
			"getMinutes", "minute", "getSeconds", "second", "getMilliseconds", "millisecond", "getMonth", "month from 0",
		),
		engine.In("date"),
	},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "A part of a date, such as its year or its hour.",
	Doc:  utcDoc + dateDoc + "Months are numbered from 1; the day of the week is 0 on Sunday.",
	Examples: []engine.Example{
		{Block: `{"type":"get_date_prop","fields":{"getter":"getMonthNumber"},"inputs":{"date":0}}`, Gives: `1`},
		{Block: `{"type":"get_date_prop","fields":{"getter":"getDay"},"inputs":{"date":0}}`, Gives: `4`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		part := parts[b.Text("getter")]
		return b.Apply(dst, b.Text("getter"), func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			t, err := instant(args[0])
			if err != nil {
				return engine.Null, err
			}
			return engine.Number(float64(part(t))), nil
		}, b.In("date"))
	}),
}
