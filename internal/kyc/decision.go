package kyc

import (
	"encoding/json"
	"time"
)

// Decision is everything found in one session, in our words, from either
// generation of the API (api/sessions.md §3). It is stored as JSON. Absent texts
// are "", absent numbers nil. It holds no media link: pictures are named by
// where their link stands in a fresh decision (Media.Path).
type Decision struct {
	SessionID      string           `json:"session_id"`
	Number         int64            `json:"number"`
	Kind           string           `json:"kind,omitempty"`
	Status         Status           `json:"status"`
	WorkflowID     string           `json:"workflow_id,omitempty"`
	VendorData     string           `json:"vendor_data,omitempty"`
	Metadata       json.RawMessage  `json:"metadata,omitempty"`
	Callback       string           `json:"callback,omitempty"`
	SessionURL     string           `json:"session_url,omitempty"`
	Environment    string           `json:"environment,omitempty"`
	Features       []FeatureStatus  `json:"features,omitempty"`
	Documents      []DocumentCheck  `json:"documents,omitempty"`
	Chips          []ChipCheck      `json:"chips,omitempty"`
	ChipSkipped    string           `json:"chip_skipped,omitempty"` // nfc_skip_reason
	Liveness       []LivenessCheck  `json:"liveness,omitempty"`
	Faces          []FaceCheck      `json:"faces,omitempty"`
	Addresses      []AddressCheck   `json:"addresses,omitempty"`
	Phones         []PhoneCheck     `json:"phones,omitempty"`
	Emails         []EmailCheck     `json:"emails,omitempty"`
	Screenings     []Screening      `json:"screenings,omitempty"`
	Networks       []NetworkCheck   `json:"networks,omitempty"`
	Databases      []DatabaseCheck  `json:"databases,omitempty"`
	Questionnaires []AnsweredForm   `json:"questionnaires,omitempty"`
	Reviews        []DecisionReview `json:"reviews,omitempty"`
	Expected       map[string]any   `json:"expected,omitempty"`
	Contact        map[string]any   `json:"contact,omitempty"`
	Unknown        map[string]any   `json:"unknown,omitempty"` // blocks and top-level fields we do not know, whole
	CreatedAt      time.Time        `json:"created_at,omitzero"`
	ExpiresAt      time.Time        `json:"expires_at,omitzero"`
}

// Check is what every block has in common.
type Check struct {
	NodeID   string         `json:"node_id,omitempty"` // opaque; needed to ask for this step again
	Status   string         `json:"status,omitempty"`  // as it came
	Warnings []Warning      `json:"warnings,omitempty"`
	Matches  []Match        `json:"matches,omitempty"`
	Media    []Media        `json:"media,omitempty"`
	Extra    map[string]any `json:"extra,omitempty"` // fields of the block we have no name for
}

// Media is one picture, video or file of a block.
type Media struct {
	Path string `json:"path"` // "id_verifications.0.front_image": where its link stands in a fresh decision
	Kind string `json:"kind"` // the key: front_image, portrait_image, video_url, document_file …
}

// Warning is one risk (api/sessions.md §3.12).
type Warning struct {
	Code    string         `json:"code"`
	Feature Feature        `json:"feature,omitempty"`
	Level   string         `json:"level,omitempty"` // error, warning, information
	Short   string         `json:"short,omitempty"` // Didit's English words
	Long    string         `json:"long,omitempty"`
	NodeID  string         `json:"node_id,omitempty"`
	Data    map[string]any `json:"data,omitempty"`
}

// Match is another session (or list entry) that shares something (§3.1.2).
type Match struct {
	SessionID   string   `json:"session_id,omitempty"`
	Number      int64    `json:"number,omitempty"`
	VendorData  string   `json:"vendor_data,omitempty"`
	Name        string   `json:"name,omitempty"`
	Document    string   `json:"document,omitempty"`
	Status      string   `json:"status,omitempty"`
	Date        string   `json:"date,omitempty"`
	Source      string   `json:"source,omitempty"` // session, imported, list_entry …
	Similarity  *float64 `json:"similarity,omitempty"`
	Blocklisted bool     `json:"blocklisted,omitempty"`
}

