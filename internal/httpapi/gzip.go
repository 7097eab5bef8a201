package httpapi

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/flagledger/flagledger/projector"
)

// zip compresses the JSON of s. It runs once a revision, so what counts is
// that nobody waits long for a change: the fastest level makes a tenth of a
// ruleset already.
func zip(s *projector.Snapshot) ([]byte, error) {
	raw, err := s.JSON()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err == nil {
		_, err = z.Write(raw)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("compress the ruleset of %s/%s: %w", s.Ruleset.Project, s.Ruleset.Environment, err)
	}
	return out.Bytes(), nil
}

// acceptsGzip reports whether the answer may be compressed: gzip or * is named,
// and not with a weight of 0. What names gzip itself wins over *.
func acceptsGzip(r *http.Request) bool {
	accepted := false
	for coding := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, parameter, _ := strings.Cut(coding, ";")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip", "x-gzip":
			return wanted(parameter)
		case "*":
			accepted = wanted(parameter)
		}
	}
	return accepted
}

// wanted reports whether a weight such as "q=0.5" is not 0. One that cannot be
// read is.
func wanted(parameter string) bool {
	name, value, given := strings.Cut(strings.TrimSpace(parameter), "=")
	if !given || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return true
	}
	weight, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return err == nil && weight > 0
}
