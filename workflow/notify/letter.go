package notify

import (
	"bytes"
	"fmt"
	"html/template"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"

	"github.com/flagledger/flagledger/internal/webhook"
)

// subjectLength bounds a subject in characters: a line of a mail has 998 bytes
// at most.
const subjectLength = 200

// letter writes a mail as RFC 5322 wants it, plain and as HTML.
func (e *email) letter(m worded) ([]byte, error) {
	var out, parts bytes.Buffer
	id := webhook.ID(m.ID, e.channel)
	w := multipart.NewWriter(&parts)
	if err := w.SetBoundary("=_" + id); err != nil {
		return nil, err
	}
	for _, part := range []struct {
		kind  string
		write func(worded) (string, error)
	}{{"text/plain", plain}, {"text/html", hypertext}} {
		text, err := part.write(m)
		if err != nil {
			return nil, err
		}
		if err := encode(w, part.kind, text); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	for _, line := range e.header(m, id, w.Boundary()) {
		// No value can begin a line of its own, whatever it was made of.
		fmt.Fprintf(&out, "%s: %s\r\n", line.Name, line.Value)
	}
	out.WriteString("\r\n")
	out.Write(parts.Bytes())
	return out.Bytes(), nil
}

func (e *email) header(m worded, id, boundary string) []Field {
	subject := shortened(oneLine(m.Title), subjectLength)
	return []Field{
		{"Date", e.now().Format("Mon, 02 Jan 2006 15:04:05 -0700")},
		{"From", e.smtp.from.String()},
		{"To", addresses(e.smtp.to)},
		{"Message-ID", "<" + id + "@" + e.smtp.self() + ">"},
		{"Subject", strings.ReplaceAll(mime.QEncoding.Encode("utf-8", subject), "?= =?", "?=\r\n =?")},
		{"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"},
		{"Content-Type", `multipart/alternative; boundary="` + boundary + `"`},
	}
}

func addresses(all []*mail.Address) string {
	texts := make([]string, len(all))
	for i, a := range all {
		texts[i] = a.String()
	}
	return strings.Join(texts, ",\r\n ")
}

func encode(w *multipart.Writer, kind, text string) error {
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Type": {kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
	})
	if err != nil {
		return err
	}
	q := quotedprintable.NewWriter(part)
	if _, err := q.Write([]byte(text)); err != nil {
		return err
	}
	return q.Close()
}

// plain is the body in lines of text.
func plain(m worded) (string, error) {
	var b strings.Builder
	paragraph := func(lines ...string) {
		if text := strings.Join(lines, "\n"); text != "" {
			b.WriteString(text + "\n\n")
		}
	}
	paragraph(m.Title)
	paragraph(m.Text)
	if !m.own {
		paragraph(fieldLines(m.why())...)
		paragraph(fieldLines(m.Fields)...)
		if len(m.Also) > 0 {
			paragraph("Also: " + strings.Join(m.Also, "; "))
		}
	}
	paragraph(m.about())
	paragraph(m.Link)
	return strings.TrimSpace(b.String()) + "\n", nil
}

func fieldLines(fields []Field) (lines []string) {
	for _, f := range fields {
		lines = append(lines, f.Name+": "+f.Value)
	}
	return lines
}

// page is the body as HTML. What is put into it is escaped.
const page = `<!DOCTYPE html>
<html><body style="font-family: sans-serif">
<h2 style="color: {{.Colour}}">{{.Title}}</h2>
{{with .Text}}<p style="white-space: pre-line">{{.}}</p>
{{end}}{{if .Rows}}<table cellpadding="4">
{{range .Rows}}<tr><td style="vertical-align: top"><b>{{.Name}}</b></td><td>{{.Value}}</td></tr>
{{end}}</table>
{{end}}<p style="color: #666666">{{.About}}</p>
{{with .Link}}<p><a href="{{.}}">Open</a></p>
{{end}}</body></html>
`

func hypertext(m worded) (string, error) {
	t, err := template.New("page").Parse(page)
	if err != nil {
		return "", err
	}
	var rows []Field
	if !m.own {
		rows = append(m.why(), m.Fields...)
		if len(m.Also) > 0 {
			rows = append(rows, Field{"Also", strings.Join(m.Also, "; ")})
		}
	}
	var b strings.Builder
	err = t.Execute(&b, map[string]any{
		"Title": m.Title, "Text": m.Text, "Rows": rows, "About": m.about(), "Link": m.Link, "Colour": colour(m.Severity),
	})
	return b.String(), err
}

func colour(s Severity) string {
	switch s {
	case Critical:
		return "#b00020"
	case Warning:
		return "#8a6000"
	case Info:
	}
	return "#222222"
}
