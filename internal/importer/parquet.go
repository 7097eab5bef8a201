package importer

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// parquetSource reads the rows of all row groups.
type parquetSource struct {
	file    *os.File
	groups  []parquet.RowGroup
	rows    parquet.Rows // of the first group, or nil
	buffer  []parquet.Row
	left    []parquet.Row
	columns map[int]parquetColumn // by their number
	total   int64
	read    int64
}

// parquetColumn is one that is asked for.
type parquetColumn struct {
	name string
	text func(parquet.Value) string
}

func openParquet(file *os.File, size int64, columns []string) (source, error) {
	f, err := parquet.OpenFile(file, size)
	if err != nil {
		return nil, fmt.Errorf("read the Parquet file: %w", err)
	}
	s := &parquetSource{
		file: file, groups: f.RowGroups(), buffer: make([]parquet.Row, 256), columns: map[int]parquetColumn{}, total: f.NumRows(),
	}
	var has []string
	for _, field := range f.Schema().Fields() {
		has = append(has, field.Name())
	}
	for _, name := range columns {
		leaf, ok := f.Schema().Lookup(name)
		if !ok {
			return nil, missing(name, has)
		}
		if leaf.Node.Repeated() {
			return nil, fmt.Errorf("column %q is a list; it must have one value in each row", name)
		}
		s.columns[leaf.ColumnIndex] = parquetColumn{name, textOf(leaf.Node.Type())}
	}
	return s, nil
}

func (s *parquetSource) next() (row, error) {
	for len(s.left) == 0 {
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
	r := make(row, len(s.columns))
	for _, v := range s.left[0] {
		if c, ok := s.columns[v.Column()]; ok && !v.IsNull() {
			r[c.name] = strings.TrimSpace(c.text(v))
		}
	}
	s.left = s.left[1:]
	s.read++
	return r, nil
}

// fill reads on, into the next group at the end of one.
func (s *parquetSource) fill() error {
	if s.rows == nil {
		if len(s.groups) == 0 {
			return io.EOF
		}
		s.rows, s.groups = s.groups[0].Rows(), s.groups[1:]
	}
	n, err := s.rows.ReadRows(s.buffer)
	s.left = s.buffer[:n]
	if err == nil {
		return nil
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	err = errors.Join(err, s.rows.Close())
	s.rows = nil
	if err != nil {
		return fmt.Errorf("read the Parquet file after row %d: %w", s.read, err)
	}
	return nil
}

func (s *parquetSource) done() float64 {
	if s.total == 0 {
		return 1
	}
	return float64(s.read) / float64(s.total)
}

func (s *parquetSource) close() error {
	if s.rows != nil {
		return errors.Join(s.rows.Close(), s.file.Close())
	}
	return s.file.Close()
}

// textOf writes a value of a type as a CSV file would have it.
func textOf(t parquet.Type) func(parquet.Value) string {
	if logical := t.LogicalType(); logical != nil {
		switch l := logical.Value.(type) {
		case *format.TimestampType:
			unit := l.Unit.Value.Duration()
			perSecond := int64(time.Second / unit)
			return func(v parquet.Value) string {
				n := v.Int64()
				return time.Unix(n/perSecond, n%perSecond*int64(unit)).UTC().Format(time.RFC3339Nano)
			}
		case *format.DateType:
			return func(v parquet.Value) string {
				return time.Unix(int64(v.Int32())*86_400, 0).UTC().Format(time.DateOnly)
			}
		}
	}
	switch t.Kind() {
	case parquet.Double:
		return func(v parquet.Value) string { return strconv.FormatFloat(v.Double(), 'g', -1, 64) }
	case parquet.Float:
		return func(v parquet.Value) string { return strconv.FormatFloat(float64(v.Float()), 'g', -1, 32) }
	default:
		return parquet.Value.String
	}
}
