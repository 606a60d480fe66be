package flow

import (
	"slices"
	"strings"
	"sync"
)

// KeyKind is the type of a setting.
type KeyKind string

// The kinds; Percent is a Number from 0 to 100.
const (
	KindBool    KeyKind = "bool"
	KindInt     KeyKind = "int"
	KindNumber  KeyKind = "number"
	KindPercent KeyKind = "percent"
	KindEnum    KeyKind = "enum"
	KindText    KeyKind = "text"
	KindAction  KeyKind = "action"  // NO_ACTION, REVIEW, DECLINE
	KindAction2 KeyKind = "action2" // REVIEW, DECLINE
	KindList    KeyKind = "list"
	KindObject  KeyKind = "object"
)

// Key is one documented setting (api/workflows.md §3, §4, §6).
type Key struct {
	Name     string
	Feature  string // the step's wire name; "" for the workflow itself
	Kind     KeyKind
	Min, Max *float64 // inclusive; nil: none is told
	Enum     []string // upper case
	Default  string   // as JSON; "" when no source tells one
	Label    string   // a few words, for beside the control
	Meaning  string   // one sentence
	Group    string   // which keys stand together
	Common   bool     // has a control of its own; the rest are in "all settings"
	NotNull  bool     // null is refused
	First    bool     // known to the flag form alone (api/workflows.md §6)
}

// Choice says whether the value is one of Enum.
func (k Key) Choice() bool {
	return k.Kind == KindEnum || k.Kind == KindAction || k.Kind == KindAction2
}

// table is the catalogue, made once.
var table = sync.OnceValue(makeTable)

type keyTable struct {
	all       []Key
	byFeature map[string][]Key
	at        map[[2]string]int
}

func makeTable() *keyTable {
	t := &keyTable{byFeature: map[string][]Key{}, at: map[[2]string]int{}}
	for _, part := range parts() {
		for _, k := range part.keys {
			k.Feature = part.wire
			t.at[[2]string{k.Feature, k.Name}] = len(t.all)
			t.all = append(t.all, k)
			t.byFeature[k.Feature] = append(t.byFeature[k.Feature], k)
		}
	}
	return t
}

// Catalogue lists every documented setting, the workflow's own first.
func Catalogue() []Key { return slices.Clone(table().all) }

// CatalogueFor lists the settings of a step, those of the workflow itself for "".
func CatalogueFor(wire string) []Key {
	if wire != "" {
		wire = wireName(wire)
	}
	return slices.Clone(table().byFeature[wire])
}

// KeyFor finds a setting of a step by its name.
func KeyFor(wire, name string) (Key, bool) {
	if wire != "" {
		wire = wireName(wire)
	}
	i, ok := table().at[[2]string{wire, name}]
	if !ok {
		return patternKey(wire, name)
	}
	return table().all[i], true
}

// patternKey knows the two families whose members the documents do not list.
func patternKey(wire, name string) (Key, bool) {
	var k Key
	switch {
	case wire == "GEOLOCATION" && strings.HasSuffix(name, "_unit"):
		k = enum(name, "Unit shown", "Unit in which the console shows a distance; checks do not depend on it.", "METRIC", "IMPERIAL")
		k.Group = "Distance"
	case wire == "BANK_VERIFICATION" && strings.HasPrefix(name, "bank_") && strings.HasSuffix(name, "_action"):
		k = act(name, plainWords(strings.TrimSuffix(strings.TrimPrefix(name, "bank_"), "_action")), "the bank check finds this")
	default:
		return Key{}, false
	}
	k.Feature = wire
	return k, true
}

// plainWords turns a key nobody described into something to read.
func plainWords(key string) string {
	words := strings.ReplaceAll(key, "_", " ")
	if words == "" {
		return key
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// Keys lists the settings that fit the i-th step: of the first generation those its
// form documents and those that are said.
func (w *Workflow) Keys(i int) []Key {
	items := w.items()
	if i < 0 || i >= len(items) {
		return nil
	}
	first := w.form() == flagForm
	return slices.DeleteFunc(CatalogueFor(items[i].wire), func(k Key) bool {
		if first {
			return !isFlagSetting(k.Name) && items[i].config.get(k.Name) == nil
		}
		return k.First
	})
}

// isFlagSetting says whether the flag form keeps this setting at the top.
func isFlagSetting(name string) bool {
	switch name {
	case "documents_allowed", "duplicated_user_action", "face_liveness_method", "face_liveness_score_decline_threshold",
		"face_liveness_score_review_threshold", "face_match_score_decline_threshold", "face_match_score_review_threshold",
		"aml_decline_threshold", "is_age_restrictions_enabled":
		return true
	}
	return false
}
