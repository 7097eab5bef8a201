package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// slack posts to an incoming webhook of Slack, or of what understands the same:
// Mattermost and others show text and leave the blocks out.
type slack struct {
	poster
	words words
}

// Limits of Slack, in characters, with room to spare.
const (
	slackText    = 3500 // of the whole text; beyond 4,000 it is cut
	slackSection = 2900 // of a section; beyond 3,000 the message is refused
)

type slackPayload struct {
	Text   string       `json:"text"`
	Blocks []slackBlock `json:"blocks"`
}

type slackBlock struct {
	Type     string         `json:"type"`
	Text     *slackPhrase   `json:"text,omitempty"`
	Elements []*slackPhrase `json:"elements,omitempty"`
}

type slackPhrase struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

func phrase(text string) *slackPhrase {
	return &slackPhrase{"mrkdwn", shortened(text, slackSection)}
}

func section(text string) slackBlock { return slackBlock{Type: "section", Text: phrase(text)} }

func (s *slack) compose(m Message) (delivery, error) {
	// What people wrote is escaped before a template sees it, so that a template
	// may call <!here> and a reason may not.
	body, err := json.Marshal(slackWords(s.words.of(escaped(m))))
	if err != nil {
		return nil, fmt.Errorf("encode the message: %w", err)
	}
	return &posted{s, body}, nil
}

type posted struct {
	*slack
	body []byte
}

func (p *posted) try(ctx context.Context) outcome { return p.post(ctx, p.body, nil) }

func slackWords(m worded) slackPayload {
	title := slackSign(m.Severity) + " *" + m.Title + "*"
	p := slackPayload{Blocks: []slackBlock{section(title)}}
	text := []string{title}
	for _, part := range slackParts(m) {
		p.Blocks = append(p.Blocks, section(part))
		text = append(text, part)
	}
	p.Blocks = append(p.Blocks, slackBlock{Type: "context", Elements: []*slackPhrase{phrase(m.about())}})
	text = append(text, m.about())
	p.Text = shortened(strings.Join(text, "\n"), slackText)
	return p
}

// slackParts are the paragraphs between title and origin.
func slackParts(m worded) (parts []string) {
	if m.Text != "" {
		parts = append(parts, m.Text)
	}
	if !m.own {
		for _, lines := range [][]Field{m.why(), m.Fields} {
			var all []string
			for _, f := range lines {
				all = append(all, "*"+f.Name+"*: "+f.Value)
			}
			if len(all) > 0 {
				parts = append(parts, strings.Join(all, "\n"))
			}
		}
		if len(m.Also) > 0 {
			parts = append(parts, "Also: "+strings.Join(m.Also, "; "))
		}
	}
	if m.Link != "" {
		parts = append(parts, "<"+m.Link+"|Open>")
	}
	return parts
}

func slackSign(s Severity) string {
	switch s {
	case Critical:
		return ":red_circle:"
	case Warning:
		return ":large_yellow_circle:"
	case Info:
	}
	return ":large_green_circle:"
}

// escaped replaces what Slack takes for markup in everything that people or
// other programs wrote.
func escaped(m Message) Message {
	e := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	for _, text := range []*string{&m.Project, &m.Environment, &m.Subject, &m.Title, &m.Text, &m.Reason, &m.Actor, &m.Cause} {
		*text = e(*text)
	}
	fields := make([]Field, len(m.Fields))
	for i, f := range m.Fields {
		fields[i] = Field{e(f.Name), e(f.Value)}
	}
	also := make([]string, len(m.Also))
	for i, line := range m.Also {
		also[i] = e(line)
	}
	m.Fields, m.Also, m.Event = fields, also, nil
	return m
}
