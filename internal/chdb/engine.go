package chdb

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Library is where "make chdb" puts the engine, seen from a package two folders
// below the module's root.
func Library() string {
	_, file, _, _ := runtime.Caller(0) //nolint:dogsled // the file is what is asked for
	return filepath.Join(filepath.Dir(file), "node_modules", "@chdb", "lib-linux-x64-gnu", "libchdb.so")
}

// Engine is an open data folder. There is one in a process at a time.
type Engine struct {
	mu   sync.Mutex // the engine runs one query at a time
	lib  symbols
	conn *unsafe.Pointer
	// folder takes the data of an insert on its way.
	folder string
}

// symbols are the functions of libchdb.so that are used.
type symbols struct {
	setSignals func(int32)
	connect    func(argc int32, argv **byte) *unsafe.Pointer
	close      func(*unsafe.Pointer)
	query      func(conn unsafe.Pointer, query *byte, n uintptr, format *byte, m uintptr) unsafe.Pointer
	buffer     func(unsafe.Pointer) *byte
	length     func(unsafe.Pointer) uintptr
	failure    func(unsafe.Pointer) *byte
	destroy    func(unsafe.Pointer)
}

// Open loads the library and opens the data folder, which is made if missing.
func Open(library, folder string) (*Engine, error) {
	handle, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("load the engine of ClickHouse (make chdb installs it): %w", err)
	}
	e := &Engine{folder: folder}
	for name, into := range map[string]any{
		"chdb_set_signal_handlers_enabled": &e.lib.setSignals,
		"chdb_connect":                     &e.lib.connect, "chdb_close_conn": &e.lib.close, "chdb_query_n": &e.lib.query,
		"chdb_result_buffer": &e.lib.buffer, "chdb_result_length": &e.lib.length, "chdb_result_error": &e.lib.failure,
		"chdb_destroy_query_result": &e.lib.destroy,
	} {
		purego.RegisterLibFunc(into, handle, name)
	}
	e.lib.setSignals(0) // they are Go's
	args := [][]byte{[]byte("clickhouse\x00"), []byte("--path=" + folder + "\x00")}
	argv := []*byte{&args[0][0], &args[1][0]}
	var pin runtime.Pinner
	defer pin.Unpin()
	pin.Pin(argv[0])
	pin.Pin(argv[1])
	if e.conn = e.lib.connect(int32(len(argv)), &argv[0]); e.conn == nil || *e.conn == nil {
		return nil, errors.New("the engine of ClickHouse does not open " + folder)
	}
	return e, nil
}

// Query runs statements and gives the last one's result in a format of
// ClickHouse. The error is the engine's text.
func (e *Engine) Query(statements []byte, format string) ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.query(statements, format)
}

func (e *Engine) query(statements []byte, format string) ([]byte, error) {
	if e.conn == nil {
		return nil, errors.New("the engine is closed")
	}
	f := []byte(format)
	result := e.lib.query(*e.conn, unsafe.SliceData(statements), uintptr(len(statements)), unsafe.SliceData(f), uintptr(len(f)))
	if result == nil {
		return nil, errors.New("the engine gave no result")
	}
	defer e.lib.destroy(result)
	if text := e.lib.failure(result); text != nil {
		return nil, errors.New(goString(text))
	}
	n := e.lib.length(result)
	if n == 0 {
		return nil, nil
	}
	return append([]byte(nil), unsafe.Slice(e.lib.buffer(result), n)...), nil
}

// Close writes what is in memory and releases the folder.
func (e *Engine) Close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.conn != nil {
		e.lib.close(e.conn)
		e.conn = nil
	}
}

// goString copies a text of C.
func goString(text *byte) string {
	n := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(text), n)) != 0 {
		n++
	}
	return string(unsafe.Slice(text, n))
}
