package importer

import (
	"encoding/csv"
	"errors"
	"os"
	"strconv"
)

// rejects writes the rows that are not imported: their number, counted from 1
// after the header, the reason, and the columns that were asked for. The file is
// made for the first of them.
type rejects struct {
	path    string
	columns []string
	file    *os.File
	writer  *csv.Writer
}

// openRejects goes on after the first so many bytes of the file, or anew.
func openRejects(path string, columns []string, bytes int64) (*rejects, error) {
	r := &rejects{path: path, columns: columns}
	if bytes == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		return r, nil
	}
	if err := os.Truncate(path, bytes); err != nil {
		return nil, err
	}
	return r, r.create()
}

func (r *rejects) create() error {
	file, err := os.OpenFile(r.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	r.file, r.writer = file, csv.NewWriter(file)
	return nil
}

func (r *rejects) add(number int64, reason string, fields row) error {
	if r.file == nil {
		if err := r.create(); err != nil {
			return err
		}
		if err := r.writer.Write(append([]string{"row", "reason"}, r.columns...)); err != nil {
			return err
		}
	}
	record := []string{strconv.FormatInt(number, 10), reason}
	for _, column := range r.columns {
		record = append(record, fields[column])
	}
	return r.writer.Write(record)
}

// flush writes what there is and gives the size of the file.
func (r *rejects) flush() (int64, error) {
	if r.file == nil {
		return 0, nil
	}
	r.writer.Flush()
	info, err := r.file.Stat()
	if err := errors.Join(err, r.writer.Error()); err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (r *rejects) close() error {
	if r.file == nil {
		return nil
	}
	r.writer.Flush()
	return errors.Join(r.writer.Error(), r.file.Close())
}
