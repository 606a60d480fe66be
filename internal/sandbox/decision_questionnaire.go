package sandbox

import (
	"strings"
	"time"
)

// field is one question of the invented form, in English and Spanish.
type field struct {
	id, kind string
	text     [2]string
	choices  string // "value:English:Español"; a * after the value asks for text
	required bool
	answers  string // what applicants put in, separated by |
}

// form is the questionnaire of the source-of-funds workflow; a SECTION_HEADER
// opens a section of the report (api/questionnaires.md §8).
var form = []field{
	{"", "SECTION_HEADER", [2]string{"About your work", "Su trabajo"}, "", false, ""},
	{"occupation", "SHORT_TEXT", [2]string{"Occupation", "Ocupación"}, "", true, "Engineer|Nurse|Shop owner|Student|Violin maker"},
	{"employment", "SINGLE_CHOICE", [2]string{"Employment", "Situación laboral"}, "employed:Employed:Empleado|self:Self-employed:Autónomo|other*:Other:Otra", true, "employed|employed|self|other"},
	{"started", "DATE_PICKER", [2]string{"Working there since", "Trabaja allí desde"}, "", false, "2019-04-01|2022-11-15|2024-01-08"},
	{"office", "ADDRESS", [2]string{"Place of work", "Lugar de trabajo"}, "", false, ""},
	{"call", "TIME", [2]string{"Best time to call", "Mejor hora para llamar"}, "", false, "09:30|17:00"},
	{"", "SECTION_HEADER", [2]string{"Where the money comes from", "Origen de los fondos"}, "", false, ""},
	{"", "PARAGRAPH", [2]string{"Please name every source above 1,000 a month.", "Indique toda fuente superior a 1.000 al mes."}, "", false, ""},
	{"sources", "MULTIPLE_CHOICE", [2]string{"Sources", "Fuentes"}, "salary:Salary:Salario|savings:Savings:Ahorros|sale:Sale of property:Venta de inmueble|gift*:Gift or inheritance:Donación o herencia", true, ""},
	{"income", "NUMBER", [2]string{"Monthly income", "Ingresos mensuales"}, "", true, "1850|2400|5200|12000"},
	{"country", "COUNTRY", [2]string{"Tax residence", "Residencia fiscal"}, "", true, ""},
	{"bank", "DROPDOWN", [2]string{"Main bank", "Banco principal"}, "exb:Example Bank:Banco Ejemplo|plb:Placeholder Bank:Banco Muestra", false, "exb|plb"},
	{"proof", "FILE_UPLOAD", [2]string{"Proof of income", "Justificante de ingresos"}, "", false, ""},
	{"photo", "IMAGE", [2]string{"Photo of the workplace", "Foto del lugar de trabajo"}, "", false, ""},
	{"", "SECTION_HEADER", [2]string{"Contact", "Contacto"}, "", false, ""},
	{"mail", "EMAIL", [2]string{"Work e-mail", "Correo de trabajo"}, "", false, ""},
	{"tel", "PHONE", [2]string{"Work phone", "Teléfono de trabajo"}, "", false, ""},
	{"story", "LONG_TEXT", [2]string{"Anything else we should know", "¿Algo más que debamos saber?"}, "", false, "No.|I moved here last spring and changed my name when I married.\nThe old name is on two of the papers."},
	{"true", "CONSENT", [2]string{"Everything above is true", "Todo lo anterior es cierto"}, "", true, "true"},
}

// questionnaire is an item of questionnaire_responses (api/sessions.md §3.11).
func (m *maker) questionnaire() map[string]any {
	lang := 0
	if m.s.Language == "es" || m.s.Language == "" && m.s.seed%3 == 0 {
		lang = 1
	}
	item := map[string]any{
		"node_id": m.node, "status": m.status, "questionnaire_id": m.s.Workflow.questionnaire(), "questionnaire_group_id": "6a9be2d0-4c17-4f58-93ab-70d1e8c5f264",
		"version": 2, "title": [2]string{"Source of funds", "Origen de los fondos"}[lang], "description": nil,
		"languages": []string{"en", "es"}, "default_language": "en", "is_active": true, "is_simple_questionnaire": true,
		"published_at": seconds(m.w.start.AddDate(0, -4, 0).Truncate(time.Hour)), "sections": m.sections(lang),
	}
	// Most accounts never see warnings here; newer ones list the step (§8).
	if found := m.warnings("QUESTIONNAIRE"); len(found) > 0 {
		item["warnings"] = found
	}
	return item
}

func (m *maker) sections(lang int) []any {
	var list []any
	var open map[string]any
	var items []any
	for i := range form {
		f := &form[i]
		if f.kind == "SECTION_HEADER" {
			if open != nil {
				open["items"] = items
			}
			open, items = map[string]any{"title": f.text[lang], "description": nil}, []any{}
			list = append(list, open)
			continue
		}
		items = append(items, m.question(f, i, lang))
	}
	open["items"] = items
	return list
}

func (m *maker) question(f *field, i, lang int) map[string]any {
	item := map[string]any{
		"uuid": questionnaireID[:24] + "0000000000" + itoa(10+i), "value": orNull(f.id), "element_type": f.kind, "is_required": f.required,
		"title": f.text[lang], "description": nil, "placeholder": nil, "choices": f.options(lang), "max_files": nil,
		"required_if": nil, "repeatable_config": nil,
	}
	if f.kind == "FILE_UPLOAD" || f.kind == "IMAGE" {
		item["max_files"] = 3
	}
	if f.kind != "PARAGRAPH" {
		item["answer"] = m.answer(f)
	}
	return item
}

// options are the choices in one language, nil for questions without.
func (f *field) options(lang int) any {
	if f.choices == "" {
		return nil
	}
	list := []any{}
	for _, c := range strings.Split(f.choices, "|") {
		part := strings.Split(c, ":")
		value, wantsText := strings.CutSuffix(part[0], "*")
		option := map[string]any{"label": part[1+lang], "value": value}
		if wantsText {
			option["requires_text_input"] = true
		}
		list = append(list, option)
	}
	return list
}

// answer is what the applicant put in; nil for a question left out.
func (m *maker) answer(f *field) any {
	if !f.required && m.chance(22) {
		return nil
	}
	reply := func(v any) map[string]any { return map[string]any{"value": v, "text": nil, "files": nil} }
	switch f.kind {
	case "MULTIPLE_CHOICE":
		a := reply([]any{"salary", "savings"})
		if m.chance(40) {
			a["value"], a["text"] = []any{"sale", "gift"}, "My grandmother's flat in "+m.p.Address.City
		}
		return a
	case "FILE_UPLOAD":
		a := reply(nil)
		a["files"] = []string{m.link("answer-1"), m.link("answer-2")}[:1+m.r.IntN(2)]
		return a
	case "IMAGE":
		a := reply(nil)
		a["files"] = []string{m.link("answer-3")}
		return a
	case "ADDRESS":
		return reply(m.p.Address.line())
	case "COUNTRY":
		return reply(m.p.Country)
	case "EMAIL":
		return reply("work." + m.p.Email)
	case "PHONE":
		return reply(m.p.Phone)
	}
	choice := strings.Split(f.answers, "|")
	a := reply(choice[m.r.IntN(len(choice))])
	if a["value"] == "other" {
		a["text"] = "Three small jobs, mostly markets on weekends"
	}
	return a
}
