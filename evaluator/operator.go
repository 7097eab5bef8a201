package evaluator

import "strings"

// operator describes how a clause with an Operator is written.
type operator struct {
	code   opcode
	values valueKind
}

// valueKind is what the values of a clause are.
type valueKind uint8

const (
	valuesNone     valueKind = iota
	valuesScalar             // strings, numbers, booleans
	valuesText               // strings that are not empty
	valuesDomain             // domain names
	valuesPattern            // regular expressions
	valuesNumber             // finite numbers
	valuesMoment             // RFC 3339 or Unix milliseconds
	valuesVersion            // semantic versions
	valuesNetwork            // addresses or CIDR prefixes
	valuesSegments           // keys of segments
)

// Operators lists every operator in the order of the documentation.
func Operators() []Operator {
	return []Operator{
		OpIn, OpEquals, OpContains, OpStartsWith, OpEndsWith, OpMatches,
		OpLess, OpLessEqual, OpGreater, OpGreaterEqual, OpBefore, OpAfter,
		OpSemverEqual, OpSemverLess, OpSemverGreater, OpExists, OpInCIDR, OpEmailDomain, OpInSegment,
	}
}

func operatorOf(op Operator) (_ operator, ok bool) {
	switch op {
	case OpIn:
		return operator{opIn, valuesScalar}, true
	case OpEquals:
		return operator{opEquals, valuesScalar}, true
	case OpContains:
		return operator{opContains, valuesText}, true
	case OpStartsWith:
		return operator{opStartsWith, valuesText}, true
	case OpEndsWith:
		return operator{opEndsWith, valuesText}, true
	case OpMatches:
		return operator{opMatches, valuesPattern}, true
	case OpLess:
		return operator{opLess, valuesNumber}, true
	case OpLessEqual:
		return operator{opLessEqual, valuesNumber}, true
	case OpGreater:
		return operator{opGreater, valuesNumber}, true
	case OpGreaterEqual:
		return operator{opGreaterEqual, valuesNumber}, true
	case OpBefore:
		return operator{opBefore, valuesMoment}, true
	case OpAfter:
		return operator{opAfter, valuesMoment}, true
	case OpSemverEqual:
		return operator{opSemverEqual, valuesVersion}, true
	case OpSemverLess:
		return operator{opSemverLess, valuesVersion}, true
	case OpSemverGreater:
		return operator{opSemverGreater, valuesVersion}, true
	case OpExists:
		return operator{opExists, valuesNone}, true
	case OpInCIDR:
		return operator{opInCIDR, valuesNetwork}, true
	case OpEmailDomain:
		return operator{opEmailDomain, valuesDomain}, true
	case OpInSegment:
		return operator{opInSegment, valuesSegments}, true
	default:
		return operator{}, false
	}
}

// slotName is how compiled data names an attribute: "" is the targeting key.
func slotName(attribute string) string {
	if attribute == TargetingKey {
		return ""
	}
	return attribute
}

// attributeName is the reverse of slotName.
func attributeName(slot string) string {
	if slot == "" {
		return TargetingKey
	}
	return slot
}

// String is the Operator that o was compiled from.
func (o opcode) String() string { return string(Operators()[o]) }

func operatorNames() string {
	names := make([]string, 0, 20)
	for _, op := range Operators() {
		names = append(names, string(op))
	}
	return strings.Join(names, ", ")
}
