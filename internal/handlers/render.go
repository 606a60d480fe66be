package handlers

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

// Pages are rendered whole before the first byte goes out: a late error can still
// become an error page, and one write is faster than many.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// The usual level: a list is a fifth smaller than at the fastest one, which decides
// on a slow line, and costs half a millisecond.
var gzips = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// worthGzip is where compressing begins to pay; below it the packet is the same.
const worthGzip = 1400

// write renders one component as the whole answer.
func (r *request) write(status int, c templ.Component) error {
	buf := borrow()
	defer giveBack(buf)
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
	if buf.Len() >= worthGzip && strings.Contains(r.Request().Header.Get("Accept-Encoding"), "gzip") {
		small := borrow()
		defer giveBack(small)
		if err := compress(small, buf.Bytes()); err != nil {
			return err
		}
		h.Set("Content-Encoding", "gzip")
		buf = small
	}
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	r.Response().WriteHeader(status)
	_, err := r.Response().Write(buf.Bytes())
	return err
}

func borrow() *bytes.Buffer {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	return buf
}

func giveBack(buf *bytes.Buffer) {
	if buf.Cap() < 1<<20 {
		buffers.Put(buf)
	}
}

// compress goes to memory first: a compressor holds most of a megabyte, and none
// is kept while a slow line takes its time.
func compress(to *bytes.Buffer, page []byte) error {
	zw := gzips.Get().(*gzip.Writer)
	defer gzips.Put(zw)
	zw.Reset(to)
	if _, err := zw.Write(page); err != nil {
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
