package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"diditdesk/internal/kyc"
)

// Setting reads a setting into what value points to; false when it was never set.
func (q queries) Setting(ctx context.Context, name string, value any) (bool, error) {
	raw, err := readOne(ctx, q, "store.Setting", `select value from settings where name = $1`, scanOne[json.RawMessage], name)
	if kyc.Is(err, kyc.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(raw, value); err != nil {
		return false, kyc.Wrap(kyc.Internal, "store.Setting", fmt.Errorf("setting %s: %w", name, err))
	}
	return true, nil
}

// SetSetting writes a setting and gives what stood there before, as JSON, for
// the audit entry that the caller writes in the same transaction; nil = nothing.
func (t *Tx) SetSetting(ctx context.Context, name string, value any, by int64, at time.Time) (before json.RawMessage, err error) {
	const op = "store.SetSetting"
	after, err := json.Marshal(value)
	if err != nil {
		return nil, kyc.Wrap(kyc.Internal, op, err)
	}
	before, err = readOne(ctx, t.queries, op, `select value from settings where name = $1 for update`, scanOne[json.RawMessage], name)
	if err != nil && !kyc.Is(err, kyc.NotFound) {
		return nil, err
	}
	_, err = t.exec(ctx, op, `
		insert into settings (name, value, changed_by, changed_at)
		values ($1, $2, $3, $4)
		on conflict (name) do update set
			value = excluded.value,
			changed_by = excluded.changed_by,
			changed_at = excluded.changed_at`, name, json.RawMessage(after), by, at)
	return before, err
}
