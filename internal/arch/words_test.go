package arch

import (
	"bytes"
	"strings"
	"testing"
)

// strange are traces of the machine a change was made on; the project speaks
// only of itself. They are cut in two so that this file does not hold them.
var strange = []string{
	"/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "../sha" + "red",
	"registry.npm" + "js", "proxy.go" + "lang", "pypi." + "org", "deb.deb" + "ian", "file.pyth" + "onhosted",
	"Clau" + "de", "Anthro" + "pic", "Chat" + "GPT", "sub-" + "agent", "brie" + "f.md",
}

func TestNoStrangeWords(t *testing.T) {
	any := func(string) bool { return true }
	walk(t, any, func(name string, body []byte) {
		if bytes.IndexByte(body, 0) >= 0 {
			return // a picture or a font
		}
		for i, line := range strings.Split(string(body), "\n") {
			for _, word := range strange {
				if strings.Contains(line, word) {
					t.Errorf("%s:%d: %q", name, i+1, word)
				}
			}
		}
	})
}
