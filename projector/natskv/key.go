package natskv

import (
	"fmt"
	"strconv"
	"strings"
)

// What a key is about.
const (
	kindFlag    = "flag"
	kindSegment = "segment"
	headToken   = "head"
)

// place is one environment of a project.
type place struct{ project, environment string }

func (p place) String() string { return p.project + "/" + p.environment }

func (p place) prefix() string            { return escape(p.project) + "." + escape(p.environment) + "." }
func (p place) key(kind, k string) string { return p.prefix() + kind + "." + escape(k) }
func (p place) head() string              { return p.prefix() + headToken }

func (p place) check() error {
	if p.project == "" || p.environment == "" {
		return fmt.Errorf("project %q, environment %q: neither may be empty", p.project, p.environment)
	}
	return nil
}

// parse reads what follows the prefix: "head" or "<kind>.<key>".
func (p place) parse(key string) (kind, k string, err error) {
	rest, ok := strings.CutPrefix(key, p.prefix())
	if !ok {
		return "", "", fmt.Errorf("key %q is not of %s", key, p)
	}
	if rest == headToken {
		return headToken, "", nil
	}
	kind, token, ok := strings.Cut(rest, ".")
	if !ok || kind != kindFlag && kind != kindSegment {
		return "", "", fmt.Errorf("key %q is of no known kind", key)
	}
	k, err = unescape(token)
	if err != nil {
		return "", "", fmt.Errorf("key %q: %w", key, err)
	}
	return kind, k, nil
}

// escape makes one token of a key. What is plain stays readable; everything
// else, the dot and '=' itself included, is '=' and two upper-case hex digits.
func escape(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if plain(rune(s[i])) {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, "=%02X", s[i])
		}
	}
	return b.String()
}

func plain(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_'
}

func unescape(token string) (string, error) {
	if !strings.Contains(token, "=") {
		return token, nil
	}
	var b strings.Builder
	for i := 0; i < len(token); i++ {
		if token[i] != '=' {
			b.WriteByte(token[i])
			continue
		}
		if i+2 >= len(token) {
			return "", fmt.Errorf("%q ends inside an escape", token)
		}
		c, err := strconv.ParseUint(token[i+1:i+3], 16, 8)
		if err != nil {
			return "", fmt.Errorf("%q has a bad escape: %w", token, err)
		}
		b.WriteByte(byte(c))
		i += 2
	}
	return b.String(), nil
}
