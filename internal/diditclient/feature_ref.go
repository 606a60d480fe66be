package diditclient

import (
	"bytes"
	"encoding/json"
	"slices"
)

// FeatureRef names a feature, with its status where that is said.
type FeatureRef struct {
	Feature Text `json:"feature"`
	Status  Text `json:"status"`
	NodeID  Text `json:"node_id"`
}

// FeatureRefs comes as a list of words (decisions), a list of objects (session
// rows, include=events) or a map name → status (users).
type FeatureRefs []FeatureRef

// UnmarshalJSON reads all three; a map is put in the order of its names.
func (f *FeatureRefs) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	*f = nil
	if len(b) > 0 && b[0] == '{' {
		return f.fromMap(b)
	}
	raws, err := elements(b)
	if err != nil {
		return err
	}
	for _, raw := range raws {
		var one FeatureRef
		err := json.Unmarshal(raw, &one)
		if len(raw) > 0 && raw[0] == '"' {
			err = json.Unmarshal(raw, &one.Feature)
		}
		if err != nil {
			return err
		}
		if one.Feature != "" {
			*f = append(*f, one)
		}
	}
	return nil
}

func (f *FeatureRefs) fromMap(b []byte) error {
	var m map[string]Text
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	for name, status := range m {
		*f = append(*f, FeatureRef{Feature: Text(name), Status: status})
	}
	slices.SortFunc(*f, func(a, b FeatureRef) int { return bytes.Compare([]byte(a.Feature), []byte(b.Feature)) })
	return nil
}
