package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Styles travel inside texts as private-use characters and become escape
// sequences only on paper. So the width of a text can be counted without
// them, and a control character in a text that somebody else wrote is never
// mistaken for one of ours.
const (
	markBold   = '\uE100'
	markDim    = '\uE101'
	markRed    = '\uE102'
	markGreen  = '\uE103'
	markYellow = '\uE104'
	markCyan   = '\uE105'
	markEnd    = '\uE106'
)

func styled(mark rune, text string) string {
	if text == "" {
		return ""
	}
	return string(mark) + text + string(markEnd)
}

func bold(text string) string   { return styled(markBold, text) }
func dim(text string) string    { return styled(markDim, text) }
func red(text string) string    { return styled(markRed, text) }
func green(text string) string  { return styled(markGreen, text) }
func yellow(text string) string { return styled(markYellow, text) }
func cyan(text string) string   { return styled(markCyan, text) }

// width counts the characters of text that take room.
func width(text string) int {
	n := 0
	for _, r := range text {
		if _, isMark := sgr(r); !isMark {
			n++
		}
	}
	return n
}

// sgr is the escape sequence of a mark.
func sgr(r rune) (string, bool) {
	switch r {
	case markBold:
		return "\x1b[1m", true
	case markDim:
		return "\x1b[2m", true
	case markRed:
		return "\x1b[31m", true
	case markGreen:
		return "\x1b[32m", true
	case markYellow:
		return "\x1b[33m", true
	case markCyan:
		return "\x1b[36m", true
	case markEnd:
		return "\x1b[0m", true
	default:
		return "", false
	}
}

// paper is what text for people is written on. It gives colour to marks, or
// drops them, and shows control characters instead of obeying them.
type paper struct {
	to     io.Writer
	colour bool
	err    error // the first that writing gave; nothing is written after it
}

func newPaper(to io.Writer, colour bool) *paper { return &paper{to: to, colour: colour} }

// printf writes a line.
func (p *paper) printf(format string, args ...any) { p.line(fmt.Sprintf(format, args...)) }

// line writes text and a line break.
func (p *paper) line(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.to, p.render(text)+"\n")
	}
}

// render gives the text as it stands on the paper.
func (p *paper) render(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	for _, r := range text {
		code, isMark := sgr(r)
		switch {
		case isMark && p.colour:
			out.WriteString(code)
		case isMark:
		case r != '\n' && r != '\t' && hidden(r):
			out.WriteRune('·')
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// hidden reports whether r would act on a terminal instead of being shown:
// control characters, and those that turn the direction of text around.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

// indented puts prefix before every line of text.
func indented(prefix, text string) string {
	return prefix + strings.ReplaceAll(text, "\n", "\n"+prefix)
}
