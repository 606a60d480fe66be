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
	assets := static.Load()
	out := map[string]string{}
	for _, name := range assets.Icons() {
		out[name] = `" width="16" height="16" aria-hidden="true"><use href="` + assets.URL("icons.svg") + `#` + name + `"></use></svg>`
	}
	return out
})
