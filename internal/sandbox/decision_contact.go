package sandbox

import (
	"strings"
	"time"
)

// phone is an item of phone_verifications (api/sessions.md §3.5).
func (m *maker) phone() map[string]any {
	p := m.p
	c := countryByCalling(p)
	tries := 1 + m.r.IntN(2)*m.r.IntN(2)
	failed := m.s.has("VERIFICATION_CODE_ATTEMPTS_EXCEEDED")
	if failed {
		tries = 3
	}
	voip, disposable := m.s.has("VOIP_NUMBER_DETECTED"), m.s.has("DISPOSABLE_NUMBER_DETECTED")
	carrier := map[string]any{"name": "Example Mobile " + c.alpha2, "type": "mobile"}
	if voip || disposable {
		carrier = map[string]any{"name": "Sample Cloud Voice", "type": "voip"}
	}
	channel := []string{"sms", "sms", "sms", "whatsapp", "telegram", "voice"}[m.r.IntN(6)]
	item := map[string]any{
		"node_id": m.node, "status": m.status, "phone_number_prefix": c.calling,
		"phone_number": strings.TrimPrefix(p.Phone, c.calling), "full_number": p.Phone,
		"country_code": c.alpha2, "country_name": c.name, "carrier": carrier,
		"is_disposable": disposable, "is_virtual": voip || disposable, "verification_method": channel,
		"verification_attempts": tries, "verified_at": nil,
		"lifecycle": m.codes("PHONE_VERIFICATION_MESSAGE_SENT", channel, tries, failed),
		"matches":   m.matches("phone", "PHONE", 5), "warnings": m.warnings("PHONE"),
	}
	if !failed {
		item["verified_at"] = seconds(m.at(time.Minute + 40*time.Second))
	}
	return item
}

// countryByCalling is the country of the person's number: a shared number can
// be another country's.
func countryByCalling(p *Person) *country {
	if strings.HasPrefix(p.Phone, p.home.calling) {
		return p.home
	}
	for i := range countries {
		if strings.HasPrefix(p.Phone, countries[i].calling) {
			return &countries[i]
		}
	}
	return p.home
}

// codes is what happened to a one-time code: sent, tried, accepted or not.
func (m *maker) codes(sent, channel string, tries int, failed bool) []any {
	list := []any{map[string]any{
		"type": sent, "timestamp": seconds(m.at(40 * time.Second)),
		"details": map[string]any{"status": "Delivered", "reason": nil, "code_tried": nil, "channel": channel, "actual_channel": channel}, "fee": 0.03,
	}}
	for i := range tries {
		kind := "INVALID_CODE_ENTERED"
		if i == tries-1 && !failed {
			kind = "VALID_CODE_ENTERED"
		}
		list = append(list, map[string]any{
			"type": kind, "timestamp": seconds(m.at(60*time.Second + time.Duration(20*(i+1))*time.Second)),
			"details": map[string]any{"code_tried": itoa(100000 + m.r.IntN(900000))}, "fee": 0,
		})
	}
	return list
}

// email is an item of email_verifications (§3.6).
func (m *maker) email() map[string]any {
	failed := m.s.has("EMAIL_CODE_ATTEMPTS_EXCEEDED") || m.s.has("UNDELIVERABLE_EMAIL_DETECTED")
	tries := 1
	if m.s.has("EMAIL_CODE_ATTEMPTS_EXCEEDED") {
		tries = 3
	}
	breached := m.s.has("BREACHED_EMAIL_DETECTED")
	breaches := []any{}
	if breached {
		for range 1 + m.r.IntN(2) {
			breaches = append(breaches, m.breach())
		}
	}
	item := map[string]any{
		"node_id": m.node, "status": m.status, "email": m.p.Email, "is_breached": breached, "breaches": breaches,
		"is_disposable": m.s.has("DISPOSABLE_EMAIL_DETECTED"), "is_undeliverable": m.s.has("UNDELIVERABLE_EMAIL_DETECTED"),
		"verification_attempts": tries, "verified_at": nil,
		"lifecycle": m.codes("EMAIL_VERIFICATION_MESSAGE_SENT", "email", tries, failed),
		"matches":   m.matches("email", "EMAIL", 5), "warnings": m.warnings("EMAIL"),
	}
	if !failed {
		item["verified_at"] = seconds(m.at(50 * time.Second))
	}
	return item
}

// breach is a leak of a made-up shop.
func (m *maker) breach() map[string]any {
	name := []string{"Sample Sneakers", "Example Recipes", "Placeholder Travel", "Demo Forum"}[m.r.IntN(4)]
	return map[string]any{
		"name": name, "domain": strings.ToLower(strings.ReplaceAll(name, " ", "-")) + ".example.com", "logo_path": nil,
		"breach_date": day(date(m.s.CreatedAt.AddDate(-1-m.r.IntN(5), -m.r.IntN(12), 0))), "description": "A copy of the customer table was put on sale.",
		"is_verified": m.chance(70), "data_classes": []string{"Email addresses", "Passwords", "Names"}[:1+m.r.IntN(3)], "breach_emails_count": 1000 * (1 + m.r.IntN(900)),
	}
}
