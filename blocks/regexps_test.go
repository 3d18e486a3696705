package blocks

import (
	"errors"
	"testing"

	"github.com/dop251/goja"

	"blockflow/engine"
)

// TestPatternsMeanWhatJavaScriptSays compares patterns with JavaScript's own.
func TestPatternsMeanWhatJavaScriptSays(t *testing.T) {
	texts := []string{"", "a", "A", "ab\ncd", "a.c", "a\u00a0c", "a\u2028c", "x9_-", "[]", "]", "\\", "é", "😀", "a/b", "2026-01-31", "\x00\b", "a{2}", "ALICE@YOURMAIL.COM"}
	patterns := []string{
		`^a$`, `a.c`, `\s`, `\S`, `[\s]`, `[^\s]`, `\d+`, `\D`, `\w`, `\W`, `\bcd\b`, `^cd`, `c$`, `[]`, `[^]`, `[[]`, `[\]]`, `\]`, `]`, `\\`, `\/`, `a\/b`,
		`\u0061`, `\x61`, `[\u0061-\u0063]`, `\0`, `[\b]`, `(?:ab|b)`, `(?<year>\d{4})-`, `a{2}`, `a{`, `a|`, `(a)?b`, `é`, `[à-ü]`, `\n`, `\t`, `\.`, `[.]`, `a+?`, `(?=a)`, `(a)\1`, `\k<a>`, `a**`, `(`, `[b-a]`, `\`,
		`^[^@]+@[^@]+\.[^@]+$`,
	}
	js := goja.New()
	for _, pattern := range patterns {
		for _, flags := range []string{"", "i", "m", "s", "ig"} {
			for _, s := range texts {
				want := func() (out any) {
					if err := errors.Join(js.Set("pattern", pattern), js.Set("flags", flags)); err != nil {
						t.Fatal(err)
					}
					v, err := js.RunString(`new RegExp(pattern, flags)`)
					if err != nil {
						return "error"
					}
					if err := js.Set("re", v); err != nil {
						t.Fatal(err)
					}
					if err := js.Set("s", s); err != nil {
						t.Fatal(err)
					}
					v, err = js.RunString("re.test(s)")
					if err != nil {
						t.Fatal(err)
					}
					return v.ToBoolean()
				}()
				got := func() any {
					source, err := goPattern(pattern, flags)
					if err != nil {
						return "error"
					}
					p, problem := compile([]byte(flowOf(t, `{"type":"unittest_fail"}`)))
					if problem != nil {
						t.Fatal(problem)
					}
					m, err := engine.New(p, engine.Start{})
					if err != nil {
						t.Fatal(err)
					}
					v, err := m.Matches(source, s)
					if err != nil {
						return "error"
					}
					yes, _ := v.AsBoolean()
					return yes
				}()
				if got != want && got != "error" {
					t.Errorf("/%s/%s of %q: %v, JavaScript says %v (%s)", pattern, flags, s, got, want, func() string { g, _ := goPattern(pattern, flags); return g }())
				}
			}
		}
	}
}
