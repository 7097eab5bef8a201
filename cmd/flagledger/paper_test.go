package main

import (
	"strings"
	"testing"
)

func TestControlCharactersAreShown(t *testing.T) {
	for name, row := range map[string]struct {
		text   string
		colour bool
		want   string
	}{
		"escape sequence":         {"a\x1b[2Jb", true, "a·[2Jb"},
		"carriage return":         {"safe\rhidden", false, "safe·hidden"},
		"C1 control":              {"a\u009b31mb", false, "a·31mb"},
		"text turned round":       {"a\u202eb\u2066c", false, "a·b·c"},
		"lines and tabs":          {"a\n\tb", false, "a\n\tb"},
		"bytes that are no UTF-8": {"a\xffb", false, "a\uFFFDb"},
		"colour":                  {red("a"), true, "\x1b[31ma\x1b[0m"},
		"no colour":               {red("a") + bold("b"), false, "ab"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := newPaper(nil, row.colour).render(row.text); got != row.want {
				t.Errorf("wrote %q, want %q", got, row.want)
			}
		})
	}
}

func TestTableAligns(t *testing.T) {
	table := newTable("KEY", "STATE", "NOTE")
	table.add("é", red("off"), "two\nlines")
	table.add("long-key", green("on"), "")
	var out strings.Builder
	table.write(newPaper(&out, false))
	want := "KEY       STATE  NOTE\né         off    two lines\nlong-key  on\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
