package sandbox

// warningData is a warning's additional_data, null for most (api/sessions.md §3.12).
func (w *World) warningData(s *Session, p problem) any { return nil }
