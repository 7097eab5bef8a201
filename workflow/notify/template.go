package notify

import (
	"fmt"
	"net/url"
	"strings"
	"text/template"
	"time"
)

// Template replaces the built-in words of a channel. Each is a text/template
// that is given a Message; what is left out stays built in.
type Template struct {
	// Title is the heading, or the subject of an e-mail. Line breaks in it
	// become spaces.
	Title string `json:"title,omitempty"`
	// Text stands for all of the body: text, reason and evidence.
	Text string `json:"text,omitempty"`
}

// words make the texts of one channel's messages.
type words struct {
	title, text *template.Template // nil: the built-in ones
	link        string
}

// worded is a message in the words of its channel.
type worded struct {
	Message
	// own says that Text is the whole body, by the channel's template.
	own bool
}

// words parses the templates, and tries them on a sample: a field that does not
// exist is found here and not at three in the morning.
func (c Config) words() (words, error) {
	w := words{link: c.Link}
	if c.Template == nil {
		return w, nil
	}
	for field, to := range map[string]**template.Template{"title": &w.title, "text": &w.text} {
		source := c.Template.Title
		if field == "text" {
			source = c.Template.Text
		}
		if source == "" {
			continue
		}
		t, err := template.New(field).Option("missingkey=error").Parse(source)
		if err == nil {
			err = t.Execute(&strings.Builder{}, Sample(time.Unix(0, 0)))
		}
		if err != nil {
			return w, fmt.Errorf("template.%s: %w", field, err)
		}
		*to = t
	}
	return w, nil
}

// of puts a message into the channel's words. A template that fails is worth no
// message: the built-in words stand in, and say why.
func (w words) of(m Message) worded {
	m.Link = strings.NewReplacer("{project}", url.PathEscape(m.Project), "{environment}", url.PathEscape(m.Environment),
		"{subject}", url.PathEscape(m.Subject)).Replace(w.link)
	out := worded{Message: m}
	var title, text strings.Builder
	var failed []string
	if w.title != nil {
		if err := w.title.Execute(&title, m); err != nil {
			failed = append(failed, err.Error())
		} else if line := oneLine(title.String()); line != "" {
			out.Title = line
		}
	}
	if w.text != nil {
		if err := w.text.Execute(&text, m); err != nil {
			failed = append(failed, err.Error())
		} else {
			out.Text, out.own = strings.TrimSpace(text.String()), true
		}
	}
	if len(failed) > 0 {
		out.Text = strings.TrimSpace(out.Text + "\n(The channel's template failed: " + strings.Join(failed, "; ") + ")")
	}
	return out
}

// why is what led to it, in lines: the cause, and what the actor gave unless
// that says the same.
func (m Message) why() (lines []Field) {
	if m.Cause != "" {
		lines = append(lines, Field{"Cause", m.Cause})
	}
	if m.Reason != "" && (m.Cause == "" || m.Actor != automation) {
		lines = append(lines, Field{"Reason", m.Reason})
	}
	return lines
}

// about says whose event it is, in one line.
func (m Message) about() string {
	return fmt.Sprintf("%s, %s; event %d (%s) of project %s", m.Actor, moment(m.At), m.Seq, m.Kind, m.Project)
}
