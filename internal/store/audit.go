package store

import (
	"context"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
)

// AppendAudit adds an entry at the end of the chain; it and whatever else the
// transaction does happen together or not at all (P2, F41). Writers queue on the
// head's row until their transaction ends: append last, and keep it short. The
// person's key is made on first use; somebody erased gets no new one, and the
// entry then goes without its personal part.
func (t *Tx) AppendAudit(ctx context.Context, sealer *audit.Sealer, d audit.Draft) (seq int64, err error) {
	const op = "store.AppendAudit"
	if d.At.IsZero() {
		d.At = time.Now()
	}
	head, err := writeOne(ctx, t.queries, op, `select seq, hash from audit_head for update`, scanHead)
	if err != nil {
		return 0, err
	}
	var key []byte
	if len(d.Personal) > 0 {
		if key, err = t.subjectKey(ctx, sealer, sealer.Digest(d.Person), d.At); err != nil {
			return 0, err
		}
	}
	e, err := sealer.Next(head, d, key)
	if err != nil {
		return 0, kyc.Wrap(kyc.Internal, op, err)
	}
	var b batch
	b.add(`
		insert into audit_entries (seq, at, actor_id, actor_name, actor_role, signin_id, address, act, object_kind, object_id,
			subject, outcome, settles, detail, sealed, prev, hash)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, nullif($13::bigint, 0), $14, $15, $16, $17)`,
		e.Seq, e.At, e.Actor.StaffID, e.Actor.Name, e.Actor.Role, e.Actor.SignInID, e.Actor.Address, e.Act, e.ObjectKind, e.ObjectID,
		e.Subject, e.Outcome, e.Settles, e.Detail, e.Sealed, e.Prev, e.Hash)
	b.add(`update audit_head set seq = $1, hash = $2`, e.Seq, e.Hash)
	_, err = t.send(ctx, op, &b)
	return e.Seq, err
}

// AppendAudit outside a transaction opens one for the entry alone.
func (s *Store) AppendAudit(ctx context.Context, sealer *audit.Sealer, d audit.Draft) (seq int64, err error) {
	err = s.Tx(ctx, func(tx *Tx) error {
		seq, err = tx.AppendAudit(ctx, sealer, d)
		return err
	})
	return seq, err
}

// subjectKey gets a person's key, making it when there was none; nil when it was
// destroyed. The head's lock keeps two makers apart.
func (t *Tx) subjectKey(ctx context.Context, sealer *audit.Sealer, subject []byte, at time.Time) ([]byte, error) {
	const op = "store.AppendAudit"
	wrapped, err := readOne(ctx, t.queries, op, `select wrapped from audit_keys where subject = $1`, scanOne[[]byte], subject)
	if kyc.Is(err, kyc.NotFound) {
		key, wrapped := sealer.NewSubjectKey(subject)
		_, err := t.exec(ctx, op, `insert into audit_keys (subject, wrapped, created_at) values ($1, $2, $3)`, subject, wrapped, at)
		return key, err
	}
	if err != nil || wrapped == nil {
		return nil, err
	}
	key, err := sealer.UnwrapKey(subject, wrapped)
	return key, kyc.Wrap(kyc.Internal, op, err)
}

// OpenSealed reads the personal part of an entry. nil without an error: nothing
// was sealed, or the person was erased and it can never be read again.
func (q queries) OpenSealed(ctx context.Context, sealer *audit.Sealer, e audit.Entry) (map[string]any, error) {
	const op = "store.OpenSealed"
	if len(e.Sealed) == 0 {
		return nil, nil
	}
	wrapped, err := readOne(ctx, q, op, `select wrapped from audit_keys where subject = $1`, scanOne[[]byte], e.Subject)
	if err != nil || wrapped == nil {
		return nil, err
	}
	key, err := sealer.UnwrapKey(e.Subject, wrapped)
	if err != nil {
		return nil, kyc.Wrap(kyc.Internal, op, err)
	}
	personal, err := audit.Personal(e, key)
	return personal, kyc.Wrap(kyc.Internal, op, err)
}

// EraseAuditKey destroys a person's key: what was sealed under it can no longer
// be read, by anybody, and the chain stays whole. It cannot be undone, and a
// person without a key yet will never get one.
func (q queries) EraseAuditKey(ctx context.Context, sealer *audit.Sealer, person string, at time.Time) error {
	_, err := q.exec(ctx, "store.EraseAuditKey", `
		insert into audit_keys (subject, wrapped, created_at, erased_at)
		values ($1, null, $2, $2)
		on conflict (subject) do update set
			wrapped = null,
			erased_at = coalesce(audit_keys.erased_at, excluded.erased_at)`, sealer.Digest(person), at)
	return err
}

// AuditHead is where the chain ends now.
func (q queries) AuditHead(ctx context.Context) (audit.Head, error) {
	return readOne(ctx, q, "store.AuditHead", `select seq, hash from audit_head`, scanHead)
}

func scanHead(row pgx.CollectableRow) (audit.Head, error) {
	var h audit.Head
	err := row.Scan(&h.Seq, &h.Hash)
	return h, err
}

// AuditLog lends fn the whole log as it stands at one moment: its head and its
// entries, oldest first, streamed; for Verify and Export. The entries can be
// read once and only inside fn.
func (s *Store) AuditLog(ctx context.Context, fn func(audit.Head, iter.Seq2[audit.Entry, error]) error) error {
	const op = "store.AuditLog"
	return s.longRead(ctx, op, func(ctx context.Context, tx pgx.Tx) error {
		var head audit.Head
		if err := tx.QueryRow(ctx, `select seq, hash from audit_head`).Scan(&head.Seq, &head.Hash); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select `+auditColumns+` from audit_entries order by seq`)
		if err != nil {
			return err
		}
		defer rows.Close()
		return fn(head, eachEntry(op, rows))
	})
}

func eachEntry(op string, rows pgx.Rows) iter.Seq2[audit.Entry, error] {
	return func(yield func(audit.Entry, error) bool) {
		for rows.Next() {
			e, err := scanEntry(rows)
			if !yield(e, interpret(op, err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(audit.Entry{}, interpret(op, err))
		}
	}
}

// longRead runs fn in a read-only snapshot without the limits of a page: a
// million entries take longer than two seconds. The caller's context still ends it.
func (s *Store) longRead(ctx context.Context, op string, fn func(context.Context, pgx.Tx) error) error {
	held, err := acquire(suspect(ctx), s.pool)
	if err != nil {
		return interpret(op, err)
	}
	defer held.Release()
	tx, err := held.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return interpret(op, err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = tx.Rollback(ctx)
	}()
	if _, err := tx.Exec(ctx, `set local statement_timeout = 0`); err != nil {
		return interpret(op, err)
	}
	if _, err := tx.Exec(ctx, `set local idle_in_transaction_session_timeout = 0`); err != nil {
		return interpret(op, err)
	}
	return interpret(op, fn(ctx, tx))
}

const auditColumns = `seq, at, actor_id, actor_name, actor_role, signin_id, address, act, object_kind, object_id,
	subject, outcome, coalesce(settles, 0), detail, sealed, prev, hash`

func scanEntry(row pgx.CollectableRow) (audit.Entry, error) {
	var e audit.Entry
	err := row.Scan(&e.Seq, &e.At, &e.Actor.StaffID, &e.Actor.Name, &e.Actor.Role, &e.Actor.SignInID, &e.Actor.Address,
		&e.Act, &e.ObjectKind, &e.ObjectID, &e.Subject, &e.Outcome, &e.Settles, &e.Detail, &e.Sealed, &e.Prev, &e.Hash)
	return e, err
}
