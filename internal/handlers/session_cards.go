package handlers

import (
	"slices"
	"strconv"
	"strings"

	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// cards lists every check in page order.
func (e evidence) cards() []views.Evidence {
	d := e.doc()
	var out []views.Evidence
	for i, b := range d.Documents {
		out = append(out, e.document(b, i, len(d.Documents)))
	}
	for i, b := range d.Chips {
		out = append(out, e.chip(b, i, len(d.Chips)))
	}
	for i, b := range d.Faces {
		out = append(out, e.face(b, i, len(d.Faces)))
	}
	for i, b := range d.Liveness {
		out = append(out, e.liveness(b, i, len(d.Liveness)))
	}
	for i, b := range d.Screenings {
		out = append(out, e.screening(b, i, len(d.Screenings)))
	}
	for i, b := range d.Addresses {
		out = append(out, e.address(b, i, len(d.Addresses)))
	}
	for i, b := range d.Phones {
		out = append(out, e.phone(b, i, len(d.Phones)))
	}
	for i, b := range d.Emails {
		out = append(out, e.email(b, i, len(d.Emails)))
	}
	for i, b := range d.Databases {
		out = append(out, e.database(b, i, len(d.Databases)))
	}
	for i, b := range d.Networks {
		out = append(out, e.network(b, i, len(d.Networks)))
	}
	for i, b := range d.Questionnaires {
		out = append(out, e.questionnaire(b, i, len(d.Questionnaires)))
	}
	return pairHalves(out)
}

// pairHalves lets small cards stand side by side only when the next one is small
// too, so that no row of the grid has a hole.
func pairHalves(list []views.Evidence) []views.Evidence {
	for i := 0; i < len(list); i++ {
		if !list[i].Half {
			continue
		}
		if i+1 < len(list) && list[i+1].Half {
			i++
			continue
		}
		list[i].Half = false
	}
	return list
}

func (e evidence) document(b kyc.DocumentCheck, i, of int) views.Evidence {
	v := e.card(kyc.IDVerification, i, of, b.Check)
	m, c, x := e.d.mask, e.r.clock(), e.doc().Expected
	born, expectedBorn := m.date(b.BirthDate), m.date(text(x["date_of_birth"]))
	if m.open {
		born, expectedBorn = c.day(b.BirthDate), c.day(text(x["date_of_birth"]))
		if b.Age != nil {
			born += " (" + strconv.Itoa(*b.Age) + ")"
		}
	}
	rows := []ui.CompareRow{
		compare("Name", m.name(b.FullName), m.name(expectedName(x)), b.FullName, expectedName(x)),
		compare("Born", born, expectedBorn, b.BirthDate, text(x["date_of_birth"])),
		compare("Gender", b.Gender, text(x["gender"]), b.Gender, text(x["gender"])),
		compare("Nationality", b.Nationality, text(x["nationality"]), b.Nationality, text(x["nationality"])),
		compare("Issued by", country(b.IssuingName, b.IssuingState), issuedExpected(x), b.IssuingState, issuedExpected(x)),
		compare("Document", strings.TrimSpace(b.Type+" "+m.tail(b.Number)), m.tail(text(x["identification_number"])), b.Number, text(x["identification_number"])),
		{Key: "Personal number", Left: m.tail(b.PersonalNumber)},
		{Key: "Issued on", Left: c.day(b.IssuedOn)},
		{Key: "Expires", Left: e.expiry(b.ExpiresOn)},
		{Key: "Address", Left: m.text(b.Address)},
		{Key: "Born in", Left: m.text(b.BirthPlace)},
	}
	v.Compare, v.Facts = compared("What the document says and what was expected", rows)
	if m.open {
		v.Facts = append(v.Facts, e.documentFacts(b)...)
	}
	return v
}

// compared drops the rows that say nothing. When nothing was expected there is
// nothing to compare with, and a plain list reads better.
func compared(caption string, rows []ui.CompareRow) (*ui.CompareProps, []ui.KVItem) {
	rows = slices.DeleteFunc(rows, func(r ui.CompareRow) bool { return r.Left == "" && r.Right == "" })
	if slices.ContainsFunc(rows, func(r ui.CompareRow) bool { return r.Right != "" }) {
		return &ui.CompareProps{Caption: caption, LeftTitle: "From the document", RightTitle: "Expected", Rows: rows}, nil
	}
	var facts []ui.KVItem
	for _, r := range rows {
		facts = append(facts, ui.KVItem{Key: r.Key, Value: r.Left})
	}
	return nil, facts
}

func (e evidence) expiry(on string) string {
	t := parseTime(on)
	words := e.r.clock().day(on)
	if t.IsZero() {
		return words
	}
	left := int(t.Sub(e.r.server.Now()).Hours() / 24)
	switch {
	case left < 0:
		return words + ", expired"
	case left < 60:
		return words + ", in " + strconv.Itoa(left) + plural(left, " day", " days")
	}
	return words
}

func (e evidence) documentFacts(b kyc.DocumentCheck) []ui.KVItem {
	facts := kv("Subtype", b.Subtype, "Read from", methodWords(b.Method))
	if b.MaritalStatus != "" && b.MaritalStatus != "UNKNOWN" {
		facts = append(facts, ui.KVItem{Key: "Marital status", Value: ui.Humane(strings.ToLower(b.MaritalStatus))})
	}
	if b.MRZ != "" {
		facts = append(facts, ui.KVItem{Key: "Machine-readable zone", Value: b.MRZ, Mono: true})
	}
	for _, k := range sortedKeys(b.ExtraFields) {
		facts = append(facts, ui.KVItem{Key: extraWords(k), Value: text(b.ExtraFields[k])})
	}
	for _, k := range sortedKeys(b.Quality) {
		facts = append(facts, ui.KVItem{Key: "Picture of the " + strings.ToLower(ui.Humane(k)), Value: qualityWords(b.Quality[k])})
	}
	return facts
}

// methodWords says where the data came from (api/sessions.md §3.1).
func methodWords(method string) string {
	switch method {
	case "document":
		return "the document"
	case "id_lookup":
		return "a register"
	case "wallet":
		return "a wallet"
	}
	return strings.ReplaceAll(method, "_", " ")
}

// extraWords names the open fields of a document; what is known twice, in Latin
// and in the person's own script, says which it is.
func extraWords(key string) string {
	if base, ok := strings.CutSuffix(key, "_non_latin"); ok {
		return ui.Humane(base) + ", own script"
	}
	if base, ok := strings.CutSuffix(key, "_latin"); ok {
		return ui.Humane(base) + ", Latin"
	}
	if key == "dl_categories" {
		return "Licence classes"
	}
	return ui.Humane(key)
}

func qualityWords(v any) string {
	m, ok := v.(map[string]any)
	if !ok {
		return text(v)
	}
	words := "overall " + text(m["overall_score"]) + ", sharp " + text(m["focus_score"]) + ", light " + text(m["brightness_score"])
	if issue := text(m["brightness_issue"]); issue != "" && issue != "ok" {
		words += ", " + strings.ReplaceAll(issue, "_", " ")
	}
	return words
}

func (e evidence) chip(b kyc.ChipCheck, i, of int) views.Evidence {
	v := e.card(kyc.NFC, i, of, b.Check)
	if b.Skipped {
		v.Facts = kv("Chip", "not read", "Why", ui.Humane(strings.ToLower(b.SkipReason)))
		return v
	}
	v.Facts = append(verdict("Signature of the data", b.SODOk), verdict("Data unchanged", b.DGOk)...)
	if e.d.mask.open {
		for _, k := range sortedKeys(b.Chip) {
			v.Facts = append(v.Facts, ui.KVItem{Key: ui.Humane(k), Value: text(b.Chip[k])})
		}
		for _, k := range sortedKeys(b.Certificate) {
			v.Facts = append(v.Facts, ui.KVItem{Key: "Certificate " + strings.ToLower(ui.Humane(k)), Value: text(b.Certificate[k])})
		}
	}
	return v
}

func verdict(key string, ok *bool) []ui.KVItem {
	switch {
	case ok == nil:
		return nil
	case *ok:
		return []ui.KVItem{{Key: key, Value: "checks out", Tone: ui.Good}}
	}
	return []ui.KVItem{{Key: key, Value: "does not check out", Tone: ui.Bad}}
}

func (e evidence) face(b kyc.FaceCheck, i, of int) views.Evidence {
	v := e.card(kyc.FaceMatch, i, of, b.Check)
	v.Half = true
	v.Scores = []ui.ScoreProps{limited("selfie against document", b.Score, e.d.limits.FaceDecline, e.d.limits.FaceReview)}
	return v
}

func (e evidence) liveness(b kyc.LivenessCheck, i, of int) views.Evidence {
	v := e.card(kyc.Liveness, i, of, b.Check)
	v.Half = len(b.Matches) == 0
	v.Scores = []ui.ScoreProps{limited(livenessMethod(b.Method), b.Score, e.d.limits.LivenessDecline, e.d.limits.LivenessReview)}
	v.Facts = kv("Estimated age", optional(b.Age), "Picture quality", optional(b.Quality), "Light", optional(b.Luminance))
	return v
}

func livenessMethod(m string) string {
	switch m {
	case "PASSIVE":
		return "passive"
	case "ACTIVE_3D":
		return "active, with movement"
	case "FLASHING":
		return "active, with light"
	}
	return strings.ToLower(m)
}

func limited(label string, value, decline, review *float64) ui.ScoreProps {
	p := ui.ScoreProps{Label: label, Missing: value == nil}
	if value != nil {
		p.Value = *value
	}
	if decline != nil && review != nil {
		p.Decline, p.Review, p.HasLimits = *decline, *review, true
	}
	return p
}

func (e evidence) address(b kyc.AddressCheck, i, of int) views.Evidence {
	v := e.card(kyc.ProofOfAddress, i, of, b.Check)
	m := e.d.mask
	v.Compare, v.Facts = compared("What the proof of address says and what was expected", []ui.CompareRow{
		compare("Address", m.text(b.Address), m.text(b.Expected), b.Address, b.Expected),
		compare("Name", m.name(b.Name), m.name(expectedName(e.doc().Expected)), b.Name, expectedName(e.doc().Expected)),
	})
	v.Facts = append(v.Facts, kv("Name compared", scoreWords(b.NameScoreID, "like the identity document"), "Kind", ui.Humane(strings.ToLower(b.DocumentType)), "Issuer", b.Issuer, "Issued on", e.r.clock().day(b.IssuedOn), "Country", b.Country, "Language", b.Language)...)
	if m.open {
		for _, k := range sortedKeys(b.FileFacts) {
			v.Facts = append(v.Facts, ui.KVItem{Key: "File: " + strings.ToLower(ui.Humane(k)), Value: text(b.FileFacts[k])})
		}
		for _, k := range sortedKeys(b.ExtraFields) {
			v.Facts = append(v.Facts, ui.KVItem{Key: ui.Humane(k), Value: text(b.ExtraFields[k])})
		}
	}
	v.Facts = filled(v.Facts)
	return v
}

func scoreWords(f *float64, words string) string {
	if f == nil {
		return ""
	}
	return number(*f) + " % " + words
}

func (e evidence) phone(b kyc.PhoneCheck, i, of int) views.Evidence {
	v := e.card(kyc.Phone, i, of, b.Check)
	v.Half = len(b.Matches) == 0
	v.Facts = kv("Number", e.d.mask.tail(b.Number), "Country", country(b.CountryName, b.Country), "Carrier", b.Carrier, "Line", b.LineType,
		"Checked by", b.Method, "Tries", count(b.Attempts), "Confirmed", e.when(b.VerifiedAt))
	v.Facts = append(v.Facts, raised("Throw-away number", b.Disposable)...)
	v.Facts = append(v.Facts, raised("Internet number", b.Virtual)...)
	v.Events = e.events(b.Events)
	return v
}

func (e evidence) email(b kyc.EmailCheck, i, of int) views.Evidence {
	v := e.card(kyc.Email, i, of, b.Check)
	v.Half = len(b.Matches) == 0
	v.Facts = kv("Address", e.d.mask.email(b.Address), "Tries", count(b.Attempts), "Confirmed", e.when(b.VerifiedAt), "Known leaks", strings.Join(b.Breaches, ", "))
	v.Facts = append(v.Facts, raised("Known from leaks", b.Breached && len(b.Breaches) == 0)...)
	v.Facts = append(v.Facts, raised("Throw-away address", b.Disposable)...)
	v.Facts = append(v.Facts, raised("Takes no mail", b.Undeliverable)...)
	v.Events = e.events(b.Events)
	return v
}

func (e evidence) events(list []kyc.Event) []ui.TimelineItem {
	var out []ui.TimelineItem
	for _, ev := range list {
		item := ui.TimelineItem{Icon: "message-square", Title: ui.Humane(strings.ToLower(ev.Type)), When: e.r.moment(parseTime(ev.At))}
		if reason := text(ev.Detail["reason"]); reason != "" {
			item.Who = reason
		}
		out = append(out, item)
	}
	return out
}

func (e evidence) network(b kyc.NetworkCheck, i, of int) views.Evidence {
	v := e.card(kyc.IPAnalysis, i, of, b.Check)
	place := strings.Trim(strings.Join([]string{b.City, b.Region, country(b.Country, b.CountryCode)}, ", "), ", ")
	v.Facts = kv("IP address", e.d.mask.tail(b.IP), "Place", strings.ReplaceAll(place, ", , ", ", "), "Provider", b.ISP, "Device", b.Device,
		"Fingerprint", e.d.mask.tail(b.Fingerprint), "Time zone", b.TimeZone, "From the document's address", kilometres(b.KmFromID), "From the proof of address", kilometres(b.KmFromPoA))
	v.Facts = append(v.Facts, raised("VPN, proxy or Tor", b.VPN)...)
	v.Facts = append(v.Facts, raised("Data centre", b.DataCenter)...)
	return v
}

func (e evidence) database(b kyc.DatabaseCheck, i, of int) views.Evidence {
	v := e.card(kyc.DatabaseValidation, i, of, b.Check)
	v.Facts = kv("Country", b.Country, "Kind", strings.ReplaceAll(b.Type, "_", " "), "Result", strings.ReplaceAll(b.Match, "_", " "))
	for _, s := range b.Services {
		v.Facts = append(v.Facts, kv("Register", s.Name, "Answer", ui.Humane(strings.ToLower(s.Outcome)), "Detail", s.Detail)...)
		for _, k := range sortedKeys(s.Fields) {
			v.Facts = append(v.Facts, ui.KVItem{Key: ui.Humane(k), Value: strings.ReplaceAll(s.Fields[k], "_", " "), Tone: matchTone(s.Fields[k])})
		}
	}
	if e.d.mask.open {
		for _, k := range sortedKeys(b.Screened) {
			v.Facts = append(v.Facts, ui.KVItem{Key: "Asked with " + strings.ToLower(ui.Humane(k)), Value: text(b.Screened[k])})
		}
	}
	return v
}

func matchTone(m string) ui.Tone {
	switch m {
	case "full_match":
		return ui.Good
	case "partial_match":
		return ui.Warn
	case "no_match":
		return ui.Bad
	}
	return ui.Neutral
}

func (e evidence) questionnaire(b kyc.AnsweredForm, i, of int) views.Evidence {
	v := e.card(kyc.Questionnaire, i, of, b.Check)
	v.Docs = nil // its files stand with their question
	if b.Title != "" {
		v.Title = b.Title
	}
	v.Meta = strings.TrimSpace(b.Language + " " + versionWords(b.Version))
	for _, s := range b.Sections {
		section := views.AnswerSection{Title: s.Title}
		for _, a := range s.Items {
			if a.Layout() && a.Question == "" {
				continue // a line between questions
			}
			item := views.AnswerItem{Question: a.Question, Answer: e.d.mask.text(answerWords(a)), Text: e.d.mask.text(a.Text), Layout: a.Layout(), Missing: a.Required && a.Answer == "" && len(a.Files) == 0}
			for _, f := range a.Files {
				item.Files = append(item.Files, e.picture(f, kyc.Questionnaire))
			}
			section.Items = append(section.Items, item)
		}
		v.Answers = append(v.Answers, section)
	}
	return v
}

// answerWords is the answer as people say it; a consent comes as "true".
func answerWords(a kyc.FormAnswer) string {
	if yes, err := strconv.ParseBool(a.Answer); err == nil && a.Type == "CONSENT" {
		return yesNo(yes)
	}
	return a.Answer
}

func versionWords(n int) string {
	if n == 0 {
		return ""
	}
	return "version " + strconv.Itoa(n)
}
