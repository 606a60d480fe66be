package diditclient

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "***"

// secret is a value that cannot be printed: it lives in a closure, out of reach of
// reflection, because fmt does not call methods on unexported fields.
type secret struct{ reveal func() string }

func newSecret(s string) secret { return secret{func() string { return s }} }

func (s secret) empty() bool { return s.reveal == nil || s.reveal() == "" }

// Format prints *** for every verb.
func (s secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue logs ***.
func (s secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText encodes ***, for JSON too.
func (s secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
