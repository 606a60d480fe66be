package flow

import (
	"slices"
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
		return Key{}, false
	}
	return table().all[i], true
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
