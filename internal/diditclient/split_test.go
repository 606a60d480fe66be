package diditclient

import (
	"encoding/json"
	"reflect"
	"testing"
)

// FuzzSplit: splitting by hand and the standard library agree on every valid object
// and array, and nothing makes it panic.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{`{}`, `[]`, `{"a":1}`, ` { "a" : [1 , {"b":"}\""}] , "c":null } `, `[1,"a,b",[],{}]`, `{"a":1,"a":2}`, `{"\u0061":"\\"}`, `{"a"}`, `[,]`, `{"a":}`, `"x"`, `[1 2]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, fields, err := members(b)
		list, listErr := elements(b)
		if !json.Valid(b) {
			return
		}
		var wantFields map[string]json.RawMessage
		if json.Unmarshal(b, &wantFields) == nil && wantFields != nil {
			if err != nil || !sameJSON(t, fields, wantFields) {
				t.Errorf("%s: got %s, %v", b, fields, err)
			}
		}
		var wantList []json.RawMessage
		if json.Unmarshal(b, &wantList) == nil && wantList != nil {
			if listErr != nil || !sameJSON(t, list, wantList) {
				t.Errorf("%s: got %s, %v", b, list, listErr)
			}
		}
	})
}

func sameJSON(t *testing.T, a, b any) bool {
	t.Helper()
	var x, y any
	one, err := json.Marshal(a)
	if err != nil {
		return false
	}
	two, err := json.Marshal(b)
	if err != nil {
		return false
	}
	if json.Unmarshal(one, &x) != nil || json.Unmarshal(two, &y) != nil {
		return false
	}
	return reflect.DeepEqual(x, y)
}
