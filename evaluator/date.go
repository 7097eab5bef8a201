package evaluator

// maxMillis is the largest distance from 1970 that a time may have, in
// milliseconds: the range of a JavaScript Date.
const maxMillis = 8.64e15

// millisOf returns the moment an attribute or clause value names, in Unix
// milliseconds: a number is those, a string is RFC 3339.
func millisOf(s *scalar) (millis float64, ok bool) {
	switch s.kind {
	case kindNumber:
		return s.num, s.num >= -maxMillis && s.num <= maxMillis
	case kindString:
		return parseTime(s.text)
	default:
		return 0, false
	}
}

// parseTime reads an RFC 3339 date-time in upper case and without leap
// seconds, such as 2026-11-22T09:30:00.125+01:00, down to the millisecond.
// (time.Parse accepts more than the RFC and allocates when it refuses, and
// every language must read the same set of strings.)
func parseTime(text string) (millis float64, ok bool) {
	const shape = "0000-00-00T00:00:00"
	if len(text) <= len(shape) {
		return 0, false
	}
	for i := range len(shape) {
		isDigit := text[i] >= '0' && text[i] <= '9'
		if shape[i] == '0' && !isDigit || shape[i] != '0' && text[i] != shape[i] {
			return 0, false
		}
	}
	year, month, day := digitsAt(text, 0)*100+digitsAt(text, 2), digitsAt(text, 5), digitsAt(text, 8)
	hour, minute, second := digitsAt(text, 11), digitsAt(text, 14), digitsAt(text, 17)
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	fraction, rest, ok := parseFraction(text[len(shape):])
	if !ok {
		return 0, false
	}
	offset, ok := parseOffset(rest)
	if !ok {
		return 0, false
	}
	minutes := int64((daysSinceEpoch(year, month, day)*24+hour)*60 + minute - offset)
	return float64((minutes*60+int64(second))*1000 + int64(fraction)), true
}

// parseFraction reads "" or ".digits", cut to milliseconds, at the start.
func parseFraction(text string) (millis int, rest string, ok bool) {
	if text[0] != '.' {
		return 0, text, true
	}
	end := 1
	for scale := 100; end < len(text) && text[end] >= '0' && text[end] <= '9'; end++ {
		millis += int(text[end]-'0') * scale
		scale /= 10
	}
	return millis, text[end:], end > 1
}

// parseOffset reads "Z" or "+hh:mm" or "-hh:mm", in minutes east.
func parseOffset(text string) (minutes int, ok bool) {
	if text == "Z" {
		return 0, true
	}
	if len(text) != len("+00:00") || text[0] != '+' && text[0] != '-' || text[3] != ':' ||
		!digits(text[1:3]) || !digits(text[4:6]) {
		return 0, false
	}
	hours, rest := digitsAt(text, 1), digitsAt(text, 4)
	if hours > 23 || rest > 59 {
		return 0, false
	}
	minutes = hours*60 + rest
	if text[0] == '-' {
		minutes = -minutes
	}
	return minutes, true
}

func digitsAt(text string, i int) int { return int(text[i]-'0')*10 + int(text[i+1]-'0') }

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	default:
		return 31
	}
}

// daysSinceEpoch counts days from 1970-01-01 in the Gregorian calendar, for
// the years 0..9999. Years are taken to begin in March, so the leap day is
// the last of its year and month lengths follow (153m+2)/5.
func daysSinceEpoch(year, month, day int) int {
	if month <= 2 {
		year--
		month += 12
	}
	year += 400 // keeps the divisions below above zero for January of year 0
	const epoch = 719468 + 146097
	return year*365 + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - epoch
}
