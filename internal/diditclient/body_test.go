package diditclient

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
)

// F6, F9: an answer that is not what the API documents is a typed error, never an
// empty page or an empty decision.
func TestF9Garbage(t *testing.T) {
	decisionOf := func(id string) string { return `{"session_id":"` + id + `"}` }
	for name, body := range map[string]string{
		"HTML": "<html><title>Hello kadri@example.com 4111</title></html>", "empty": "", "null": "null", "a list": "[]", "a text": `"x"`,
		"cut": `{"session_id":"4b1d`, "empty object": "{}", "two": `{"session_id":"` + session + `"}{}`,
		"another session": decisionOf("0c9b8a77-6655-4433-9221-100f0e0d0c0b"),
	} {
		c := overTCP(t, answering(200, body))
		_, err := c.Decision(t.Context(), session)
		if kindOfError(err) != Malformed {
			t.Errorf("decision, %s: %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "kadri") || strings.Contains(err.Error(), "4111")) {
			t.Errorf("%s: personal data in the error: %v", name, err)
		}
		if _, err := c.Sessions(t.Context(), SessionQuery{}); name != "a list" && kindOfError(err) != Malformed {
			t.Errorf("list, %s: %v", name, err)
		} else if name == "a list" && err != nil {
			t.Errorf("an empty array is an empty page: %v", err)
		}
	}
	c := overTCP(t, answering(200, `{"count":3,"results":null}`))
	if _, err := c.Sessions(t.Context(), SessionQuery{}); kindOfError(err) != Malformed {
		t.Errorf("no list: %v", err)
	}
}

// F6: a body shorter than announced is an error, also for the report.
func TestF6CutBody(t *testing.T) {
	cut := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "5000")
		_, _ = io.WriteString(w, "%PDF-1.7 "+okRows)
	}
	c := overTCP(t, http.HandlerFunc(cut))
	if _, err := c.PDF(t.Context(), session); kindOfError(err) != Network {
		t.Errorf("got %v", err)
	}
}

// F10: size, depth and number of keys are bounded, and little memory is spent.
func TestF10HugeBodies(t *testing.T) {
	zeros := make([]byte, 1<<20)
	bomb := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for range 200 {
			if _, err := z.Write(zeros); err != nil {
				return
			}
		}
		_ = z.Close()
	}
	endless := func(w http.ResponseWriter, r *http.Request) {
		for range 200 {
			if _, err := w.Write(zeros); err != nil {
				return
			}
		}
	}
	var keys strings.Builder
	for i := range 1_000_000 {
		fmt.Fprintf(&keys, `,"k%d":0`, i)
	}
	for name, tc := range map[string]struct {
		h    http.HandlerFunc
		want error
	}{
		"a gzip bomb":    {bomb, errTooBig},
		"200 MB":         {endless, errTooBig},
		"depth 10,000":   {answering(200, strings.Repeat(`{"a":`, 10_000)+"1"+strings.Repeat("}", 10_000)), errTooDeep},
		"lists":          {answering(200, strings.Repeat("[", 100)+strings.Repeat("]", 100)), errTooDeep},
		"1,000,000 keys": {answering(200, `{"session_id":"`+session+`"`+keys.String()+"}"), errTooMany},
	} {
		t.Run(name, func(t *testing.T) {
			c := overTCP(t, tc.h)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := c.Decision(t.Context(), session)
			runtime.ReadMemStats(&after)
			if kindOfError(err) != Malformed || !errors.Is(err, tc.want) {
				t.Errorf("got %v", err)
			}
			if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 64<<20 {
				t.Errorf("the heap grew by %d MB", grown>>20)
			}
		})
	}
}

// What a database cannot keep is mended; everything else stays byte for byte.
func TestTidy(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":"x\u0000y"}`:                  `{"a":"x` + "\ufffd" + `y"}`,
		`{"k\u0000":["\u0000",{"b":1.50}]}`: `{"k` + "\ufffd" + `":["` + "\ufffd" + `",{"b":1.50}]}`,
		`{"a":"\uDFFF"}`:                    `{"a":"` + "\ufffd" + `"}`,
		`{"a":"\ud83d\ude00"}`:              `{"a":"😀"}`,
		`{"a":"\ud800"}`:                    `{"a":"` + "\ufffd" + `"}`,
		"{\"a\":\"\xff\"}":                  `{"a":"` + "\ufffd" + `"}`,
		`{"a":"\\u0000<"}`:                  `{"a":"\\u0000<"}`,
		`{"a": 1.50, "b":"<\u00e9>"}`:       `{"a": 1.50, "b":"<\u00e9>"}`,
	} {
		if got := string(tidy([]byte(in))); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	got := excerpt([]byte(`{"full_name": "Kadri \"K\" Lepik", "n": 4711, "mail":"a@example.com", "cut": "abc`))
	for _, secret := range []string{"Kadri", "4711", "a@example", "abc"} {
		if strings.Contains(got, secret) {
			t.Errorf("%s still shows %s", got, secret)
		}
	}
	if !strings.Contains(got, "full_name") {
		t.Errorf("nothing left to recognise it by: %s", got)
	}
	if long := excerpt([]byte(strings.Repeat("y", 5000))); len(long) > 300 {
		t.Errorf("%d bytes", len(long))
	}
}
