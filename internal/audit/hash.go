package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
)

const (
	hashSize = sha256.Size

	// encoding names the way an entry becomes bytes; another way needs another name.
	encoding = "didit desk audit entry 1"
)

// Hash is the entry's seal: SHA-256 over prev and every other field but Hash.
// Each field carries its length, so no two entries share an encoding.
func Hash(prev []byte, e Entry) []byte {
	var room [1024]byte
	b := appendText(room[:0], encoding)
	b = appendBytes(b, prev)
	b = appendInt(b, e.Seq)
	b = appendInt(b, e.At.UnixMicro())
	b = appendInt(b, e.Actor.StaffID)
	b = appendText(b, e.Actor.Name)
	b = appendText(b, string(e.Actor.Role))
	b = appendInt(b, e.Actor.SignInID)
	b = appendText(b, e.Actor.Address)
	b = appendText(b, e.Act)
	b = appendText(b, e.ObjectKind)
	b = appendText(b, e.ObjectID)
	b = appendBytes(b, e.Subject)
	b = appendText(b, string(e.Outcome))
	b = appendInt(b, e.Settles)
	b = appendObject(b, e.Detail)
	b = appendBytes(b, e.Sealed)
	sum := sha256.Sum256(b)
	return sum[:]
}

func appendInt(b []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(n)) //nolint:gosec // bits, not a quantity
}

func appendText(b []byte, s string) []byte { return append(appendInt(b, int64(len(s))), s...) }

func appendBytes(b, s []byte) []byte { return append(appendInt(b, int64(len(s))), s...) }

func appendObject(b []byte, m map[string]any) []byte {
	var room [16]string
	keys := room[:0]
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	b = appendInt(append(b, '{'), int64(len(keys)))
	for _, key := range keys {
		b = appendValue(appendText(b, key), m[key])
	}
	return b
}

// appendValue knows the types encoding/json decodes into; plain leaves no other.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendText(append(b, '"'), v)
	case float64:
		return binary.BigEndian.AppendUint64(append(b, '0'), math.Float64bits(v))
	case bool:
		if v {
			return append(b, 't')
		}
		return append(b, 'f')
	case []any:
		b = appendInt(append(b, '['), int64(len(v)))
		for _, item := range v {
			b = appendValue(b, item)
		}
		return b
	case map[string]any:
		return appendObject(b, v)
	}
	return append(b, 'n')
}
