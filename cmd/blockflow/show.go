package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"blockflow/engine"
	"blockflow/runtime"
)

// show tells a person what a run does while it does it.
type show struct {
	out    io.Writer
	m      *engine.Machine
	world  *world
	colour bool
}

func newShow(out io.Writer, m *engine.Machine, w *world) *show {
	return &show{out: out, m: m, world: w, colour: isTerminal(out) && os.Getenv("NO_COLOR") == ""}
}

func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

const (
	bold  = "1"
	dim   = "2"
	red   = "31"
	green = "32"
)

func (s *show) paint(style, text string) string {
	if !s.colour {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// observe shows one effect, before it is performed and after.
func (s *show) observe(c engine.Call, o *engine.Outcome) {
	if o == nil {
		args, err := engine.AppendPlainJSON(nil, c.Shown(s.m.Secrets()))
		if err != nil {
			args = []byte("…")
		}
		fmt.Fprintf(s.out, "%s %s %s\n", s.paint(dim, string(c.Place)+"."), s.paint(bold, c.Effect.Kind), s.paint(dim, short(string(args))))
		return
	}
	if o.Err != nil {
		fmt.Fprintf(s.out, "   %s %s\n", s.paint(red, "refused:"), s.m.Secrets().MaskText(o.Err.Message))
		return
	}
	fmt.Fprintf(s.out, "   %s\n", s.paint(green, "done"))
	for _, x := range s.world.changed(context.Background(), c.Key) {
		s.change(x.Before, x.After)
	}
}

func short(text string) string {
	const most = 200
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// change shows a user's record before and after, property by property.
func (s *show) change(before, after json.RawMessage) {
	old, names := properties(before)
	now, more := properties(after)
	for _, n := range more {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	same := func(n string) bool { return string(old[n]) == string(now[n]) }
	if rest := slices.DeleteFunc(slices.Clone(names), same); len(rest) == 1 {
		names = rest // a login, say: no need for the whole record
	}
	fmt.Fprintln(s.out, "   the record, before → after:")
	width := 0
	for _, n := range names {
		width = max(width, len(n))
	}
	for _, n := range names {
		line := fmt.Sprintf("     %-*s  %s", width, n, shown(now[n]))
		if !same(n) {
			line = fmt.Sprintf("   %s %-*s  %s → %s", s.paint(green, "•"), width, n, shown(old[n]), s.paint(green, shown(now[n])))
		}
		fmt.Fprintln(s.out, line)
	}
}

func shown(v json.RawMessage) string {
	if v == nil {
		return "–"
	}
	return string(v)
}

// properties reads a record and keeps the order of its keys.
func properties(record json.RawMessage) (map[string]json.RawMessage, []string) {
	values, names := map[string]json.RawMessage{}, []string{}
	d := json.NewDecoder(bytes.NewReader(record))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return values, names
	}
	for d.More() {
		var v json.RawMessage
		key, err := d.Token()
		if err != nil || d.Decode(&v) != nil {
			break
		}
		name := fmt.Sprint(key)
		values[name] = v
		names = append(names, name)
	}
	return values, names
}

// end shows what came of the run.
func (s *show) end(r runtime.Report, file string) {
	for _, line := range r.Log {
		fmt.Fprintln(s.out, line)
	}
	counts := fmt.Sprintf("%d effects, %d steps, %d ms", r.Effects, r.Steps, r.DurationMS)
	if r.Status == runtime.Succeeded {
		fmt.Fprintf(s.out, "%s  %s\n%s\n", s.paint(green, "succeeded"), s.paint(dim, counts), indent(r.Result, ""))
		return
	}
	fmt.Fprintf(s.out, "%s  %s\n", s.paint(red, r.Status), s.paint(dim, counts))
	fmt.Fprintln(os.Stderr, r.Error.Message)
	if r.Error.Block != "" {
		fmt.Fprintf(os.Stderr, "%s: block %s (%s), %s\n", file, r.Error.Block, r.Error.Type, strings.ToLower(string(r.Error.Code)))
	}
}
