package evaluator

import (
	"cmp"
	"strings"
)

// version is a parsed Semantic Version 2.0.0. Its parts are substrings, and
// numbers are compared as digits, so it needs no memory and cannot overflow.
type version struct {
	major, minor, patch string
	prerelease          string // without the hyphen; build metadata is dropped
}

// parseVersion reads MAJOR.MINOR.PATCH[-PRERELEASE][+BUILD]. Nothing may be
// missing or added: "1.2" and "v1.2.3" are not versions.
func parseVersion(text string) (v version, ok bool) {
	core, build, hasBuild := strings.Cut(text, "+")
	if hasBuild && !identifiers(build, false) {
		return v, false
	}
	core, prerelease, hasPrerelease := strings.Cut(core, "-")
	if hasPrerelease && !identifiers(prerelease, true) {
		return v, false
	}
	v.prerelease = prerelease
	if v.major, core, ok = strings.Cut(core, "."); !ok {
		return v, false
	}
	if v.minor, v.patch, ok = strings.Cut(core, "."); !ok {
		return v, false
	}
	return v, number(v.major) && number(v.minor) && number(v.patch)
}

// compare orders by precedence (semver.org, section 11): below, equal, above.
func (v version) compare(w version) int {
	if c := compareNumbers(v.major, w.major); c != 0 {
		return c
	}
	if c := compareNumbers(v.minor, w.minor); c != 0 {
		return c
	}
	if c := compareNumbers(v.patch, w.patch); c != 0 {
		return c
	}
	switch {
	case v.prerelease == w.prerelease:
		return 0
	case v.prerelease == "": // a release comes after its pre-releases
		return 1
	case w.prerelease == "":
		return -1
	}
	return comparePrereleases(v.prerelease, w.prerelease)
}

func comparePrereleases(a, b string) int {
	for {
		left, restA, moreA := strings.Cut(a, ".")
		right, restB, moreB := strings.Cut(b, ".")
		if c := compareIdentifiers(left, right); c != 0 {
			return c
		}
		if !moreA || !moreB { // the one with more identifiers is above
			return cmp.Compare(toInt(moreA), toInt(moreB))
		}
		a, b = restA, restB
	}
}

func compareIdentifiers(a, b string) int {
	numericA, numericB := digits(a), digits(b)
	switch {
	case numericA && numericB:
		return compareNumbers(a, b)
	case numericA: // numbers are below words
		return -1
	case numericB:
		return 1
	}
	return cmp.Compare(a, b)
}

// compareNumbers compares numbers without leading zeros: the longer is larger.
func compareNumbers(a, b string) int {
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return cmp.Compare(a, b)
}

// identifiers checks dot-separated identifiers; strict refuses leading zeros
// in numeric ones, as the specification does before the plus sign.
func identifiers(text string, strict bool) bool {
	for more := true; more; {
		var part string
		part, text, more = strings.Cut(text, ".")
		if part == "" || strict && digits(part) && !number(part) {
			return false
		}
		for i := range len(part) {
			c := part[i]
			if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' {
				return false
			}
		}
	}
	return true
}

func number(s string) bool { return digits(s) && (s == "0" || s[0] != '0') }

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
