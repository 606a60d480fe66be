package handlers

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

// Pages are rendered whole before the first byte goes out: a late error can still
// become an error page, and one write is faster than many.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

var gzips = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed); return w }}

// worthGzip is where compressing begins to pay; below it the packet is the same.
const worthGzip = 1400

// write renders one component as the whole answer.
func (r *request) write(status int, c templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer func() {
		if buf.Cap() < 1<<20 {
			buffers.Put(buf)
		}
	}()
	if err := c.Render(r.ctx, buf); err != nil {
		return err
	}
	h := r.Response().Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "HX-Request")
	h.Add("Vary", "Accept-Encoding")
	if status >= 400 && r.isHTMX() {
		h.Set("HX-Push-Url", "false") // the address of a refused form is no page
	}
	if buf.Len() < worthGzip || !strings.Contains(r.Request().Header.Get("Accept-Encoding"), "gzip") {
		r.Response().WriteHeader(status)
		_, err := r.Response().Write(buf.Bytes())
		return err
	}
	h.Set("Content-Encoding", "gzip")
	r.Response().WriteHeader(status)
	zw := gzips.Get().(*gzip.Writer)
	defer gzips.Put(zw)
	zw.Reset(r.Response())
	if _, err := zw.Write(buf.Bytes()); err != nil {
		return err
	}
	return zw.Close()
}

// show answers a read: the whole page, or for htmx the fragment of the element it
// will be swapped into, when the page has one of that name.
func (r *request) show(title, section string, body templ.Component, fragments map[string]templ.Component) error {
	if r.isFragment() {
		if f, ok := fragments[r.target()]; ok {
			return r.write(http.StatusOK, f)
		}
	}
	return r.page(http.StatusOK, title, section, body)
}
