package demo

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// ErrGlyph means that a text has something the fonts cannot show. Both engines
// refuse such an invoice: a customer must not get one that is half printed.
var ErrGlyph = errors.New("text cannot be printed")

// appendEncoded appends text as the inside of a PDF string in WinAnsiEncoding.
func appendEncoded(dst []byte, text string) ([]byte, error) {
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c < 0x7f {
			if c == '(' || c == ')' || c == '\\' {
				dst = append(dst, '\\')
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size <= 1:
			return dst, fmt.Errorf("%w: byte %d of %q is not UTF-8", ErrGlyph, i, text)
		case r == '€':
			dst = append(dst, 0x80)
		case r >= 0xa0 && r <= 0xff:
			dst = append(dst, byte(r))
		default:
			return dst, fmt.Errorf("%w: no glyph for %q in %q", ErrGlyph, r, text)
		}
		i += size
	}
	return dst, nil
}

// widths of Helvetica's characters from space to tilde, in thousandths of the
// font size (Adobe's font metrics).
var widths = [...]int{ //nolint:gochecknoglobals // a table, never written
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

// width of an encoded text in thousandths of the font size.
func width(encoded []byte) int {
	sum := 0
	for i, c := range encoded {
		switch {
		case c == '\\' && i+1 < len(encoded) && encoded[i+1] != c: // an escape
		case c >= ' ' && int(c-' ') < len(widths):
			sum += widths[c-' ']
		default:
			sum += 556
		}
	}
	return sum
}

// kern is how much closer two characters move, in thousandths of the font
// size.
func kern(left, right byte) int {
	switch left {
	case 'T', 'Y', 'V', 'W':
		if right >= 'a' && right <= 'z' {
			return 70
		}
	case 'P':
		if right == 'a' || right == 'o' || right == ',' || right == '.' {
			return 90
		}
	case 'A':
		if right == 'l' || right == 'T' || right == 'V' {
			return 20
		}
	case 'r', 'y', 'v', 'w':
		if right == ',' || right == '.' {
			return 60
		}
	}
	return 0
}

// appendKerned appends an encoded text as the operands and operator TJ, split
// where characters move closer.
func appendKerned(dst, encoded []byte) []byte {
	dst = append(dst, "[("...)
	for i, c := range encoded {
		dst = append(dst, c)
		if i+1 == len(encoded) {
			break
		}
		if k := kern(c, encoded[i+1]); k > 0 {
			dst = append(dst, ')')
			dst = strconv.AppendInt(dst, int64(k), 10)
			dst = append(dst, '(')
		}
	}
	return append(dst, ")]TJ\n"...)
}

// appendMoney appends pence as pounds: 1234567 is 12,345.67.
func appendMoney(dst []byte, pence int64) []byte {
	if pence < 0 {
		dst, pence = append(dst, '-'), -pence
	}
	dst = appendThousands(dst, pence/100)
	return append(dst, '.', byte('0'+pence/10%10), byte('0'+pence%10))
}

func appendThousands(dst []byte, n int64) []byte {
	if n < 1000 {
		return strconv.AppendInt(dst, n, 10)
	}
	dst = append(appendThousands(dst, n/1000), ',')
	return appendPadded(dst, int(n%1000), 3)
}

// appendPoint appends thousandths of a point with one decimal.
func appendPoint(dst []byte, thousandths int) []byte {
	if thousandths < 0 {
		dst, thousandths = append(dst, '-'), -thousandths
	}
	dst = strconv.AppendInt(dst, int64(thousandths/1000), 10)
	if tenth := thousandths / 100 % 10; tenth > 0 {
		dst = append(dst, '.', byte('0'+tenth))
	}
	return dst
}
