package audit

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
)

// NewSubjectKey makes the key of one person and the wrapped form to store.
// Destroying the stored form makes all that was sealed under it unreadable.
func (s *Sealer) NewSubjectKey(subject []byte) (key, wrapped []byte) {
	key = randomKey()
	return key, s.wrap.seal(keyPlace(subject), key)
}

// UnwrapKey gets a person's key back. Errors: ErrOtherKey, ErrTampered.
func (s *Sealer) UnwrapKey(subject, wrapped []byte) ([]byte, error) {
	return s.wrap.open(keyPlace(subject), wrapped)
}

// Personal opens the sealed part of an entry with the subject's key; nil when
// nothing was sealed. Errors: ErrOtherKey, ErrTampered.
func Personal(e Entry, key []byte) (map[string]any, error) {
	if len(e.Sealed) == 0 {
		return nil, nil
	}
	b, err := newBox(key)
	if err != nil {
		return nil, err
	}
	body, err := b.open(personalPlace(e.Seq), e.Sealed)
	if err != nil {
		return nil, err
	}
	var personal map[string]any
	if err := json.Unmarshal(body, &personal); err != nil {
		return nil, fmt.Errorf("read the personal part of entry %d: %w", e.Seq, err)
	}
	return personal, nil
}

func sealPersonal(key []byte, seq int64, personal map[string]any) ([]byte, error) {
	body, err := json.Marshal(personal)
	if err != nil {
		return nil, fmt.Errorf("personal part: %w", err)
	}
	b, err := newBox(key)
	if err != nil {
		return nil, err
	}
	return b.seal(personalPlace(seq), body), nil
}

func keyPlace(subject []byte) Place {
	return Place{Table: "audit_keys", Column: "wrapped", Row: hex.EncodeToString(subject)}
}

func personalPlace(seq int64) Place {
	return Place{Table: "audit_entries", Column: "sealed", Row: strconv.FormatInt(seq, 10)}
}