// DocumentCheck is an identity document.
type DocumentCheck struct {
	Check
	Type           string         `json:"type,omitempty"` // in words
	Subtype        string         `json:"subtype,omitempty"`
	Number         string         `json:"number,omitempty"`
	PersonalNumber string         `json:"personal_number,omitempty"`
	FirstName      string         `json:"first_name,omitempty"`
	LastName       string         `json:"last_name,omitempty"`
	FullName       string         `json:"full_name,omitempty"`
	BirthDate      string         `json:"birth_date,omitempty"` // YYYY-MM-DD, as all dates here
	Age            *int           `json:"age,omitempty"`
	IssuedOn       string         `json:"issued_on,omitempty"`
	ExpiresOn      string         `json:"expires_on,omitempty"`
	IssuingState   string         `json:"issuing_state,omitempty"`
	IssuingName    string         `json:"issuing_name,omitempty"`
	Gender         string         `json:"gender,omitempty"`
	Nationality    string         `json:"nationality,omitempty"`
	BirthPlace     string         `json:"birth_place,omitempty"`
	MaritalStatus  string         `json:"marital_status,omitempty"`
	Address        string         `json:"address,omitempty"` // formatted, else raw
	Method         string         `json:"method,omitempty"`  // document, id_lookup, wallet
	MRZ            string         `json:"mrz,omitempty"`
	Quality        map[string]any `json:"quality,omitempty"` // front and back scores
	ExtraFields    map[string]any `json:"extra_fields,omitempty"`
}

// ChipCheck is an NFC read.
type ChipCheck struct {
	Check
	Skipped     bool           `json:"skipped,omitempty"`
	SkipReason  string         `json:"skip_reason,omitempty"`
	Chip        map[string]any `json:"chip,omitempty"` // either shape of chip_data
	SODOk       *bool          `json:"sod_ok,omitempty"`
	DGOk        *bool          `json:"dg_ok,omitempty"`
	Certificate map[string]any `json:"certificate,omitempty"`
}

// LivenessCheck is a selfie's liveness; scores 0–100.
type LivenessCheck struct {
	Check
	Method    string   `json:"method,omitempty"`
	Score     *float64 `json:"score,omitempty"`
	Age       *float64 `json:"age,omitempty"`
	Quality   *float64 `json:"quality,omitempty"`
	Luminance *float64 `json:"luminance,omitempty"`
}

// FaceCheck is a 1:1 face match; score 0–100.
type FaceCheck struct {
	Check
	Score         *float64 `json:"score,omitempty"`
	SourceSession string   `json:"source_session,omitempty"`
}

// AddressCheck is a proof of address.
type AddressCheck struct {
	Check
	DocumentType string         `json:"document_type,omitempty"`
	Issuer       string         `json:"issuer,omitempty"`
	IssuedOn     string         `json:"issued_on,omitempty"`
	ExpiresOn    string         `json:"expires_on,omitempty"`
	Country      string         `json:"country,omitempty"`
	Language     string         `json:"language,omitempty"`
	Address      string         `json:"address,omitempty"`
	Name         string         `json:"name,omitempty"`
	NameScoreID  *float64       `json:"name_score_id,omitempty"`
	NameScoreExp *float64       `json:"name_score_exp,omitempty"`
	Expected     string         `json:"expected,omitempty"`
	FileFacts    map[string]any `json:"file_facts,omitempty"` // document_metadata
	ExtraFields  map[string]any `json:"extra_fields,omitempty"`
}

