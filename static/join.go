package static

import (
	"bytes"
	"io/fs"
	"regexp"
	"strings"
)

// styleOrder names the files that must come in a certain order; layers.css is first because it fixes the order of the
// layers. Folders follow their place in the list, sorted by name.
var styleOrder = []string{
	"css/layers.css", "css/tokens.css", "css/reset.css", "css/base.css", "css/layout.css",
	"css/parts", "css/pages", "css/utilities.css", "css/print.css",
}

func joinStyles() []byte {
	var out bytes.Buffer
	for _, place := range styleOrder {
		for _, name := range list(place, ".css") {
			out.Write(squeezeCSS(read(name)))
		}
	}
	return out.Bytes()
}

// joinScripts puts every module into a block of its own, so names do not meet; modules talk through events only.
func joinScripts() []byte {
	var out bytes.Buffer
	for _, name := range list("js", ".js") {
		out.WriteString("{\n")
		out.Write(squeezeJS(read(name)))
		out.WriteString("}\n")
	}
	return out.Bytes()
}

// list returns the file itself, or the files under the folder in order of name.
func list(place, ext string) []string {
	var names []string
	err := fs.WalkDir(files, place, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(name, ext) {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		panic("static: " + err.Error())
	}
	return names
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	// Not before ":" or "(" and not around "+" and "-": there a blank has a meaning (a descendant, a calc).
	cssAround = regexp.MustCompile(` ?([{};,>]) ?`)
	cssAfter  = regexp.MustCompile(`: `)
)

// squeezeCSS drops comments and blanks. Our own files hold no string with a run of blanks or a comment mark in it.
func squeezeCSS(src []byte) []byte {
	src = cssComment.ReplaceAll(src, nil)
	src = cssSpace.ReplaceAll(src, []byte(" "))
	src = cssAround.ReplaceAll(src, []byte("$1"))
	src = cssAfter.ReplaceAll(src, []byte(":"))
	return append(bytes.TrimSpace(bytes.ReplaceAll(src, []byte(";}"), []byte("}"))), '\n')
}

// squeezeJS drops lines that are only a comment, and indentation. Our own files hold no text over several lines.
func squeezeJS(src []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(src) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || bytes.HasPrefix(line, []byte("//")) {
			continue
		}
		out.Write(line)
		out.WriteByte('\n')
	}
	return out.Bytes()
}
