package sandbox

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

const (
	hugeBytes  = 200 << 20 // F10
	deepLevels = 10_000
	manyKeys   = 1_000_000
	bombBytes  = 256 << 20 // once unpacked
)

// garbage is a body to be written piece by piece: some are far too big to build.
type garbage struct {
	header map[string]string
	send   func(io.Writer) error
}

// garbageBody makes the body a fault names. Without a name an error status gets
// the API's usual form for it.
func garbageBody(f Fault, status int) garbage {
	json := map[string]string{"Content-Type": "application/json"}
	switch f.Body {
	case "":
		return garbage{json, literal(fmt.Sprintf(`{"detail":"Sandbox fault: status %d."}`, status))}
	case "html":
		return garbage{map[string]string{"Content-Type": "text/html; charset=utf-8"}, literal("<!doctype html><title>Error</title><h1>Something went wrong</h1>")}
	case "empty":
		return garbage{nil, literal("")}
	case "null":
		return garbage{json, literal("null")}
	case "array":
		return garbage{json, literal("[]")}
	case "deep":
		return garbage{json, literal(`{"results":` + strings.Repeat("[", deepLevels) + strings.Repeat("]", deepLevels) + "}")}
	case "huge":
		return garbage{json, sendHuge}
	case "keys":
		return garbage{json, sendKeys}
	case "bomb":
		return garbage{map[string]string{"Content-Type": "application/json", "Content-Encoding": "gzip"}, sendBomb}
	}
	return garbage{json, literal(f.Body)}
}

func literal(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// sendHuge is one valid JSON document of 200 MB.
func sendHuge(w io.Writer) error {
	return sendRepeated(w, `{"count":1,"results":["`, strings.Repeat("a", 1<<20), hugeBytes>>20, `"]}`)
}

// sendRepeated writes a piece many times between two ends.
func sendRepeated(w io.Writer, start, piece string, times int, end string) error {
	if _, err := io.WriteString(w, start); err != nil {
		return err
	}
	for range times {
		if _, err := io.WriteString(w, piece); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, end)
	return err
}

func sendKeys(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString(`{"k":0`)
	for i := range manyKeys {
		fmt.Fprintf(&b, `,"k%d":0`, i)
		if b.Len() > 1<<16 {
			if _, err := b.WriteTo(w); err != nil {
				return err
			}
		}
	}
	b.WriteString("}")
	_, err := b.WriteTo(w)
	return err
}

// sendBomb is a gzip of 256 MB in some 250 KB. A gzip stream may be several
// members one after the other, so one packed piece is sent again and again.
func sendBomb(w io.Writer) error {
	return sendRepeated(w, packed(`{"results":["`), packed(strings.Repeat("a", 1<<20)), bombBytes>>20, packed(`"]}`))
}

func packed(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, text) // into memory: cannot fail
	z.Close()
	return b.String()
}
