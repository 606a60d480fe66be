package wire

import (
	"cmp"
	"strings"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

func (t translator) places(out *kyc.Decision, c *diditclient.Decision) {
	each([]named[diditclient.IPAnalysis]{{"ip_analyses", c.IPAnalyses}, {"ip_analysis", c.IPAnalysis}},
		func(path string, b diditclient.IPAnalysis) { out.Networks = append(out.Networks, t.network(path, b)) })
	each([]named[diditclient.DatabaseValidation]{{"database_validations", c.DatabaseValidations}, {"database_validation", c.DatabaseValidation}},
		func(path string, b diditclient.DatabaseValidation) {
			out.Databases = append(out.Databases, t.database(path, b))
		})
	each([]named[diditclient.QuestionnaireResponse]{{"questionnaire_responses", c.QuestionnaireResponses}, {"questionnaire", c.Questionnaire}},
		func(path string, b diditclient.QuestionnaireResponse) {
			out.Questionnaires = append(out.Questionnaires, t.questionnaire(path, b))
		})
}

func (t translator) network(path string, b diditclient.IPAnalysis) kyc.NetworkCheck {
	n := kyc.NetworkCheck{
		Check:       t.check(path, b.BlockHead, kyc.IPAnalysis),
		IP:          string(b.IPAddress),
		Country:     string(b.Country),
		CountryCode: string(b.CountryCode),
		Region:      string(b.State),
		City:        string(b.City),
		ISP:         string(cmp.Or(b.ISP, b.Organization)),
		VPN:         bool(b.VPN),
		DataCenter:  bool(b.DataCenter),
		Device:      device(b),
		Fingerprint: string(b.Fingerprint),
		TimeZone:    string(b.TimeZone),
		Latitude:    b.Latitude.Float(),
		Longitude:   b.Longitude.Float(),
		KmFromID:    distance(b.IP.FromID, b.IDDocument.FromIP, b.Locations.IP.FromID, b.Locations.IDDocument.FromIP),
		KmFromPoA:   distance(b.IP.FromPoA, b.POADocument.FromIP, b.Locations.IP.FromPoA, b.Locations.POADocument.FromIP),
	}
	if b.Offset != "" {
		n.Extra = with(n.Extra, "time_zone_offset", string(b.Offset))
	}
	if b.Organization != "" && b.Organization != b.ISP && b.ISP != "" {
		n.Extra = with(n.Extra, "organization", string(b.Organization))
	}
	return n
}

// device says it in words: "Firefox on Linux, desktop".
func device(b diditclient.IPAnalysis) string {
	out := string(cmp.Or(b.Browser, b.OS))
	if b.Browser != "" && b.OS != "" {
		out += " on " + string(b.OS)
	}
	var parts []string
	for _, p := range []string{out, strings.TrimSpace(string(b.DeviceBrand) + " " + string(b.DeviceModel)), string(b.Platform)} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// distance takes the first that is told: generations tell it from either end.
func distance(from ...diditclient.Distance) *float64 {
	for _, d := range from {
		if km := d.Km.Float(); km != nil {
			return km
		}
	}
	return nil
}

func (t translator) database(path string, b diditclient.DatabaseValidation) kyc.DatabaseCheck {
	d := kyc.DatabaseCheck{
		Check:    t.check(path, b.BlockHead, kyc.DatabaseValidation),
		Country:  string(b.IssuingState),
		Type:     string(b.Type),
		Match:    string(b.MatchType),
		Screened: filled(b.Screened),
	}
	var rest []any // what the registers themselves answered
	for _, v := range b.Validations {
		r := kyc.DatabaseResult{Name: string(cmp.Or(v.ServiceName, v.ServiceID)), Outcome: string(v.Outcome), Detail: string(v.Detail)}
		for k, m := range v.Fields {
			if r.Fields == nil {
				r.Fields = map[string]string{}
			}
			r.Fields[k] = string(m)
		}
		d.Services = append(d.Services, r)
		if source := filled(v.Source); source != nil {
			rest = append(rest, source)
		}
		if more := extra(v.Extra); more != nil {
			rest = append(rest, more)
		}
	}
	if len(rest) > 0 {
		d.Extra = with(d.Extra, "source_data", rest)
	}
	return d
}
