package blocks

import (
	gomath "math"
	"strconv"
	"strings"

	"blockflow/engine"
)

// separators of thousands and of decimals, by style.
var numberStyles = map[string][2]string{
	"1,234.56": {",", "."}, "1.234,56": {".", ","}, "1 234,56": {"\u00a0", ","}, "1'234.56": {"'", "."}, "1234.56": {"", "."}, "1234,56": {"", ","},
}

const mostDecimals = 20

var numberFormat = engine.Block{
	Type: "number_format",
	Text: "write [NUMBER] with [DECIMALS] decimals like [STYLE]",
	Slots: []engine.Slot{
		numberIn("NUMBER", 0, 1234.5), numberIn("DECIMALS", 2, 2),
		engine.Choice("STYLE", "1,234.56", "1,234.56", "1.234,56", "1.234,56", "1 234,56", "1 234,56", "1'234.56", "1'234.56", "1234.56", "1234.56", "1234,56", "1234,56"),
	},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "Writes a number the way people read it.",
	Doc:  "Halves are rounded away from zero, as people write them: 2.5 without decimals is 3, and 1.005 with two is 1.01 (a computer's number is a little less, and many programs write 1.00). From 0 to 20 decimals. NaN and Infinity fail. " + numberDoc,
	Examples: []engine.Example{
		{Block: `{"type":"number_format","inputs":{"NUMBER":1234567.005,"DECIMALS":2}}`, Gives: `"1,234,567.01"`},
		{Block: `{"type":"number_format","fields":{"STYLE":"1.234,56"},"inputs":{"NUMBER":-1234.5,"DECIMALS":1}}`, Gives: `"-1.234,5"`},
		{Block: `{"type":"number_format","inputs":{"NUMBER":-0.001,"DECIMALS":2}}`, Gives: `"0.00"`},
		{Block: `{"type":"number_format","inputs":{"NUMBER":1,"DECIMALS":99}}`, Fails: engine.OutOfRange},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		style := numberStyles[b.Text("STYLE")]
		return b.Apply(dst, b.Text("STYLE"), func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			n, err := engine.Numeric(args[0])
			if err != nil {
				return engine.Null, err
			}
			decimals, err := engine.Numeric(args[1])
			switch {
			case err != nil:
				return engine.Null, err
			case decimals != gomath.Trunc(decimals) || decimals < 0 || decimals > mostDecimals:
				return engine.Null, engine.Fail(engine.OutOfRange, "A number is written with 0 to %d decimals, not %s.", mostDecimals, engine.FormatNumber(decimals))
			case n != n || gomath.IsInf(n, 0):
				return engine.Null, engine.Fail(engine.WrongValue, "%s can't be written like this.", engine.FormatNumber(n))
			}
			return engine.Text(formatNumber(n, int(decimals), style[0], style[1])), nil
		}, b.Ins("NUMBER", "DECIMALS")...)
	}),
}

// formatNumber rounds what a person sees of a number: its shortest decimals.
func formatNumber(n float64, decimals int, thousands, point string) string {
	digits := strconv.FormatFloat(gomath.Abs(n), 'f', -1, 64)
	whole, part, _ := strings.Cut(digits, ".")
	up := len(part) > decimals && part[decimals] >= '5'
	if len(part) > decimals {
		part = part[:decimals]
	}
	all := []byte(whole + part + strings.Repeat("0", decimals-len(part)))
	for i := len(all) - 1; up; i-- {
		if i < 0 {
			all = append([]byte{'1'}, all...)
			break
		}
		if all[i]++; all[i] <= '9' {
			break
		}
		all[i] = '0'
	}
	whole, part = string(all[:len(all)-decimals]), string(all[len(all)-decimals:])
	var b strings.Builder
	if n < 0 && strings.Trim(string(all), "0") != "" {
		b.WriteByte('-')
	}
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(thousands)
		}
		b.WriteRune(c)
	}
	if decimals > 0 {
		b.WriteString(point + part)
	}
	return b.String()
}
