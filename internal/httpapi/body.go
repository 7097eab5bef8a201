package httpapi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// The largest bodies, in bytes, compressed and not.
const (
	maxAdminBody = 1 << 20
	maxEventBody = 4 << 20
)

// readBody returns a request's JSON, nil when there is no body. Problems are
// 408, 413, 415 and, with line and column, 400.
func readBody(r *http.Request, limit int64) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return nil, nil
	}
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	data, err := unpack(r, limit)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, nil
	}
	if kind := r.Header.Get("Content-Type"); !isJSON(kind) {
		return nil, failure(codeUnsupported, fmt.Sprintf("the body must be application/json, not %.100q", kind))
	}
	return data, checkSyntax(data)
}

// unpack reads up to limit bytes of the body, and of what it unpacks to.
func unpack(r *http.Request, limit int64) ([]byte, error) {
	var from io.Reader = r.Body
	switch encoding := strings.ToLower(r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		unzipped, err := gzip.NewReader(io.LimitReader(r.Body, limit))
		if err != nil {
			return nil, unreadable(err)
		}
		from = unzipped
	default:
		return nil, failure(codeUnsupported, fmt.Sprintf("Content-Encoding %.50q is not known here; use gzip or none", encoding))
	}
	data, err := io.ReadAll(io.LimitReader(from, limit+1))
	if int64(len(data)) > limit {
		return nil, tooLarge(limit)
	}
	if err != nil {
		return nil, unreadable(err)
	}
	return data, nil
}

func tooLarge(limit int64) error {
	return failure(codeTooLarge, fmt.Sprintf("the body is too large; the limit is %d bytes, after unpacking", limit))
}

func unreadable(err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return failure(codeTimeout, "the body did not arrive in time")
	}
	return failure(codeMalformed, "the body ends early or is not encoded as the headers say")
}

// isJSON tells whether a Content-Type stands for JSON; a missing one does.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json") && strings.HasPrefix(kind, "application/"))
}

// checkSyntax says where data stops being JSON.
func checkSyntax(data []byte) error {
	if json.Valid(data) {
		return nil
	}
	var any json.RawMessage
	var syntax *json.SyntaxError
	err := json.Unmarshal(data, &any)
	if !errors.As(err, &syntax) {
		return failure(codeMalformed, "the body is not JSON")
	}
	line, column := position(data, syntax.Offset)
	return failure(codeMalformed, fmt.Sprintf("the body is not JSON: %v at line %d, column %d", syntax, line, column),
		&huma.ErrorDetail{Location: "body", Message: fmt.Sprintf("%v at byte %d", syntax, syntax.Offset)})
}

// position turns a byte offset into line and column, both from 1. The decoder
// counts the bytes it has read, so the offending one is the last of them.
func position(data []byte, offset int64) (line, column int) {
	before := data[:min(max(offset-1, 0), int64(len(data)))]
	line = 1 + bytes.Count(before, []byte("\n"))
	return line, len(before) - bytes.LastIndexByte(before, '\n')
}
