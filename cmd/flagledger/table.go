package main

import "strings"

// columnGap separates the columns of a table.
const columnGap = "  "

// table aligns rows in columns. Cells may have styles.
type table struct {
	prefix string // before every row
	rows   [][]string
}

// newTable makes a table with a heading; none makes one without.
func newTable(heading ...string) *table {
	t := &table{}
	if len(heading) > 0 {
		cells := make([]string, len(heading))
		for i, h := range heading {
			cells[i] = dim(h)
		}
		t.add(cells...)
	}
	return t
}

func (t *table) add(cells ...string) {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = strings.Join(strings.FieldsFunc(c, func(r rune) bool { return r == '\n' || r == '\t' }), " ")
	}
	t.rows = append(t.rows, row)
}

// write prints the rows.
func (t *table) write(to *paper) {
	for _, line := range t.lines() {
		to.line(line)
	}
}

// lines are the aligned rows, without trailing spaces.
func (t *table) lines() []string {
	var widths []int
	for _, row := range t.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], width(cell))
		}
	}
	lines := make([]string, len(t.rows))
	for n, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", widths[i]-width(cell)) + columnGap)
			}
		}
		lines[n] = strings.TrimRight(t.prefix+line.String(), " ")
	}
	return lines
}

// orDash stands in for nothing in a table.
func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
