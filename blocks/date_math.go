package blocks

import (
	gomath "math"
	"time"

	"blockflow/engine"
)

var unitChoices = []string{"days", "days", "hours", "hours", "minutes", "minutes", "seconds", "seconds", "milliseconds", "milliseconds", "weeks", "weeks", "months", "months", "years", "years"}

var unitLengths = map[string]time.Duration{
	"milliseconds": time.Millisecond, "seconds": time.Second, "minutes": time.Minute, "hours": time.Hour,
	"days": 24 * time.Hour, "weeks": 7 * 24 * time.Hour,
}

// zoneIn is an input that names a time zone.
func zoneIn() engine.Slot { return engine.In("ZONE", engine.TextType).Or(engine.Text("UTC")) }

const zoneDoc = "A time zone is named like `Europe/Berlin`; `UTC` is one too. "

func zone(v engine.Value) (*time.Location, error) {
	name, ok := v.AsText()
	if ok && name != "" && name != "Local" {
		if where, err := time.LoadLocation(name); err == nil {
			return where, nil
		}
	}
	if !ok {
		return nil, engine.Fail(engine.WrongType, "A time zone is a text like Europe/Berlin, but here is %s.", v.Kind())
	}
	return nil, engine.Fail(engine.WrongValue, "There is no time zone %.60q. They are named like Europe/Berlin.", name)
}

var dateAdd = engine.Block{
	Type:  "date_add",
	Text:  "[DATE] plus [AMOUNT] [UNIT] in [ZONE]",
	Slots: []engine.Slot{engine.In("DATE"), numberIn("AMOUNT", 0, 1), engine.Choice("UNIT", unitChoices...), zoneIn()},
	Shape: engine.ValueBlock, Gives: engine.DateType,
	Help: "A date so much later, or earlier if the number is negative.",
	Doc: dateDoc + zoneDoc + "Days, weeks, months and years keep the time on the clock of the time zone, also where clocks change; hours and less are exact. The last of January plus a month is the last of February. " +
		"Days and more need whole numbers.",
	Examples: []engine.Example{
		{Block: `{"type":"convert_date_to","inputs":{"date":{"type":"date_add","fields":{"UNIT":"months"},"inputs":{"DATE":{"type":"date_from_string","inputs":{"dateString":"2026-01-31"}},"AMOUNT":1}}}}`, Gives: `"2026-02-28T00:00:00.000Z"`},
		{Block: `{"type":"convert_date_to","inputs":{"date":{"type":"date_add","fields":{"UNIT":"days"},"inputs":{"DATE":{"type":"date_from_string","inputs":{"dateString":"2026-03-28T12:00:00Z"}},"AMOUNT":1,"ZONE":"Europe/Berlin"}}}}`, Gives: `"2026-03-29T11:00:00.000Z"`},
		{Block: `{"type":"date_add","fields":{"UNIT":"months"},"inputs":{"DATE":0,"AMOUNT":0.5}}`, Fails: engine.WrongValue},
		{Block: `{"type":"date_add","inputs":{"DATE":0,"AMOUNT":1,"ZONE":"Atlantis"}}`, Fails: engine.WrongValue},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		unit := b.Text("UNIT")
		return b.Apply(dst, unit, func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			t, err := instant(args[0])
			if err != nil {
				return engine.Null, err
			}
			n, err := engine.Numeric(args[1])
			if err != nil {
				return engine.Null, err
			}
			where, err := zone(args[2])
			if err != nil {
				return engine.Null, err
			}
			return later(t.In(where), n, unit)
		}, b.Ins("DATE", "AMOUNT", "ZONE")...)
	}),
}

func later(t time.Time, n float64, unit string) (engine.Value, error) {
	length := unitLengths[unit]
	if length > 0 && length < 24*time.Hour {
		ms := float64(t.UnixMilli()) + n*float64(length.Milliseconds())
		if ms != ms || gomath.Abs(ms) > 8.64e15 {
			return engine.Null, engine.Fail(engine.WrongValue, "This is further from now than a date can be.")
		}
		return engine.Date(ms), nil
	}
	if n != gomath.Trunc(n) || gomath.Abs(n) > 1e8 {
		return engine.Null, engine.Fail(engine.WrongValue, "Days, weeks, months and years need a whole number, not %s.", engine.FormatNumber(n))
	}
	k := int(n)
	switch unit {
	case "days":
		return dateOf(t.AddDate(0, 0, k))
	case "weeks":
		return dateOf(t.AddDate(0, 0, 7*k))
	case "years":
		k *= 12
	}
	first := time.Date(t.Year(), t.Month()+time.Month(k), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	lastDay := time.Date(first.Year(), first.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return dateOf(first.AddDate(0, 0, min(t.Day(), lastDay)-1))
}

var dateBetween = engine.Block{
	Type:  "date_difference",
	Text:  "[UNIT] from [FROM] to [TO]",
	Slots: []engine.Slot{engine.Choice("UNIT", unitChoices[:12]...), engine.In("FROM"), engine.In("TO")},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "How long it is from one date to another.",
	Doc:  dateDoc + "The number may have a fraction, and is negative if the second date is earlier. A day has 24 hours, a week 7 days.",
	Examples: []engine.Example{
		{Block: `{"type":"date_difference","fields":{"UNIT":"hours"},"inputs":{"FROM":0,"TO":5400000}}`, Gives: `1.5`},
		{Block: `{"type":"date_difference","fields":{"UNIT":"days"},"inputs":{"FROM":86400000,"TO":0}}`, Gives: `-1`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		unit := b.Text("UNIT")
		return b.Apply(dst, unit, func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			from, err := instant(args[0])
			if err != nil {
				return engine.Null, err
			}
			to, err := instant(args[1])
			if err != nil {
				return engine.Null, err
			}
			return engine.Number(float64(to.UnixMilli()-from.UnixMilli()) / float64(unitLengths[unit].Milliseconds())), nil
		}, b.Ins("FROM", "TO")...)
	}),
}
