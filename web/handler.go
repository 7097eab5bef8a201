package web

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// placeholder is what index.html has where the nonce of an answer goes.
const placeholder = "__NONCE__"

// policy lets the page load its own files and talk to its own server, and nothing
// else. Styles that the components add carry the nonce.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%[1]s'; img-src 'self' data: blob:; connect-src 'self'; " +
	"font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// file is one that was built, ready to be sent.
type file struct {
	kind         string
	plain, small []byte // small is empty if gzip gains nothing
	etag         string
	lasting      bool // its name changes with its content
}

// Handler serves the files of dist, and index.html for every address of a page. It
// returns nil if the dashboard has not been built. The handler is safe for
// concurrent use.
func Handler(dist fs.FS) (http.Handler, error) {
	index, err := fs.ReadFile(dist, "index.html")
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // not built: there is none
	}
	if !bytes.Contains(index, []byte(placeholder)) {
		return nil, fmt.Errorf("web: index.html has no %s", placeholder)
	}
	files := map[string]*file{}
	err = fs.WalkDir(dist, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == "index.html" || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		files["/"+name], err = load(dist, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("web: read the dashboard: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch f := files[r.URL.Path]; {
		case f != nil:
			f.serve(w, r)
		case r.URL.Path == "/" || strings.HasPrefix(r.URL.Path, "/p/"):
			serveIndex(w, index)
		default:
			http.Error(w, "There is nothing at this address. The dashboard begins at /", http.StatusNotFound)
		}
	}), nil
}

func load(dist fs.FS, name string) (*file, error) {
	plain, err := fs.ReadFile(dist, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(plain)
	f := &file{
		kind: mime.TypeByExtension(path.Ext(name)), plain: plain, lasting: strings.HasPrefix(name, "assets/"),
		etag: base64.RawURLEncoding.EncodeToString(sum[:12]),
	}
	var zipped bytes.Buffer
	z, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(plain); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if zipped.Len() < len(plain)*9/10 {
		f.small = zipped.Bytes()
	}
	return f, nil
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if f.lasting {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, tag := f.plain, `"`+f.etag+`"`
	if len(f.small) > 0 && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body, tag = f.small, `"`+f.etag+`-gzip"`
	}
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// serveIndex sends the page with a nonce of its own.
func serveIndex(w http.ResponseWriter, index []byte) {
	nonce := rand.Text()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", fmt.Sprintf(policy, nonce))
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	_, _ = w.Write(bytes.Replace(index, []byte(placeholder), []byte(nonce), 1))
}
