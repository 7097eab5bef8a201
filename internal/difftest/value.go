package difftest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// kind is what a value is meant for; it may still be malformed.
type kind int

const (
	kindText kind = iota
	kindUnit
	kindNumber
	kindMoment
	kindVersion
	kindAddress
	kindEmail
	kindMatched // what patterns are tried on
	kindBool
	kinds
)

// drawn gives a value of the pool, seldom of another one.
func (d *dice) drawn(k kind) any {
	if d.chance(7) {
		k = kind(d.IntN(int(kinds)))
	}
	return pick(d, d.pools[k])
}

// drawnText gives a string of the pool.
func (d *dice) drawnText(k kind) string {
	for range 20 {
		if text, ok := d.drawn(k).(string); ok {
			return text
		}
	}
	return "text"
}

// fresh makes a value that no pool has yet.
func (d *dice) fresh(k kind) any {
	switch k {
	case kindUnit:
		return d.freshUnit()
	case kindNumber:
		return d.freshNumber()
	case kindMoment:
		return d.freshMoment()
	case kindVersion:
		return d.freshVersion()
	case kindAddress:
		return d.freshAddress()
	case kindEmail:
		return d.freshEmail()
	case kindMatched:
		return d.joined(d.IntN(7), "a", "b", "c", "A", "K", "s", "1", "_", "-", " ", "\n", "é", "😀", "\u212a", "ſ")
	case kindBool:
		return d.chance(50)
	default:
		return d.freshText()
	}
}

func (d *dice) joined(n int, parts ...string) string {
	var out strings.Builder
	for range n {
		out.WriteString(pick(d, parts))
	}
	return out.String()
}

func (d *dice) freshText() string {
	if d.chance(40) {
		return pick(d, []string{
			"", " ", "free", "pro", "US", "UK", "é", "e\u0301", "😀", "👩‍👩‍👧", "\x00", "constructor", "__proto__",
			"toString", "ß", "İ", "日本語", "a\nb", "\u2028", "\ufffd", "\ufeff", "\uffff", "𐀀", "1", "true", "null", "0",
		})
	}
	if d.chance(3) {
		return strings.Repeat(pick(d, []string{"x", "é", "😀"}), 1000+d.IntN(1000))
	}
	return d.joined(1+d.IntN(5), "a", "b", "B", "-", ".", "é", "😀", "日")
}

func (d *dice) freshUnit() any {
	switch d.IntN(10) {
	case 0:
		return pick(d, []any{
			float64(1<<53 - 1), float64(1 << 53), float64(-1<<53 + 1), 1.5, 0.0, math.Copysign(0, -1), 1e21, true, "",
			"1.5", "-0", "9007199254740991", "constructor", "ünit", "unit-😀", strings.Repeat("u", 300),
		})
	case 1, 2:
		return float64(d.IntN(20))
	case 3:
		return strconv.Itoa(d.IntN(20))
	default:
		return "user-" + strconv.Itoa(d.IntN(1000))
	}
}

func (d *dice) freshNumber() any {
	switch d.IntN(4) {
	case 0:
		return pick(d, []any{
			0.0, math.Copysign(0, -1), 0.1, 0.1 + 0.2, 0.3, math.SmallestNonzeroFloat64, math.MaxFloat64, -math.MaxFloat64,
			float64(1 << 53), float64(1<<53 - 1), 1e21, 1e-7, 1e300, math.Nextafter(1, 2), math.Nextafter(1, 0),
		})
	case 1:
		return d.NormFloat64() * 100
	default:
		return float64(d.IntN(41) - 20)
	}
}

func (d *dice) freshMoment() any {
	if d.chance(15) {
		return pick(d, []any{
			8.64e15, 8.64e15 + 1, -8.64e15, -8.64e15 - 1, "2026-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2026-02-30T00:00:00Z",
			"0000-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999Z", "2026-11-22", "2026-11-22t09:30:00z",
			"2026-11-22T09:30:60Z", "2026-11-22T24:00:00Z", "2026-11-22T09:30:00", "2026-11-22T09:30Z", "2026-11-22T09:30:00.Z",
			"2026-11-22T09:30:00+0100", "2026-11-22T09:30:00+24:00", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", " 2026-11-22T09:30:00Z",
			"2026-11-22T09:30:00,5Z", "+2026-11-22T09:30:00Z", "1900-02-29T00:00:00Z", "2000-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
		})
	}
	at := time.UnixMilli(1_795_000_000_000 + d.Int64N(4000) - 2000)
	if d.chance(30) {
		return float64(at.UnixMilli())
	}
	if d.chance(10) {
		at = time.Unix(d.Int64N(200_000_000_000)-60_000_000_000, 0)
	}
	zone := time.FixedZone("", (d.IntN(29)-14)*3600+pick(d, []int{0, 0, 1800, 2700}))
	layout := pick(d, []string{time.RFC3339, "2006-01-02T15:04:05.000Z07:00", "2006-01-02T15:04:05.9Z07:00", "2006-01-02T15:04:05.000000000Z07:00"})
	return at.In(zone).Format(layout)
}

func (d *dice) freshVersion() any {
	if d.chance(15) {
		return pick(d, []any{
			"1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "1.2.3-a..b", "1.2.3.4", "", "1.2.-3", "1.2.3-é", "1.2.3 ",
			"1.2.3-0a", "1.2.3-00a", "1.2.3+01", "99999999999999999999.0.0", "99999999999999999998.0.0", "1.2.3-99999999999999999999",
		})
	}
	version := fmt.Sprintf("%d.%d.%d", d.IntN(2), d.IntN(3), pick(d, []int{0, 1, 2, 9, 10}))
	if d.chance(45) {
		version += "-" + strings.Join(some(d, 3, func() string {
			return pick(d, []string{"a", "b", "rc", "0", "1", "2", "10", "alpha", "Alpha", "-", "x-1", "1a"})
		}), ".")
	}
	if d.chance(15) {
		version += "+" + pick(d, []string{"build", "001", "a.b-c"})
	}
	return version
}

func (d *dice) freshAddress() any {
	switch d.IntN(10) {
	case 0:
		return pick(d, []any{
			"10.0.0.01", "10.0.0", "10.0.0.256", "1.2.3.4.5", "::1%eth0", ":::", "1::2::3", "1:2:3:4:5:6:7:8:9", "12345::", "::ffff:1.2.3",
			"fe80::g", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "::1.2.3.4", "1.2.3.4::", " 10.0.0.1", "10.0.0.1 ", ":1", "1:", "",
		})
	case 1, 2:
		return fmt.Sprintf("::ffff:10.0.%d.%d", d.IntN(3), d.IntN(256))
	case 3, 4, 5:
		return pick(d, []string{"2001:db8::", "2001:DB8:0:0::", "2001:0db8:0000:0000:0000:0000:0000:", "fe80::"}) + strconv.FormatInt(d.Int64N(0x10000), 16)
	default:
		return fmt.Sprintf("10.0.%d.%d", d.IntN(3), d.IntN(256))
	}
}

func (d *dice) freshEmail() any {
	domain := pick(d, []string{"example.com", "EXAMPLE.com", "Example.Org", "example.org", "exämple.de", "EXÄMPLE.de", "a.b", "İ.example", "", "K.example", "\u212a.example"})
	return pick(d, []string{"a@", "a@b@", "@", "Ünï@", "", "😀@"}) + domain
}
