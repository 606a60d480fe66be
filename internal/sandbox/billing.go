package sandbox

// showBalance is GET /v3/billing/balance/ (api/billing.md). The emulated
// organization has a standing balance: nothing here is charged.
func (s *Server) showBalance(*request) (answer, error) {
	return ok(map[string]any{
		"balance": "87.2500", "auto_refill_enabled": true,
		"auto_refill_amount": "100.00", "auto_refill_threshold": "20.00",
	}), nil
}
