package ui

import (
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"

	"diditdesk/static"
)

// Icon draws a symbol of the sprite (Lucide) at 16 px in the colour of the text. It is hidden from readers: put a word
// beside it. An unknown name draws nothing; a test keeps our own names known.
func Icon(name string) templ.Component { return icon{name, "icon"} }

// IconTone is Icon in the colour of a tone.
func IconTone(name string, tone Tone) templ.Component {
	switch tone {
	case Good, Warn, Bad, Info, Accent:
		return icon{name, "icon tone-" + string(tone)}
	}
	return Icon(name)
}

// IconLarge draws at 20 px.
func IconLarge(name string) templ.Component { return icon{name, "icon icon--large"} }

// IconTitled stands alone: its title is read out, and shown to a pointer.
func IconTitled(name, title string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		href, ok := symbolLinks()[name]
		if !ok {
			return nil
		}
		_, err := io.WriteString(w, `<svg class="icon" width="16" height="16" role="img"><title>`+templ.EscapeString(title)+`</title><use href="`+href+`"></use></svg>`)
		return err
	})
}

// icon writes the markup itself because a list of 50 rows draws 400 of them. The class is one of ours and the name is one
// of the sprite's, so nothing here needs escaping.
type icon struct{ name, class string }

func (i icon) Render(_ context.Context, w io.Writer) error {
	use, ok := symbols()[i.name]
	if !ok {
		return nil
	}
	_, err := io.WriteString(w, `<svg class="`+i.class+use)
	return err
}

// symbols holds, for each name of the sprite, what follows the class.
var symbols = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for name, href := range symbolLinks() {
		out[name] = `" width="16" height="16" aria-hidden="true"><use href="` + href + `"></use></svg>`
	}
	return out
})

// symbolLinks holds the address of each name of the sprite.
var symbolLinks = sync.OnceValue(func() map[string]string {
	assets := static.Load()
	out := map[string]string{}
	for _, name := range assets.Icons() {
		out[name] = assets.URL("icons.svg") + "#" + name
	}
	return out
})
