package diditclient

// PhoneVerification is a number checked by a code (api/sessions.md §3.5).
type PhoneVerification struct {
	BlockHead
	Prefix      Text                 `json:"phone_number_prefix"`
	Number      Text                 `json:"phone_number"`
	FullNumber  Text                 `json:"full_number"`
	CountryCode Text                 `json:"country_code"`
	CountryName Text                 `json:"country_name"`
	Carrier     Carrier              `json:"carrier"`
	Disposable  Flag                 `json:"is_disposable"`
	Virtual     Flag                 `json:"is_virtual"`
	Method      Text                 `json:"verification_method"`
	Attempts    Number               `json:"verification_attempts"`
	VerifiedAt  Text                 `json:"verified_at"`
	Lifecycle   List[LifecycleEvent] `json:"lifecycle"`
}

// UnmarshalJSON reads the block.
func (v *PhoneVerification) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// Carrier runs a phone number.
type Carrier struct {
	Name Text `json:"name"`
	Type Text `json:"type"`
}

// LifecycleEvent is one step of a phone's or e-mail's check.
type LifecycleEvent struct {
	Block
	Type      Text   `json:"type"`
	Timestamp Text   `json:"timestamp"`
	Details   Object `json:"details"`
	Fee       Number `json:"fee"`
}

// UnmarshalJSON reads the event.
func (v *LifecycleEvent) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// EmailVerification is an address checked by a code (§3.6).
type EmailVerification struct {
	BlockHead
	Address       Text                 `json:"email"`
	Breached      Flag                 `json:"is_breached"`
	Breaches      List[Breach]         `json:"breaches"`
	Disposable    Flag                 `json:"is_disposable"`
	Undeliverable Flag                 `json:"is_undeliverable"`
	Attempts      Number               `json:"verification_attempts"`
	VerifiedAt    Text                 `json:"verified_at"`
	Lifecycle     List[LifecycleEvent] `json:"lifecycle"`
}

// UnmarshalJSON reads the block.
func (v *EmailVerification) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// Breach is a leak the address was found in.
type Breach struct {
	Block
	Name   Text `json:"name"`
	Domain Text `json:"domain"`
	Date   Text `json:"breach_date"`
}

// UnmarshalJSON reads the breach.
func (v *Breach) UnmarshalJSON(b []byte) error { return readObject(b, v) }
