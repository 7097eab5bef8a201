package importer

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// source gives the rows of a file, in order.
type source interface {
	// next gives a row, io.EOF after the last, or a *rowError for a row that
	// cannot be read, after which others may follow.
	next() (row, error)
	// done is the part of the file that has been read, in [0,1].
	done() float64
	close() error
}

// rowError is what is wrong with one row.
type rowError struct{ reason string }

func (e *rowError) Error() string { return e.reason }

// open chooses by the file's name. The columns must be there, except in NDJSON,
// where each line has its own.
func open(path string, columns []string) (source, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	var s source
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".csv", ".tsv":
		s, err = openCSV(file, info.Size(), columns)
	case ".ndjson", ".jsonl":
		counted := &counter{from: file, size: info.Size()}
		s = &linesSource{counter: counted, file: file, lines: bufio.NewReader(counted), columns: columns}
	case ".parquet":
		s, err = openParquet(file, info.Size(), columns)
	default:
		err = fmt.Errorf("%s ends in %q; files end in .csv, .tsv, .ndjson, .jsonl or .parquet", path, ext)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return s, nil
}

// missing names a column that a file does not have, and those that it has.
func missing(column string, has []string) error {
	return fmt.Errorf("there is no column %q; the file has %s", column, strings.Join(has, ", "))
}

// counter knows how much has been read.
type counter struct {
	from       io.Reader
	size, read int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.read += int64(n)
	return n, err
}

func (c *counter) done() float64 {
	if c.size == 0 {
		return 1
	}
	return float64(c.read) / float64(c.size)
}

// csvSource reads a table with a header, its fields separated by whichever of
// ',', ';' and tab the header has most of.
type csvSource struct {
	*counter
	file   io.Closer
	reader *csv.Reader
	width  int
	at     map[string]int // columns
}

func openCSV(file *os.File, size int64, columns []string) (source, error) {
	counted := &counter{from: file, size: size}
	buffered := bufio.NewReader(counted)
	if mark, _ := buffered.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = buffered.Discard(3) // has just been seen
	}
	start, _ := buffered.Peek(4096) // shorter in a short file
	first, _, _ := strings.Cut(string(start), "\n")
	reader := csv.NewReader(buffered)
	reader.FieldsPerRecord, reader.ReuseRecord = -1, true
	for _, comma := range ";\t" {
		if strings.Count(first, string(comma)) > strings.Count(first, string(reader.Comma)) {
			reader.Comma = comma
		}
	}
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty; its first line must name the columns")
	}
	if err != nil {
		return nil, fmt.Errorf("read the names of the columns: %w", err)
	}
	s := &csvSource{counter: counted, file: file, reader: reader, width: len(header), at: map[string]int{}}
	names := append([]string(nil), header...)
	for i, name := range names {
		s.at[strings.TrimSpace(name)] = i
	}
	for _, column := range columns {
		if _, ok := s.at[column]; !ok {
			return nil, missing(column, names)
		}
	}
	for name := range s.at {
		if !slices.Contains(columns, name) {
			delete(s.at, name)
		}
	}
	return s, nil
}

func (s *csvSource) next() (row, error) {
	fields, err := s.reader.Read()
	if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
		return nil, &rowError{bad.Err.Error()}
	}
	if err != nil {
		return nil, err
	}
	if len(fields) != s.width {
		return nil, &rowError{fmt.Sprintf("has %d fields; the header has %d", len(fields), s.width)}
	}
	r := make(row, len(s.at))
	for name, i := range s.at {
		r[name] = strings.TrimSpace(fields[i])
	}
	return r, nil
}

func (s *csvSource) close() error { return s.file.Close() }

// linesSource reads an object of JSON from each line.
type linesSource struct {
	*counter
	file    io.Closer
	lines   *bufio.Reader
	columns []string
}

func (s *linesSource) next() (row, error) {
	for {
		line, err := s.lines.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return s.row(line)
		}
		if err != nil {
			return nil, err
		}
	}
}

func (s *linesSource) row(line []byte) (row, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return nil, &rowError{"is not an object of JSON: " + err.Error()}
	}
	r := make(row, len(s.columns))
	for _, column := range s.columns {
		raw := fields[column]
		switch {
		case len(raw) == 0 || string(raw) == "null":
		case raw[0] == '"':
			var text string
			if err := json.Unmarshal(raw, &text); err != nil {
				return nil, &rowError{column + ": " + err.Error()}
			}
			r[column] = strings.TrimSpace(text)
		case raw[0] == '{' || raw[0] == '[':
			return nil, &rowError{column + " is not a text, a number or true or false"}
		default:
			r[column] = string(raw)
		}
	}
	return r, nil
}

func (s *linesSource) close() error { return s.file.Close() }
