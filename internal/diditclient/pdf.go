package diditclient

import (
	"bytes"
	"context"
	"io"
)

// PDF reads the report of a session, whole, so that a cut one is never handed on
// (api/sessions.md §4.3). Refused while the session has no result.
func (c *Client) PDF(ctx context.Context, sessionID string) (io.ReadCloser, error) {
	r, err := c.get("PDF", "session", sessionID, "generate-pdf")
	if err != nil {
		return nil, err
	}
	r.accept = "application/pdf, application/json"
	r.stateful403 = true
	ans, err := c.call(ctx, r, nil)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(ans.body, []byte("%PDF-")) {
		return nil, c.garbled(ctx, r, ans, malformed("it is no PDF"))
	}
	return io.NopCloser(bytes.NewReader(ans.body)), nil
}
