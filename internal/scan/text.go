package scan

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/flagledger/flagledger/internal/hygiene"
)

// words finds the keys of flags that stand as words in a text: with no letter,
// digit, dash or underscore beside them, and no dot inside a longer name.
func words(src []byte, known map[string]bool) []use {
	var out []use
	for start := 0; start < len(src); start++ {
		if !inWord(src[start]) {
			continue
		}
		end := start
		for end < len(src) && inWord(src[end]) {
			end++
		}
		word := bytes.TrimRight(src[start:end], ".-")
		trimmed := bytes.TrimLeft(word, ".-")
		if known[string(trimmed)] { // does not allocate
			out = append(out, use{start + len(word) - len(trimmed), string(trimmed), hygiene.KindText, ""})
		}
		start = end
	}
	return out
}

// inWord tells whether a byte may be part of a key; those of other letters than
// ASCII's are, so that a key inside of such a word is none.
func inWord(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_' || b == '.' || b >= utf8.RuneSelf
}

// lines turns offsets into places.
type lines struct {
	src    []byte
	starts []int
}

func newLines(src []byte) lines {
	starts := []int{0}
	for i, b := range src {
		if b == '\n' {
			starts = append(starts, i+1)
		}
	}
	return lines{src, starts}
}

// place returns line and column, in characters, both from 1.
func (l lines) place(offset int) (line, column int) {
	i, exact := slices.BinarySearch(l.starts, offset)
	if !exact {
		i--
	}
	return i + 1, utf8.RuneCount(l.src[l.starts[i]:offset]) + 1
}