// PhoneCheck is a phone number checked by a code.
type PhoneCheck struct {
	Check
	Number      string  `json:"number,omitempty"` // E.164
	Country     string  `json:"country,omitempty"`
	CountryName string  `json:"country_name,omitempty"`
	Carrier     string  `json:"carrier,omitempty"`
	LineType    string  `json:"line_type,omitempty"`
	Disposable  bool    `json:"disposable,omitempty"`
	Virtual     bool    `json:"virtual,omitempty"`
	Method      string  `json:"method,omitempty"`
	Attempts    int     `json:"attempts,omitempty"`
	VerifiedAt  string  `json:"verified_at,omitempty"`
	Events      []Event `json:"events,omitempty"`
}

// EmailCheck is an e-mail address checked by a code.
type EmailCheck struct {
	Check
	Address       string   `json:"address,omitempty"`
	Breached      bool     `json:"breached,omitempty"`
	Breaches      []string `json:"breaches,omitempty"` // names
	Disposable    bool     `json:"disposable,omitempty"`
	Undeliverable bool     `json:"undeliverable,omitempty"`
	Attempts      int      `json:"attempts,omitempty"`
	VerifiedAt    string   `json:"verified_at,omitempty"`
	Events        []Event  `json:"events,omitempty"`
}

// Event is one line of a phone's or e-mail's lifecycle.
type Event struct {
	Type   string         `json:"type"`
	At     string         `json:"at,omitempty"`
	Detail map[string]any `json:"detail,omitempty"`
}

// Screening is an AML run.
type Screening struct {
	Check
	Score      *float64       `json:"score,omitempty"`
	TotalHits  int            `json:"total_hits,omitempty"`
	EntityType string         `json:"entity_type,omitempty"`
	Screened   map[string]any `json:"screened,omitempty"`
	Ongoing    bool           `json:"ongoing,omitempty"`
	Hits       []Hit          `json:"hits,omitempty"`
}

// Hit is one name on a list.
type Hit struct {
	ID         string              `json:"id,omitempty"`
	Name       string              `json:"name,omitempty"`
	Datasets   []string            `json:"datasets,omitempty"`
	MatchScore *float64            `json:"match_score,omitempty"`
	RiskScore  *float64            `json:"risk_score,omitempty"`
	Review     string              `json:"review,omitempty"` // Unreviewed, Confirmed Match …
	URL        string              `json:"url,omitempty"`
	Properties map[string][]string `json:"properties,omitempty"`
	Breakdown  map[string]any      `json:"breakdown,omitempty"`
	Risk       map[string]any      `json:"risk,omitempty"`
	Lists      []HitSource         `json:"lists,omitempty"` // PEP, sanctions, warnings
	Media      []HitSource         `json:"media,omitempty"` // adverse media
	Extra      map[string]any      `json:"extra,omitempty"`
}

// HitSource is where a hit was found.
type HitSource struct {
	Kind      string `json:"kind"` // pep, sanction, warning, media
	Title     string `json:"title,omitempty"`
	Detail    string `json:"detail,omitempty"`
	URL       string `json:"url,omitempty"` // foreign: show as an outside link only
	Date      string `json:"date,omitempty"`
	Country   string `json:"country,omitempty"`
	Sentiment string `json:"sentiment,omitempty"`
}

// NetworkCheck is an address on the internet and the device behind it.
type NetworkCheck struct {
	Check
	IP          string   `json:"ip,omitempty"`
	Country     string   `json:"country,omitempty"`
	CountryCode string   `json:"country_code,omitempty"` // alpha-2
	Region      string   `json:"region,omitempty"`
	City        string   `json:"city,omitempty"`
	ISP         string   `json:"isp,omitempty"`
	VPN         bool     `json:"vpn,omitempty"`
	DataCenter  bool     `json:"data_center,omitempty"`
	Device      string   `json:"device,omitempty"` // "Firefox on Linux, desktop"
	Fingerprint string   `json:"fingerprint,omitempty"`
	TimeZone    string   `json:"time_zone,omitempty"`
	Latitude    *float64 `json:"latitude,omitempty"`
	Longitude   *float64 `json:"longitude,omitempty"`
	KmFromID    *float64 `json:"km_from_id,omitempty"`
	KmFromPoA   *float64 `json:"km_from_poa,omitempty"`
}

