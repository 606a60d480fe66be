package wire

import (
	"cmp"
	"strconv"
	"strings"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

func (t translator) questionnaire(path string, b diditclient.QuestionnaireResponse) kyc.AnsweredForm {
	lang := string(b.Language)
	f := kyc.AnsweredForm{
		Check:    t.check(path, b.BlockHead, kyc.Questionnaire),
		ID:       string(cmp.Or(b.GroupID, b.ID)),
		Version:  int(b.Version.Int()),
		Title:    b.Title.In(lang),
		Language: lang,
	}
	for i, s := range b.Sections.Items {
		section := kyc.FormSection{Title: s.Title.In(lang)}
		for j, item := range s.Items.Items {
			answer := formAnswer(item, lang)
			answer.Files = mediaUnder(t.links, path+".sections."+strconv.Itoa(i)+".items."+strconv.Itoa(j)+".answer")
			section.Items = append(section.Items, answer)
		}
		f.Sections = append(f.Sections, section)
	}
	return f
}

// formAnswer reads what was answered from "answer" alone: the item's own "value" is
// the question's id (api/questionnaires.md) and was never said by anybody.
func formAnswer(item diditclient.FormItem, lang string) kyc.FormAnswer {
	values := item.Answer.Value
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = choice(item.Choices.Items, v, lang)
	}
	return kyc.FormAnswer{
		ID:       string(item.UUID),
		Type:     string(item.Type),
		Question: item.Title.In(lang),
		Required: bool(item.Required),
		Answer:   strings.Join(words, ", "),
		Text:     string(item.Answer.Text),
	}
}

// choice gives the label of a chosen value; several may stand in one text.
func choice(choices []diditclient.FormChoice, value, lang string) string {
	if label, ok := labelOf(choices, value, lang); ok || !strings.Contains(value, ",") {
		return label
	}
	parts := strings.Split(value, ",")
	for i, p := range parts {
		label, ok := labelOf(choices, strings.TrimSpace(p), lang)
		if !ok {
			return value // a comma inside an answer, not a list
		}
		parts[i] = label
	}
	return strings.Join(parts, ", ")
}

func labelOf(choices []diditclient.FormChoice, value, lang string) (string, bool) {
	for _, c := range choices {
		if string(c.Value) == value {
			return cmp.Or(c.Label.In(lang), value), true
		}
	}
	return value, false
}
