package sandbox

import "math"

// networks are the items of ip_analyses (api/sessions.md §3.9): one for each
// address and device the applicant came with, mostly one.
func (m *maker) networks() []any {
	list := []any{m.network(true)}
	if m.chance(8) {
		second := m.network(false)
		second["ip_address"], second["device_fingerprint"] = "198.51.100.77", "1f"+m.p.Device[2:]
		second["platform"], second["device_brand"], second["device_model"], second["os_family"] = "desktop", nil, nil, "Windows"
		list = append(list, second)
	}
	return list
}

// network is one of them; only the first carries warnings and matches.
func (m *maker) network(first bool) map[string]any {
	c := m.s.networkCountry()
	where := c.address(m.r)
	vpn := m.s.has("PRIVATE_NETWORK_DETECTED")
	isp := "Example Telecom " + c.alpha2
	if vpn {
		isp = "Sample Hosting"
	}
	item := map[string]any{
		"node_id": m.node, "status": m.status, "device_fingerprint": m.p.Device, "ip_address": m.p.IP,
		"ip_country": c.name, "ip_country_code": c.alpha2, "ip_state": where.Region, "ip_city": where.City,
		"latitude": where.Lat, "longitude": where.Lon, "isp": isp, "organization": isp,
		"is_vpn_or_tor": vpn, "is_data_center": vpn, "time_zone": c.zone, "time_zone_offset": c.offset,
		"matches": []any{}, "warnings": []any{},
	}
	if m.chance(15) { // captured payloads hold a number
		item["time_zone_offset"] = int(parseFloat(c.offset[:3])) * 3600
	}
	m.device(item)
	m.distances(item, where)
	if first {
		item["matches"], item["warnings"] = m.networkMatches(), m.warnings("IP_ANALYSIS")
	}
	return item
}

// networkCountry is where the applicant's address lies.
func (s *Session) networkCountry() *country {
	if !s.has("COUNTRY_FROM_DOCUMENT_DOES_NOT_MATCH_COUNTRY_FROM_IP") {
		return s.Person.home
	}
	other := &countries[s.seed%uint64(len(countries))]
	if other == s.Person.home {
		other = &countries[(s.seed+1)%uint64(len(countries))]
	}
	return other
}

// device names made-up hardware and the usual browsers.
func (m *maker) device(item map[string]any) {
	kinds := [...][5]string{
		{"Specimen", "S10", "Chrome Mobile", "Android", "mobile"},
		{"Specimen", "Fold 3", "Chrome Mobile", "Android", "mobile"},
		{"Pear", "Phone 14", "Mobile Safari", "iOS", "mobile"},
		{"Pear", "Phone 12", "Mobile Safari", "iOS", "mobile"},
		{"", "", "Firefox", "Linux", "desktop"},
		{"", "", "Edge", "Windows", "desktop"},
	}
	k := kinds[m.p.FaceSeed%uint64(len(kinds))]
	if m.s.has("DEVICE_EMULATOR_DETECTED") {
		k = kinds[0]
		k[1] = "Emulator x86"
	}
	item["device_brand"], item["device_model"], item["browser_family"] = orNull(k[0]), orNull(k[1]), k[2]
	item["os_family"], item["platform"] = k[3], k[4]
}

// distances adds the three places. Most are a number of kilometres; older
// payloads hold an object with a direction.
func (m *maker) distances(item map[string]any, where Address) {
	home := m.p.Address
	km := kilometres(where, home)
	var apart any = km
	if m.chance(20) {
		apart = map[string]any{"distance": km, "direction": []string{"N", "NE", "SW", "W"}[m.r.IntN(4)]}
	}
	atIP := map[string]any{"location": point(where.Lat, where.Lon), "distance_from_id_document": nil, "distance_from_poa_document": nil}
	item["ip"], item["id_document"], item["poa_document"] = atIP, nil, nil
	if m.s.ran("ID_VERIFICATION") && m.p.Document.Code != "P" {
		atIP["distance_from_id_document"] = apart
		item["id_document"] = map[string]any{"location": point(home.Lat, home.Lon), "distance_from_ip": apart, "distance_from_poa_document": nil}
	}
	if m.s.ran("POA") {
		atIP["distance_from_poa_document"] = apart
		item["poa_document"] = map[string]any{"location": point(home.Lat, home.Lon), "distance_from_ip": apart, "distance_from_id_document": nil}
	}
}

// kilometres between two places along a great circle.
func kilometres(a, b Address) float64 {
	const earth, rad = 6371, math.Pi / 180
	dLat, dLon := (b.Lat-a.Lat)*rad, (b.Lon-a.Lon)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return tenth(2 * earth * math.Asin(math.Sqrt(h)))
}

// networkMatches are other people's sessions from the same device or address.
func (m *maker) networkMatches() []any {
	list := []any{}
	seen := map[*Session]bool{}
	for _, kind := range []string{"device", "ip"} {
		for _, o := range m.w.twins(m.s, kind, "IP_ANALYSIS", 10) {
			if seen[o] || len(list) == 10 {
				continue
			}
			seen[o] = true
			item := matchOf(o)
			item["match_source"], item["confidence"], item["match_mode"] = "legacy_fp", m.between(0.8, 1), kind
			if kind == "device" {
				item["match_source"] = "persistent_id"
			}
			if kind == "device" && m.s.has("DEVICE_RECOVERED_HIGH_CONFIDENCE") {
				item["match_source"], item["recovery_similarity"] = "recovered_high", m.between(0.9, 1)
				item["tls_ja4_corroborated"], item["recovery_gate_reason"] = true, nil
			}
			item["device_info"] = map[string]any{"fingerprint": o.Person.Device}
			item["location_info"] = map[string]any{"city": o.Person.Address.City, "country_code": o.Person.Address.Country2}
			list = append(list, item)
		}
	}
	return list
}

// deviceIntelligence is a block no documentation names; see futureRisk.
func (m *maker) deviceIntelligence() []any {
	return []any{map[string]any{
		"node_id": "feature_device_intelligence", "status": "Approved", "trust_score": 71.5,
		"signals": map[string]any{
			"battery_level": 0.42, "sensors": []any{"gyroscope", "barometer"},
			"typing": map[string]any{"rhythm": "steady", "corrections": 3, "pasted_fields": []any{"last_name"}},
		},
		"history": []any{map[string]any{"seen_at": seconds(m.s.CreatedAt), "note": "First contact"}}, "warnings": []any{},
	}}
}
