// Package ui holds the parts pages are made of: one templ component and one style sheet of the same name each. A part
// takes props of plain words and knows nothing of rows, wire formats or permissions. Text is escaped by templ; addresses
// in attributes templ leaves open (src, hx-*) come only from Path (T1, T2).
package ui

// Tone is a meaning, shown by colour and always by an icon or a word beside it.
type Tone string

// The tones. Neutral is the zero value.
const (
	Neutral Tone = ""
	Good    Tone = "good"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
	Info    Tone = "info"
	Accent  Tone = "accent"
)

// toned returns "block block--tone", or the block alone for Neutral.
func toned(block string, tone Tone) string {
	if tone == Neutral {
		return block
	}
	return block + " " + block + "--" + string(tone)
}

// when returns the text if the condition holds, else nothing; for class lists.
func when(on bool, text string) string {
	if on {
		return text
	}
	return ""
}
