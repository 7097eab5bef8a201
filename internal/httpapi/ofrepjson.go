package httpapi

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/flagledger/flagledger/evaluator"
)

// A bulk evaluation answers hundreds of flags at once, and values are compact
// JSON already: they are copied, not decoded and encoded again.

// appendSuccess appends an evaluation in the form of OFREP. The metadata is
// what an SDK needs to report the exposure: by and unit are what was bucketed,
// there exactly when there is one to report.
func appendSuccess(dst []byte, key string, in share, r evaluator.Result) []byte {
	dst = appendString(append(dst, `{"key":`...), key)
	dst = r.Value.AppendJSON(append(dst, `,"value":`...))
	dst = appendString(append(dst, `,"reason":`...), string(r.Reason))
	dst = appendString(append(dst, `,"variant":`...), r.Variant)
	dst = append(dst, `,"metadata":{"version":"`...)
	dst = append(strconv.AppendUint(dst, r.Version, 10), '"')
	if r.Rule != "" {
		dst = appendString(append(dst, `,"rule":`...), r.Rule)
	}
	if in.by != "" {
		dst = appendString(append(dst, `,"by":`...), in.by)
		dst = appendString(append(dst, `,"unit":`...), string(in.unit))
	}
	return append(dst, "}}"...)
}

// appendFailure appends what went wrong in the form of OFREP.
func appendFailure(dst []byte, f ofrepFailure) []byte {
	raw, err := json.Marshal(f)
	if err != nil { // a struct of strings always marshals
		return append(dst, `{"errorCode":"GENERAL"}`...)
	}
	return append(dst, raw...)
}

// appendString appends s as JSON. Keys and names are plain text nearly always.
func appendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			quoted, _ := json.Marshal(s) // a string always marshals
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}
