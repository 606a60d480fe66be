package diditclient

import (
	"fmt"
	"regexp"
)

// excerptBytes is how much of an unreadable body is kept for the log.
const excerptBytes = 200

// excerpt gives the beginning of a body with whatever may be personal blacked out:
// JSON text values, addresses with @, and digits.
func excerpt(body []byte) string {
	if len(body) > excerptBytes {
		body = body[:excerptBytes]
	}
	s := string(body)
	s = regexp.MustCompile(`(:\s*)"(\\.|[^"\\])*("|$)`).ReplaceAllString(s, `$1"…"`)
	s = regexp.MustCompile(`\S+@\S+`).ReplaceAllString(s, "…@…")
	s = regexp.MustCompile(`\d`).ReplaceAllString(s, "#")
	return fmt.Sprintf("%q", s)
}
