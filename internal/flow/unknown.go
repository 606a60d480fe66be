package flow

import "slices"

// UnknownKey is a key no document describes; it is shown and kept.
type UnknownKey struct {
	Path string
	Step int // -1: of the workflow itself
	Key  string
	Sent bool // false where the API refuses keys it does not know
}

// Unknown lists the keys nobody has documented, in the order they stand.
func (w *Workflow) Unknown() []UnknownKey {
	first := w.form() == flagForm
	items := w.items()
	var out []UnknownKey
	for _, k := range w.Doc.root.keys {
		if _, ok := KeyFor("", k.key); ok || serverKey(k.key) || w.settingAtTop(items, k.key) {
			continue
		}
		out = append(out, UnknownKey{Join("", k.key), -1, k.key, first})
	}
	for i, it := range items {
		at := At("features", i)
		for _, k := range (Value{it.source}).Keys() {
			if !slices.Contains([]string{"feature", "config", "label", "node_id"}, k) {
				out = append(out, UnknownKey{Join(at, k), i, k, true})
			}
		}
		for _, k := range (Value{it.config}).Keys() {
			if _, ok := KeyFor(it.wire, k); !ok {
				out = append(out, UnknownKey{Join(at+".config", k), i, k, true})
			}
		}
	}
	return out
}

// settingAtTop says whether a key at the top is the setting of a step there is, or
// of the flag form.
func (w *Workflow) settingAtTop(items []item, key string) bool {
	return isFlagSetting(key) || slices.ContainsFunc(items, func(it item) bool {
		_, ok := KeyFor(it.wire, key)
		return ok
	})
}
