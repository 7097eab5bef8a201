package chdb

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// NewServer answers ClickHouse's HTTP protocol from an engine.
func NewServer(e *Engine) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ping", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "Ok.\n") })
	mux.Handle("/", &server{e})
	return mux
}

type server struct{ engine *Engine }

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q, err := read(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer, err := s.engine.run(q)
	if err == nil && q.revision > 0 && q.format == native {
		answer, err = atRevision(answer, q.revision)
	}
	if err != nil {
		w.Header().Set("X-ClickHouse-Exception-Code", codeOf(err))
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("X-ClickHouse-Format", q.format)
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		_, err = zip.Write(answer)
		_ = errors.Join(err, zip.Close()) // the client is gone
		return
	}
	_, _ = w.Write(answer) // the client is gone
}

const native = "Native"

// request is a query with what it brings.
type request struct {
	statement string
	data      []byte // of an insert
	format    string
	revision  uint64 // of the protocol in which the answer is wanted
	settings  [][2]string
}

// read takes a request apart. With a query in the URL, the body is its data.
func read(r *http.Request) (request, error) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		zip, err := gzip.NewReader(r.Body)
		if err != nil {
			return request{}, fmt.Errorf("body: %w", err)
		}
		body = zip
	}
	data, err := io.ReadAll(body)
	if err != nil {
		return request{}, fmt.Errorf("body: %w", err)
	}
	q := request{format: "TabSeparated"}
	for name, values := range r.URL.Query() {
		value := values[0]
		switch name {
		case "query":
			q.statement = value
		case "default_format":
			q.format = value
		case "client_protocol_version":
			if q.revision, err = strconv.ParseUint(value, 10, 64); err != nil {
				return q, fmt.Errorf("client_protocol_version: %w", err)
			}
		case "database":
			q.settings = append(q.settings, [2]string{name, value})
		case "query_id", "quota_key", "wait_end_of_query", "compress", "decompress", "session_id", "session_timeout":
		default:
			if !settingName.MatchString(name) {
				return q, fmt.Errorf("setting %q is no name", name)
			}
			q.settings = append(q.settings, [2]string{name, value})
		}
	}
	if q.data = data; q.statement == "" {
		q.statement, q.data = string(data), nil
	}
	slices.SortFunc(q.settings, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return q, nil
}

var settingName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// run sets the settings, runs the query, and unsets them.
func (e *Engine) run(q request) ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, s := range q.settings {
		text := fmt.Sprintf("SET %s = %s", s[0], quoted(s[1]))
		if s[0] == "database" {
			text = "USE `" + strings.ReplaceAll(s[1], "`", "") + "`"
		}
		if _, err := e.query([]byte(text), q.format); err != nil {
			return nil, errors.Join(err, e.unset(q.settings[:i]))
		}
	}
	answer, err := e.runWith(q)
	return answer, errors.Join(err, e.unset(q.settings))
}

// runWith brings an insert its data in a file: as part of its text they would
// end at the first empty line that their bytes happen to be.
func (e *Engine) runWith(q request) ([]byte, error) {
	if len(q.data) == 0 {
		return e.query([]byte(q.statement), q.format)
	}
	into, format, ok := cutLast(q.statement, "FORMAT")
	if !ok {
		return nil, errors.New("data for a statement that does not end in their format")
	}
	file, err := os.CreateTemp(e.folder, "insert-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(file.Name()) }() // in a folder of the test
	_, err = file.Write(q.data)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	return e.query([]byte(fmt.Sprintf("%s FROM INFILE %s COMPRESSION 'none' FORMAT %s", into, quoted(file.Name()), format)), q.format)
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func (e *Engine) unset(settings [][2]string) error {
	var errs error
	for _, s := range settings {
		if s[0] == "database" || strings.HasPrefix(s[0], "param_") {
			continue
		}
		_, err := e.query([]byte("SET "+s[0]+" = DEFAULT"), native)
		errs = errors.Join(errs, err)
	}
	return errs
}

func quoted(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

// codeOf finds the code in the engine's text, "Code: 60. DB::Exception: ...".
func codeOf(err error) string {
	if found := exceptionCode.FindStringSubmatch(err.Error()); found != nil {
		return found[1]
	}
	return "1002" // UNKNOWN_EXCEPTION
}

var exceptionCode = regexp.MustCompile(`Code: (\d+)`)
