package diditclient

import (
	"bytes"
	"encoding/json"
)

// QuestionnaireResponse is an answered questionnaire (api/sessions.md §3.11).
type QuestionnaireResponse struct {
	BlockHead
	ID        Text              `json:"questionnaire_id"`
	GroupID   Text              `json:"questionnaire_group_id"`
	Version   Number            `json:"version"`
	Title     Localized         `json:"title"`
	About     Localized         `json:"description"`
	Languages Strings           `json:"languages"`
	Language  Text              `json:"default_language"`
	Active    Flag              `json:"is_active"`
	Simple    Flag              `json:"is_simple_questionnaire"`
	Published Text              `json:"published_at"`
	Sections  List[FormSection] `json:"sections"`
}

// UnmarshalJSON reads the block.
func (v *QuestionnaireResponse) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// FormSection groups questions.
type FormSection struct {
	Block
	Title Localized      `json:"title"`
	About Localized      `json:"description"`
	Items List[FormItem] `json:"items"`
}

// UnmarshalJSON reads the section.
func (v *FormSection) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// FormItem is a question with its answer.
type FormItem struct {
	Block
	UUID     Text             `json:"uuid"`
	Type     Text             `json:"element_type"`
	Title    Localized        `json:"title"`
	Required Flag             `json:"is_required"`
	Value    any              `json:"value"`
	Choices  List[FormChoice] `json:"choices"`
	Answer   FormAnswer       `json:"answer"`
}

// UnmarshalJSON reads the question.
func (v *FormItem) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// FormChoice is an option of a question.
type FormChoice struct {
	Block
	Label Localized `json:"label"`
	Value Text      `json:"value"`
}

// UnmarshalJSON reads the option.
func (v *FormChoice) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// FormAnswer is what was answered: values as texts (one for most types), the text
// typed beside a choice, and links to files.
type FormAnswer struct {
	Value Strings `json:"value"`
	Text  Text    `json:"text"`
	Files Strings `json:"files"`
}

// Localized is a text, or a map from language to text.
type Localized map[string]string

// UnmarshalJSON reads either; a bare text stands under "".
func (l *Localized) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '{' {
		var m map[string]Text
		err := json.Unmarshal(b, &m)
		*l = Localized{}
		for k, v := range m {
			(*l)[k] = string(v)
		}
		return err
	}
	s, err := scalar(b)
	*l = nil
	if s != "" {
		*l = Localized{"": s}
	}
	return err
}

// In gives the text in a language, else in English, else in the first one there is.
func (l Localized) In(lang string) string {
	for _, k := range []string{"", lang, "en"} {
		if s := l[k]; s != "" {
			return s
		}
	}
	best := ""
	for k := range l {
		if best == "" || k < best {
			best = k
		}
	}
	return l[best]
}
