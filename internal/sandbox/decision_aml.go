package sandbox

import (
	"strings"
	"time"
)

// screening is an item of aml_screenings (api/sessions.md §3.8).
func (m *maker) screening() map[string]any {
	p := m.p
	found := m.hits()
	score := 0.0
	hits := make([]any, 0, len(found))
	for _, h := range found {
		hits = append(hits, m.hit(h))
		if h.review != "False Positive" {
			score = max(score, h.risk)
		}
	}
	monitored := m.s.Workflow.sets("is_aml_ongoing_monitoring_enabled")
	item := map[string]any{
		"node_id": m.node, "status": m.status, "total_hits": len(hits), "entity_type": "person", "score": score, "hits": hits,
		"screened_data": map[string]any{
			"full_name": p.FullName, "nationality": p.nationality(), "date_of_birth": day(m.birth()), "document_number": orNull(p.Document.Number),
		},
		"is_ongoing_monitoring_enabled": monitored, "next_ongoing_monitoring_bill_date": nil,
		"warnings": m.warnings("AML"),
	}
	if monitored {
		item["next_ongoing_monitoring_bill_date"] = micros(m.s.CreatedAt.AddDate(1, 0, 0))
	}
	if m.s.has("COULD_NOT_PERFORM_AML_SCREENING") {
		item["score"], item["hits"], item["total_hits"] = nil, []any{}, 0
	}
	return item
}

// finding is one hit before it is dressed up.
type finding struct {
	topic       string // PEP, Sanctions, Adverse Media, Warnings
	risk, match float64
	review      string
}

// hits draws what the lists hold: a session with the warning has one that
// matters, some others only far look-alikes.
func (m *maker) hits() []finding {
	var list []finding
	topics := []string{"PEP", "Sanctions", "Adverse Media", "PEP", "Adverse Media", "Warnings"}
	approve, review := m.s.Workflow.screeningLimits()
	topic := func() string { return topics[m.r.IntN(len(topics))] }
	switch m.s.levelOf("POSSIBLE_MATCH_FOUND") {
	case levelDecline:
		list = append(list, finding{[]string{"Sanctions", "PEP"}[m.r.IntN(2)], m.upTo(review+1, 100), m.between(97, 100), "Confirmed Match"})
	case levelReview:
		list = append(list, finding{topic(), m.upTo(approve+1, review-1), m.between(93, 99), "Unreviewed"})
		if m.chance(45) {
			list = append(list, finding{topic(), m.upTo(min(50, approve), min(approve, review)-1), m.between(84, 95), "Inconclusive"})
		}
	}
	if len(list) > 0 && m.chance(40) || len(list) == 0 && m.chance(14) {
		for range 1 + m.r.IntN(2) {
			list = append(list, finding{topic(), m.between(20, 70), m.between(61, 84), "False Positive"})
		}
	}
	return list
}

// hit is one list entry about somebody with nearly the person's name.
func (m *maker) hit(f finding) map[string]any {
	p := m.p
	name := m.lookalike(f)
	born := m.birth()
	if f.review == "False Positive" {
		born = born.AddDate(-11, 2, 5)
	}
	item := map[string]any{
		"id": "hit-" + uuidFrom(m.r)[:13], "url": "https://lists.example.org/entity/" + itoa(1000+m.r.IntN(9000)),
		"match": f.review == "Confirmed Match", "score": places(f.match/100, 2), "match_score": f.match, "risk_score": f.risk,
		"review_status": f.review, "target": nil, "caption": name, "datasets": []string{f.topic}, "features": nil,
		"rca_name": "", "first_seen": seconds(m.s.CreatedAt.AddDate(-3, -m.r.IntN(12), 0)), "last_seen": seconds(m.s.CreatedAt.AddDate(0, -1, 0)),
		"properties": m.properties(f, name, born), "score_breakdown": breakdown(f), "risk_view": m.riskView(f),
		"pep_matches": []any{}, "sanction_matches": []any{}, "warning_matches": []any{}, "adverse_media_matches": []any{},
		"adverse_media_details": nil, "linked_entities": []any{}, "additional_information": map[string]any{"flag_summary": []any{}},
	}
	m.sources(item, f, name, born)
	if m.chance(35) {
		item["rca_name"] = "Robin " + p.LastName
		item["linked_entities"] = []any{map[string]any{
			"name": []any{"Robin " + p.LastName}, "relation": []any{"sibling"}, "details": []any{"Named in the same entry"}, "active": []any{"true"}, "status": []any{"known"},
		}}
	}
	return item
}

// lookalike is the name on the list: the same for a close hit.
func (m *maker) lookalike(f finding) string {
	if f.match > 95 {
		return m.p.FullName
	}
	if f.match > 88 {
		return plain(m.p.FirstName) + " A. " + plain(m.p.LastName)
	}
	return plain(m.p.FirstName) + " " + one(m.r, "Exemplar Placeholder Sampleton")
}

