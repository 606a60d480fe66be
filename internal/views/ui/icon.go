package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"diditdesk/static"
)

// Icon draws a symbol of the sprite (Lucide) at 16 px in the colour of the text. It is hidden from readers: put a word
// beside it. An unknown name draws nothing; a test keeps our own names known.
func Icon(name string) templ.Component { return icon(name, "icon") }

// IconTone is Icon in the colour of a tone.
func IconTone(name string, tone Tone) templ.Component {
	switch tone {
	case Good, Warn, Bad, Info, Accent:
		return icon(name, "icon tone-"+string(tone))
	}
	return Icon(name)
}

// IconLarge draws at 20 px.
func IconLarge(name string) templ.Component { return icon(name, "icon icon--large") }

// icon writes the markup itself because a list of 50 rows draws 400 of them. Name is checked against the sprite and
// class is one of ours, so nothing here needs escaping.
func icon(name, class string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		assets := static.Load()
		if !assets.HasIcon(name) {
			return nil
		}
		_, err := io.WriteString(w, `<svg class="`+class+`" width="16" height="16" aria-hidden="true"><use href="`+assets.URL("icons.svg")+`#`+name+`"></use></svg>`)
		return err
	})
}
