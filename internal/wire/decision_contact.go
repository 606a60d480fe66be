package wire

import (
	"cmp"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

func (t translator) contacts(out *kyc.Decision, c *diditclient.Decision) {
	each([]named[diditclient.PhoneVerification]{{"phone_verifications", c.PhoneVerifications}, {"phone", c.Phone}},
		func(path string, b diditclient.PhoneVerification) { out.Phones = append(out.Phones, t.phone(path, b)) })
	each([]named[diditclient.EmailVerification]{{"email_verifications", c.EmailVerifications}, {"email", c.Email}},
		func(path string, b diditclient.EmailVerification) { out.Emails = append(out.Emails, t.email(path, b)) })
	each([]named[diditclient.AMLScreening]{{"aml_screenings", c.AMLScreenings}, {"aml", c.AML}},
		func(path string, b diditclient.AMLScreening) {
			out.Screenings = append(out.Screenings, t.screening(path, b))
		})
}

func (t translator) phone(path string, b diditclient.PhoneVerification) kyc.PhoneCheck {
	return kyc.PhoneCheck{
		Check:       t.check(path, b.BlockHead, kyc.Phone),
		Number:      string(cmp.Or(b.FullNumber, b.Prefix+b.Number)),
		Country:     string(b.CountryCode),
		CountryName: string(b.CountryName),
		Carrier:     string(b.Carrier.Name),
		LineType:    string(b.Carrier.Type),
		Disposable:  bool(b.Disposable),
		Virtual:     bool(b.Virtual),
		Method:      string(b.Method),
		Attempts:    int(b.Attempts.Int()),
		VerifiedAt:  string(b.VerifiedAt),
		Events:      events(b.Lifecycle.Items),
	}
}

func (t translator) email(path string, b diditclient.EmailVerification) kyc.EmailCheck {
	e := kyc.EmailCheck{
		Check:         t.check(path, b.BlockHead, kyc.Email),
		Address:       string(b.Address),
		Breached:      bool(b.Breached),
		Disposable:    bool(b.Disposable),
		Undeliverable: bool(b.Undeliverable),
		Attempts:      int(b.Attempts.Int()),
		VerifiedAt:    string(b.VerifiedAt),
		Events:        events(b.Lifecycle.Items),
	}
	var rest []any // what a breach says beyond its name
	for _, breach := range b.Breaches.Items {
		e.Breaches = append(e.Breaches, string(cmp.Or(breach.Name, breach.Domain)))
		rest = append(rest, anyOf(breach.Raw))
	}
	if len(rest) > 0 {
		e.Extra = with(e.Extra, "breaches", rest)
	}
	return e
}

func events(in []diditclient.LifecycleEvent) []kyc.Event {
	var out []kyc.Event
	for _, ev := range in {
		detail := filled(ev.Details)
		if fee := ev.Fee.Float(); fee != nil && *fee != 0 {
			detail = with(detail, "fee", *fee)
		}
		for k, v := range extra(ev.Extra) {
			detail = with(detail, k, v)
		}
		out = append(out, kyc.Event{Type: string(ev.Type), At: string(ev.Timestamp), Detail: detail})
	}
	return out
}

func (t translator) screening(path string, b diditclient.AMLScreening) kyc.Screening {
	s := kyc.Screening{
		Check:      t.check(path, b.BlockHead, kyc.AML),
		Score:      b.Score.Float(),
		TotalHits:  int(b.TotalHits.Int()),
		EntityType: string(b.EntityType),
		Screened:   filled(b.Screened),
		Ongoing:    bool(b.Ongoing),
	}
	for _, h := range b.Hits.Items {
		s.Hits = append(s.Hits, hit(h))
	}
	if s.TotalHits == 0 {
		s.TotalHits = len(s.Hits)
	}
	return s
}

func hit(h diditclient.Hit) kyc.Hit {
	out := kyc.Hit{
		ID:         string(h.ID),
		Name:       string(h.Caption),
		Datasets:   texts(h.Datasets),
		MatchScore: h.MatchScore.Float(),
		RiskScore:  h.RiskScore.Float(),
		Review:     string(h.ReviewStatus),
		URL:        string(h.URL),
		Breakdown:  filled(h.Breakdown),
		Risk:       filled(h.RiskView),
		Extra:      extra(h.Extra),
	}
	for k, v := range h.Properties {
		if v = texts(v); len(v) > 0 {
			if out.Properties == nil {
				out.Properties = map[string][]string{}
			}
			out.Properties[k] = v
		}
	}
	if names := out.Properties["name"]; out.Name == "" && len(names) > 0 {
		out.Name = names[0]
	}
	out.Lists = append(out.Lists, sources("pep", h.PEP.Items)...)
	out.Lists = append(out.Lists, sources("sanction", h.Sanctions.Items)...)
	out.Lists = append(out.Lists, sources("warning", h.Warnings.Items)...)
	for _, m := range h.AdverseMedia.Items {
		out.Media = append(out.Media, kyc.HitSource{Kind: "media", Title: string(m.Headline), Detail: string(m.Summary),
			URL: string(m.SourceURL), Date: string(m.Published), Country: string(m.Country), Sentiment: string(m.Sentiment)})
	}
	return out
}

func sources(kind string, in []diditclient.ListMatch) []kyc.HitSource {
	var out []kyc.HitSource
	for _, m := range in {
		out = append(out, kyc.HitSource{Kind: kind, Title: string(cmp.Or(m.ListName, m.Publisher, m.MatchedName)),
			Detail: string(cmp.Or(m.Position, m.Description)), URL: string(m.SourceURL), Date: string(m.DateOfBirth)})
	}
	return out
}