// DatabaseCheck is a look-up in a state or private register.
type DatabaseCheck struct {
	Check
	Country  string           `json:"country,omitempty"`
	Type     string           `json:"type,omitempty"`
	Match    string           `json:"match,omitempty"` // full_match, partial_match, no_match
	Screened map[string]any   `json:"screened,omitempty"`
	Services []DatabaseResult `json:"services,omitempty"`
}

// DatabaseResult is one service's answer, from any of the three shapes (§3.10).
type DatabaseResult struct {
	Name    string            `json:"name,omitempty"`
	Outcome string            `json:"outcome,omitempty"`
	Detail  string            `json:"detail,omitempty"`
	Fields  map[string]string `json:"fields,omitempty"` // field → full_match …
}

// AnsweredForm is a questionnaire with its answers (§3.11).
type AnsweredForm struct {
	Check
	ID       string        `json:"id,omitempty"`
	Version  int           `json:"version,omitempty"`
	Title    string        `json:"title,omitempty"`
	Language string        `json:"language,omitempty"`
	Sections []FormSection `json:"sections,omitempty"`
}

// FormSection groups answers.
type FormSection struct {
	Title string       `json:"title,omitempty"`
	Items []FormAnswer `json:"items,omitempty"`
}

// FormAnswer is one question and what was answered, choices already in words.
type FormAnswer struct {
	ID       string  `json:"id,omitempty"`
	Type     string  `json:"type,omitempty"`
	Question string  `json:"question,omitempty"`
	Required bool    `json:"required,omitempty"`
	Answer   string  `json:"answer,omitempty"`
	Text     string  `json:"text,omitempty"` // what was typed beside a choice
	Files    []Media `json:"files,omitempty"`
}

// Layout reports an item that is shown and asks nothing (api/questionnaires.md).
func (a FormAnswer) Layout() bool {
	switch a.Type {
	case "HEADING", "PARAGRAPH", "SEPARATOR", "SECTION_HEADER":
		return true
	}
	return false
}

// DecisionReview is a review inside the decision (§3.13).
type DecisionReview struct {
	User    string    `json:"user,omitempty"`
	Status  Status    `json:"status,omitempty"`
	Comment string    `json:"comment,omitempty"`
	At      time.Time `json:"at,omitzero"`
}

// AllWarnings lists every warning of every block, worst level first, then in
// page order; doubles of the same code and node are folded.
func (d *Decision) AllWarnings() []Warning {
	var out []Warning
	seen := map[string]bool{}
	for _, level := range []string{"error", "warning", "information", ""} {
		for _, c := range d.Checks() {
			for _, w := range c.Warnings {
				key := w.Code + "\x00" + w.NodeID
				if levelOf(w) != level || seen[key] {
					continue
				}
				seen[key] = true
				out = append(out, w)
			}
		}
	}
	return out
}

func levelOf(w Warning) string {
	switch w.Level {
	case "error", "warning", "information":
		return w.Level
	}
	return ""
}

// Checks lists the common part of every block in page order.
func (d *Decision) Checks() []Check {
	var out []Check
	for _, b := range d.Documents {
		out = append(out, b.Check)
	}
	for _, b := range d.Chips {
		out = append(out, b.Check)
	}
	for _, b := range d.Liveness {
		out = append(out, b.Check)
	}
	for _, b := range d.Faces {
		out = append(out, b.Check)
	}
	for _, b := range d.Addresses {
		out = append(out, b.Check)
	}
	for _, b := range d.Phones {
		out = append(out, b.Check)
	}
	for _, b := range d.Emails {
		out = append(out, b.Check)
	}
	for _, b := range d.Screenings {
		out = append(out, b.Check)
	}
	for _, b := range d.Networks {
		out = append(out, b.Check)
	}
	for _, b := range d.Databases {
		out = append(out, b.Check)
	}
	for _, b := range d.Questionnaires {
		out = append(out, b.Check)
	}
	return out
}
