package ledger

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Placeholders are what a query may hold, each after a '$' and inside quotes.
func Placeholders() []string { return []string{"variant", "flag", "environment", "project", "rollout"} }

// ExpandQuery puts values in the place of a PromQL query's placeholders. A
// value is escaped for the quotes it stands in and, beside =~ or !~, for the
// regular expression too, so that it means itself and nothing more. It returns
// an error for a placeholder outside "..." or '...', where nothing could be
// escaped, for a name that is no placeholder, and for quotes that do not end.
func ExpandQuery(query string, value func(name string) string) (string, error) {
	var out strings.Builder
	for rest := query; rest != ""; {
		at := strings.IndexAny(rest, "\"'`#$")
		if at < 0 {
			out.WriteString(rest)
			break
		}
		out.WriteString(rest[:at])
		rest = rest[at:]
		switch rest[0] {
		case '#':
			comment, _, _ := strings.Cut(rest, "\n")
			out.WriteString(comment)
			rest = rest[len(comment):]
		case '$':
			return "", fmt.Errorf("has %s outside of quotes; write it as {label=\"$variant\"}", firstWord(rest))
		default:
			end := closing(rest)
			if end < 0 {
				return "", fmt.Errorf("has a %c that is not closed", rest[0])
			}
			text, err := expandText(rest[:end], isPattern(out.String()), value)
			if err != nil {
				return "", err
			}
			out.WriteString(text)
			rest = rest[end:]
		}
	}
	return out.String(), nil
}

var placeholder = regexp.MustCompile(`\$[a-zA-Z_]+`)

func firstWord(text string) string {
	if word := placeholder.FindString(text); word != "" {
		return word
	}
	return "$"
}

// closing is the length of the quoted text that s begins with, -1 if it does
// not end.
func closing(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == s[0]:
			return i + 1
		case s[i] == '\\' && s[0] != '`':
			i++
		}
	}
	return -1
}

// isPattern reports whether a quoted text after before is a regular expression.
func isPattern(before string) bool {
	before = strings.TrimRight(before, " \t\r\n")
	return strings.HasSuffix(before, "=~") || strings.HasSuffix(before, "!~")
}

// expandText expands one quoted text, quotes included.
func expandText(text string, pattern bool, value func(string) string) (string, error) {
	var problem error
	quote := text[0]
	text = placeholder.ReplaceAllStringFunc(text, func(found string) string {
		name := found[1:]
		switch {
		case !slices.Contains(Placeholders(), name):
			problem = fmt.Errorf("has %s, which is not one of $%s", found, strings.Join(Placeholders(), ", $"))
		case quote == '`':
			problem = fmt.Errorf("has %s inside of backquotes; use \" or '", found)
		}
		v := value(name)
		if pattern {
			v = regexp.QuoteMeta(v)
		}
		v = strconv.Quote(v)
		v = v[1 : len(v)-1]
		if quote == '\'' {
			v = strings.ReplaceAll(strings.ReplaceAll(v, `\"`, `"`), `'`, `\'`)
		}
		return v
	})
	return text, problem
}
