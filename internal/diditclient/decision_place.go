package diditclient

import (
	"bytes"
	"encoding/json"
)

// IPAnalysis is an internet address and its device (api/sessions.md §3.9).
type IPAnalysis struct {
	BlockHead
	DeviceBrand  Text      `json:"device_brand"`
	DeviceModel  Text      `json:"device_model"`
	Browser      Text      `json:"browser_family"`
	OS           Text      `json:"os_family"`
	Platform     Text      `json:"platform"`
	Fingerprint  Text      `json:"device_fingerprint"`
	IPAddress    Text      `json:"ip_address"`
	Country      Text      `json:"ip_country"`
	CountryCode  Text      `json:"ip_country_code"`
	State        Text      `json:"ip_state"`
	City         Text      `json:"ip_city"`
	Latitude     Number    `json:"latitude"`
	Longitude    Number    `json:"longitude"`
	ISP          Text      `json:"isp"`
	Organization Text      `json:"organization"`
	VPN          Flag      `json:"is_vpn_or_tor"`
	DataCenter   Flag      `json:"is_data_center"`
	TimeZone     Text      `json:"time_zone"`
	Offset       Text      `json:"time_zone_offset"` // "+0200" or seconds
	IP           Place     `json:"ip"`
	IDDocument   Place     `json:"id_document"`
	POADocument  Place     `json:"poa_document"`
	Locations    Locations `json:"locations_info"` // v2 nests the three
}

// UnmarshalJSON reads the block.
func (v *IPAnalysis) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// Locations is where v2 keeps the places.
type Locations struct {
	IP          Place `json:"ip"`
	IDDocument  Place `json:"id_document"`
	POADocument Place `json:"poa_document"`
}

// Place is one of three points and how far it is from the other two, in km.
type Place struct {
	FromIP  Distance `json:"distance_from_ip"`
	FromID  Distance `json:"distance_from_id_document"`
	FromPoA Distance `json:"distance_from_poa_document"`
}

// Distance in km: a number today, {distance, direction} before, or null.
type Distance struct {
	Km        Number `json:"distance"`
	Direction Text   `json:"direction"`
}

// UnmarshalJSON reads either form.
func (d *Distance) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) == 0 || b[0] != '{' {
		return d.Km.UnmarshalJSON(b)
	}
	type plain Distance
	return json.Unmarshal(b, (*plain)(d))
}

// DatabaseValidation is a look-up in a register (§3.10).
type DatabaseValidation struct {
	BlockHead
	IssuingState Text        `json:"issuing_state"`
	Type         Text        `json:"validation_type"`
	MatchType    Text        `json:"match_type"`
	Screened     Object      `json:"screened_data"`
	Validations  Validations `json:"validations"`
}

// UnmarshalJSON reads the block.
func (v *DatabaseValidation) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// Validation is one service's answer.
type Validation struct {
	Block
	ServiceID   Text            `json:"service_id"`
	ServiceName Text            `json:"service_name"`
	Fields      map[string]Text `json:"validation"`
	Outcome     Text            `json:"outcome_code"`
	Detail      Text            `json:"outcome_detail"`
	Source      Object          `json:"source_data"`
}

// UnmarshalJSON reads one answer.
func (v *Validation) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// Validations comes as a list of services, as a list of {validation, source_data},
// or, in the first generation, as one object of field → match type.
type Validations []Validation

// UnmarshalJSON reads all three.
func (v *Validations) UnmarshalJSON(b []byte) error {
	var list List[Validation]
	if err := list.UnmarshalJSON(b); err != nil {
		return err
	}
	if list.Single && len(list.Items[0].Extra) > 0 {
		fields := map[string]Text{}
		if err := json.Unmarshal(b, &fields); err != nil {
			return err
		}
		list.Items[0].Fields, list.Items[0].Extra = fields, nil
	}
	*v = list.Items
	return nil
}
