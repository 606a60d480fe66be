package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"diditdesk/internal/flow"
)

// Toggles have words of their own: an unchecked box is not sent at all, and off
// differs from not said.
const (
	toggleOn  = "on"
	toggleOff = "off"
)

// maxShown is the longest value, in bytes, that a page carries: the table of every
// document has 157 KB.
const maxShown = 2 << 10

// shownValue is a setting as its control shows it; "" for null and for nothing.
func shownValue(v flow.Value, k flow.Key) string {
	switch {
	case !v.Exists() || v.Kind() == flow.Null:
		return ""
	case k.Choice():
		return strings.ToUpper(v.Text())
	case k.Kind == flow.KindBool:
		if is, ok := v.Bool(); ok {
			return strconv.FormatBool(is)
		}
	case v.Kind() == flow.Object || v.Kind() == flow.Array:
		return prettyJSON(v.Raw())
	}
	if k.Kind == flow.KindList || k.Kind == flow.KindObject || k.Kind == "" {
		return string(v.Raw())
	}
	return v.Text()
}

func prettyJSON(raw json.RawMessage) string {
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil { // cannot be: it was parsed
		return string(raw)
	}
	return out.String()
}

// tooLong says whether a value is not sent to the browser.
func tooLong(v flow.Value) bool {
	return (v.Kind() == flow.Object || v.Kind() == flow.Array) && len(v.Raw()) > maxShown
}

// typedFault is what is wrong with a typed value before any rule of the catalogue.
type typedFault string

func (f typedFault) Error() string { return string(f) }

// encode turns what was typed into JSON; nil takes the setting away. lower is for
// the first generation, which writes its choices in lower case. Ranges are left to
// flow.Check: a draft may be wrong, a number may not be no number.
func encode(k flow.Key, typed string, lower bool) (json.RawMessage, error) {
	typed = strings.TrimSpace(typed)
	switch {
	case typed == "":
		return nil, nil
	case k.Kind == flow.KindBool:
		return encodeBool(typed)
	case k.Kind == flow.KindInt:
		if _, err := strconv.ParseInt(typed, 10, 64); err != nil {
			return nil, typedFault("Enter a whole number.")
		}
		return encodeNumber(typed)
	case k.Kind == flow.KindNumber || k.Kind == flow.KindPercent:
		return encodeNumber(typed)
	case k.Choice():
		if !slices.Contains(k.Enum, typed) {
			return nil, typedFault("Choose one of " + strings.Join(k.Enum, ", ") + ".")
		}
		if lower {
			typed = strings.ToLower(typed)
		}
		return json.Marshal(typed)
	case k.Kind == flow.KindText:
		return json.Marshal(typed)
	case k.Kind == flow.KindList && !strings.HasPrefix(typed, "["): // check boxes
		return json.Marshal(strings.Split(typed, ","))
	}
	return encodeJSON(k, typed)
}

func encodeBool(typed string) (json.RawMessage, error) {
	switch typed {
	case toggleOn, "true":
		return json.RawMessage("true"), nil
	case toggleOff, "false":
		return json.RawMessage("false"), nil
	}
	return nil, typedFault("Choose yes or no.")
}

func encodeNumber(typed string) (json.RawMessage, error) {
	if !json.Valid([]byte(typed)) {
		f, err := strconv.ParseFloat(typed, 64)
		if err != nil || strings.ContainsAny(typed, "xXnN_") { // Go's own spellings, infinities, NaN
			return nil, typedFault("Enter a number.")
		}
		typed = strconv.FormatFloat(f, 'f', -1, 64)
	}
	if _, err := strconv.ParseFloat(typed, 64); err != nil {
		return nil, typedFault("Enter a number.")
	}
	return json.RawMessage(typed), nil
}

func encodeJSON(k flow.Key, typed string) (json.RawMessage, error) {
	d, err := flow.ParseDoc([]byte(typed))
	var syntax *flow.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, typedFault("Line " + strconv.Itoa(syntax.Line) + ": " + syntax.Words + ".")
	case err != nil:
		return nil, typedFault("This is no JSON.")
	case k.Kind == flow.KindObject && d.Root().Kind() != flow.Object:
		return nil, typedFault("Enter an object: it begins with { and ends with }.")
	}
	return d.Raw(), nil
}

// choiceWords are the API's choices in people's words.
func choiceWords(value string) string {
	switch value {
	case "NO_ACTION":
		return "Nothing"
	case "REVIEW":
		return "Review"
	case "DECLINE":
		return "Decline"
	case "ACTIVE_3D":
		return "Moving head"
	case "FLASHING":
		return "Coloured light"
	case "PASSIVE":
		return "Still"
	case "AES", "QES":
		return value
	}
	words := strings.ToLower(strings.ReplaceAll(value, "_", " "))
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// defaultWords is a documented default in words; "" when none is told.
func defaultWords(k flow.Key) string {
	d := strings.Trim(k.Default, `"`)
	switch {
	case d == "true":
		return "yes"
	case d == "false":
		return "no"
	case k.Choice():
		return strings.ToLower(choiceWords(strings.ToUpper(d)))
	case k.Kind == flow.KindObject || k.Kind == flow.KindList:
		return ""
	}
	return d
}
