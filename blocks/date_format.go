package blocks

import (
	"fmt"
	"strings"
	"time"

	"blockflow/engine"
)

var dateFormat = engine.Block{
	Type:  "date_format",
	Text:  "format [DATE] as [PATTERN] in [ZONE]",
	Slots: []engine.Slot{engine.In("DATE"), engine.In("PATTERN", engine.TextType).Or(engine.Text("YYYY-MM-DD HH:mm")), zoneIn()},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "Writes a date as a pattern says.",
	Doc: dateDoc + zoneDoc + "In the pattern stand `YYYY` `YY` for the year, `MMMM` `MMM` `MM` `M` for the month, `DD` `D` for the day, `dddd` `ddd` for the day of the week, `HH` `H` for the hour, `hh` `h` and `A` for the hour of half a day, " +
		"`mm` `m` for the minute, `ss` `s` for the second, `SSS` for milliseconds, `Z` for the distance from UTC like +01:00, `X` for seconds since 1970. What stands in [brackets] and all other characters stay as they are.",
	Examples: []engine.Example{
		{Block: `{"type":"date_format","inputs":{"DATE":0,"PATTERN":"dddd, D MMMM YYYY [at] HH:mm","ZONE":"Europe/Berlin"}}`, Gives: `"Thursday, 1 January 1970 at 01:00"`},
		{Block: `{"type":"date_format","inputs":{"DATE":0,"PATTERN":"h:mm A Z","ZONE":"America/New_York"}}`, Gives: `"7:00 PM -05:00"`},
		{Block: `{"type":"date_format","inputs":{"DATE":"now","PATTERN":"YYYY"}}`, Fails: engine.WrongType},
	},
	Means: engine.FuncN(func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		t, err := instant(args[0])
		if err != nil {
			return engine.Null, err
		}
		pattern, err := someText(m, args[1])
		if err != nil {
			return engine.Null, err
		}
		where, err := zone(args[2])
		if err != nil {
			return engine.Null, err
		}
		if err := m.TextFits(10 * len(pattern)); err != nil {
			return engine.Null, err
		}
		return engine.Text(formatDate(t.In(where), pattern)), nil
	}, "DATE", "PATTERN", "ZONE"),
}

// dateWords are what a pattern has words for, longest first.
var dateWords = []struct {
	word  string
	write func(t time.Time) string
}{
	{"YYYY", func(t time.Time) string { return fmt.Sprintf("%04d", t.Year()) }},
	{"MMMM", func(t time.Time) string { return t.Month().String() }},
	{"dddd", func(t time.Time) string { return t.Weekday().String() }},
	{"MMM", func(t time.Time) string { return t.Month().String()[:3] }},
	{"ddd", func(t time.Time) string { return t.Weekday().String()[:3] }},
	{"SSS", func(t time.Time) string { return fmt.Sprintf("%03d", t.Nanosecond()/1e6) }},
	{"YY", func(t time.Time) string { return t.Format("06") }},
	{"MM", func(t time.Time) string { return t.Format("01") }},
	{"DD", func(t time.Time) string { return t.Format("02") }},
	{"HH", func(t time.Time) string { return t.Format("15") }},
	{"hh", func(t time.Time) string { return t.Format("03") }},
	{"mm", func(t time.Time) string { return t.Format("04") }},
	{"ss", func(t time.Time) string { return t.Format("05") }},
	{"M", func(t time.Time) string { return t.Format("1") }},
	{"D", func(t time.Time) string { return t.Format("2") }},
	{"H", func(t time.Time) string { return fmt.Sprint(t.Hour()) }},
	{"h", func(t time.Time) string { return t.Format("3") }},
	{"m", func(t time.Time) string { return t.Format("4") }},
	{"s", func(t time.Time) string { return t.Format("5") }},
	{"A", func(t time.Time) string { return t.Format("PM") }},
	{"Z", func(t time.Time) string { return t.Format("-07:00") }},
	{"X", func(t time.Time) string { return fmt.Sprint(t.Unix()) }},
}

func formatDate(t time.Time, pattern string) string {
	var b strings.Builder
next:
	for pattern != "" {
		if pattern[0] == '[' {
			if kept, rest, closed := strings.Cut(pattern[1:], "]"); closed {
				b.WriteString(kept)
				pattern = rest
				continue
			}
		}
		for _, w := range dateWords {
			if strings.HasPrefix(pattern, w.word) {
				b.WriteString(w.write(t))
				pattern = pattern[len(w.word):]
				continue next
			}
		}
		b.WriteByte(pattern[0])
		pattern = pattern[1:]
	}
	return b.String()
}
