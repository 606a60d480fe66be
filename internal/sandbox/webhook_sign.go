package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

func hexMAC(secret, message string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(message))
	return hex.EncodeToString(mac.Sum(nil))
}

// canonical is the form X-Signature-V2 is made over (api/sessions.md §8.4):
// sorted keys, no spaces, whole floats as integers, Unicode as it is.
func canonical(body []byte) (string, error) {
	value, err := decodeJSON(body)
	if err != nil {
		return "", err
	}
	return string(encodeJSON(shorten(value))), nil
}

// shorten rewrites numbers that are not plain integers; integers stay as they
// were written, however long.
func shorten(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			v[key] = shorten(value)
		}
	case []any:
		for i, value := range v {
			v[i] = shorten(value)
		}
	case json.Number:
		if !strings.ContainsAny(v.String(), ".eE") {
			return v
		}
		f, err := v.Float64()
		if err != nil {
			return v
		}
		if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return json.Number(strconv.FormatInt(int64(f), 10))
		}
		return f
	}
	return v
}