func (m *maker) properties(f finding, name string, born time.Time) map[string]any {
	p := m.p
	props := map[string]any{
		"name": []any{name}, "alias": []any{strings.ToUpper(plain(name)), plain(p.LastName) + ", " + plain(p.FirstName)}, "firstName": []any{p.FirstName},
		"lastName": []any{p.LastName}, "gender": []any{map[string]string{"M": "male", "F": "female"}[p.Gender]},
		"birthDate": []any{day(born)}, "nationality": []any{p.home.name}, "country": []any{p.home.name},
		"topics": nil, "weakAlias": nil, "notes": []any{"Invented entry of a list that does not exist."}, "modifiedAt": []any{day(date(m.s.CreatedAt.AddDate(0, -2, 0)))},
	}
	switch f.topic {
	case "PEP":
		props["position"], props["topics"] = []any{"Deputy mayor of " + p.Address.City}, []any{"role.pep"}
		props["education"] = []any{"Example University"}
	case "Sanctions":
		props["topics"], props["address"] = []any{"sanction"}, []any{p.Address.City}
	}
	if p.NativeName != "" {
		props["alias"] = append(props["alias"].([]any), p.NativeName)
	}
	return props
}

// breakdown splits the match score by the default weights 60/25/15.
func breakdown(f finding) map[string]any {
	dob, land := 100.0, 100.0
	if f.review == "False Positive" {
		dob, land = 0, 40
	}
	name := min(100, max(0, tenth((f.match-dob*0.25-land*0.15)/0.6)))
	total := tenth(name*0.6 + dob*0.25 + land*0.15)
	return map[string]any{
		"name_score": name, "name_weight": 60, "name_weight_normalized": 60, "name_contribution": tenth(name * 0.6),
		"dob_score": dob, "dob_weight": 25, "dob_weight_normalized": 25, "dob_contribution": dob * 0.25,
		"country_score": land, "country_weight": 15, "country_weight_normalized": 15, "country_contribution": land * 0.15,
		"document_number_match_type": "neutral", "document_number_effect": "none", "total_score": total,
	}
}

// riskView is the entity's risk by kind, place and crime.
func (m *maker) riskView(f finding) map[string]any {
	level := func(score float64) string {
		switch {
		case score >= 75:
			return "High"
		case score >= 45:
			return "Medium"
		}
		return "Low"
	}
	part := func(score float64, weight int, scores map[string]any) map[string]any {
		return map[string]any{"score": score, "weightage": weight, "risk_level": level(score), "risk_scores": scores}
	}
	land, crime := m.between(10, 60), 0.0
	crimes := map[string]any{}
	if f.topic != "PEP" {
		crime = m.between(40, 95)
		crimes["Fraud"] = crime
	}
	return map[string]any{
		"categories": part(f.risk, 50, map[string]any{f.topic: f.risk}), "countries": part(land, 30, map[string]any{m.p.home.name: land}),
		"crimes": part(crime, 20, crimes), "custom_list": map[string]any{},
	}
}

// sources adds where the entry comes from, by topic.
func (m *maker) sources(item map[string]any, f finding, name string, born time.Time) {
	c := m.p.home
	entry := map[string]any{
		"aliases": []any{strings.ToUpper(plain(name))}, "list_name": c.name + " sample list", "publisher": "Example Observatory",
		"source_url": "https://lists.example.org/" + c.alpha2, "description": "An invented list for trying things out.", "matched_name": name,
		"pep_position": nil, "date_of_birth": day(born), "place_of_birth": m.p.Address.City, "education": []any{}, "other_sources": []any{},
	}
	switch f.topic {
	case "PEP":
		entry["pep_position"], entry["education"] = "Deputy mayor of "+m.p.Address.City, []any{"Example University"}
		item["pep_matches"] = []any{entry}
		item["datasets"] = []string{"PEP", "PEP Level 2"}
	case "Sanctions":
		item["sanction_matches"] = []any{entry}
		item["additional_information"] = map[string]any{"flag_summary": []any{"Listed since " + itoa(m.s.CreatedAt.Year()-4)}}
	case "Warnings":
		item["warning_matches"] = []any{entry}
	default:
		item["adverse_media_matches"] = []any{map[string]any{
			"headline": "Court hears case about " + name, "summary": "A fictional report about money that went missing.", "country": c.name,
			"source_url": "https://news.example.org/" + itoa(m.r.IntN(99999)), "publication_date": seconds(m.s.CreatedAt.AddDate(-1, 0, -m.r.IntN(200))),
			"sentiment": "negative", "sentiment_score": -1 - m.r.IntN(3), "adverse_keywords": []any{"fraud", "embezzlement"},
		}}
		item["adverse_media_details"] = map[string]any{
			"sentiment": "negative", "sentiment_score": -2, "entity_type": "person", "adverse_keywords": map[string]any{"fraud": 3, "embezzlement": 1},
		}
	}
}
