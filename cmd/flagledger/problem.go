package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
)

// problemError is an RFC 9457 answer of the server.
type problemError struct {
	Type   string           `json:"type"`
	Title  string           `json:"title"`
	Status int              `json:"status"`
	Detail string           `json:"detail"`
	Errors []problemElement `json:"errors"`
}

// problemElement is one thing that is wrong with a request.
type problemElement struct {
	Location string `json:"location"`
	Message  string `json:"message"`
}

// urnPrefix stands before the code in the type of our problems.
const urnPrefix = "urn:flagledger:error:"

func (e *problemError) Error() string {
	text := e.Detail
	if text == "" {
		text = e.Title
	}
	return fmt.Sprintf("the server answered %d: %s", e.Status, text)
}

// code is the problem's code, such as "not-found", or "".
func (e *problemError) code() string {
	code, _ := strings.CutPrefix(e.Type, urnPrefix)
	if code == e.Type {
		return ""
	}
	return code
}

// readProblem makes an error of an answer that is not a success. An answer
// that is no problem document, of a proxy say, keeps its status and the
// beginning of its text.
func readProblem(resp *http.Response, body []byte) *problemError {
	p := &problemError{}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if strings.HasSuffix(kind, "json") {
		if json.Unmarshal(body, p) != nil {
			p = &problemError{}
		}
	}
	p.Status = resp.StatusCode
	if p.Title == "" {
		p.Title = http.StatusText(resp.StatusCode)
	}
	if p.Title == "" {
		p.Title = fmt.Sprintf("HTTP status %d", resp.StatusCode)
	}
	if p.Detail == "" && p.Type == "" {
		p.Detail = fmt.Sprintf("%s %s answered %d %s", resp.Request.Method, resp.Request.URL.Redacted(), resp.StatusCode, p.Title)
		if text := strings.Join(strings.Fields(string(body)), " "); text != "" && strings.HasPrefix(kind, "text/plain") {
			p.Detail += ": " + abbreviate(text, 200)
		}
	}
	return p
}

// nextStep says what to do about the problem, or "".
func (e *problemError) nextStep() string {
	switch e.Status {
	case http.StatusUnauthorized:
		return `Give an admin token with FLAGLEDGER_TOKEN or --token; "flagledger serve" leaves one in cli.json in its data folder.`
	case http.StatusForbidden:
		return `Somebody with the role admin can make a token that may: "flagledger token create NAME --kind admin --role ..."`
	case http.StatusNotFound:
		return `"flagledger project list", "flagledger env list" and "flagledger flag list" show what there is.`
	case http.StatusPreconditionFailed:
		return `Somebody changed it in between; "flagledger flag history" says who. Look at it, then repeat the command.`
	case http.StatusConflict:
		if e.code() == "conflict" {
			return "Others are changing it at this moment. Repeat the command."
		}
		return ""
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return `Wait a moment and repeat the command; "flagledger health" says which part is not ready.`
	case http.StatusInternalServerError:
		return "The server's log has the cause. Nothing is known to have changed; look before you repeat the command."
	default:
		return ""
	}
}

// problemLines lists what is wrong, one line each, with its place in the JSON.
func problemLines(err error) []string {
	var unhealthy *unhealthyError
	if errors.As(err, &unhealthy) {
		return unhealthy.parts
	}
	var p *problemError
	if !errors.As(err, &p) {
		return nil
	}
	var lines []string
	for _, e := range p.Errors {
		switch {
		case e.Location == "header.If-Match": // nobody has typed that
		case e.Location == "":
			lines = append(lines, e.Message)
		default:
			lines = append(lines, e.Location+": "+e.Message)
		}
	}
	return lines
}

// abbreviate cuts text to at most limit runes.
func abbreviate(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + "…"
}
