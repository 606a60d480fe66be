package diditclient

// AMLScreening is a search of watch lists (api/sessions.md §3.8).
type AMLScreening struct {
	BlockHead
	TotalHits  Number    `json:"total_hits"`
	EntityType Text      `json:"entity_type"`
	Score      Number    `json:"score"`
	Hits       List[Hit] `json:"hits"`
	Screened   Object    `json:"screened_data"`
	Ongoing    Flag      `json:"is_ongoing_monitoring_enabled"`
}

// UnmarshalJSON reads the block.
func (v *AMLScreening) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// Hit is one name found. Score is a legacy 0–1; the other two are 0–100.
type Hit struct {
	Block
	ID           Text               `json:"id"`
	URL          Text               `json:"url"`
	MatchScore   Number             `json:"match_score"`
	RiskScore    Number             `json:"risk_score"`
	ReviewStatus Text               `json:"review_status"`
	Caption      Text               `json:"caption"`
	Datasets     Strings            `json:"datasets"`
	Properties   map[string]Strings `json:"properties"`
	Breakdown    Object             `json:"score_breakdown"`
	RiskView     Object             `json:"risk_view"`
	PEP          List[ListMatch]    `json:"pep_matches"`
	Sanctions    List[ListMatch]    `json:"sanction_matches"`
	Warnings     List[ListMatch]    `json:"warning_matches"`
	AdverseMedia List[AdverseMedia] `json:"adverse_media_matches"`
}

// UnmarshalJSON reads the hit.
func (v *Hit) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// ListMatch is an entry on a list of politicians, sanctions or warnings.
type ListMatch struct {
	Block
	ListName    Text `json:"list_name"`
	Publisher   Text `json:"publisher"`
	SourceURL   Text `json:"source_url"`
	Description Text `json:"description"`
	MatchedName Text `json:"matched_name"`
	Position    Text `json:"pep_position"`
	DateOfBirth Text `json:"date_of_birth"`
	BirthPlace  Text `json:"place_of_birth"`
}

// UnmarshalJSON reads the entry.
func (v *ListMatch) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// AdverseMedia is an article.
type AdverseMedia struct {
	Block
	Headline  Text `json:"headline"`
	Summary   Text `json:"summary"`
	Country   Text `json:"country"`
	SourceURL Text `json:"source_url"`
	Published Text `json:"publication_date"`
	Sentiment Text `json:"sentiment"`
}

// UnmarshalJSON reads the article.
func (v *AdverseMedia) UnmarshalJSON(b []byte) error { return readObject(b, v) }
